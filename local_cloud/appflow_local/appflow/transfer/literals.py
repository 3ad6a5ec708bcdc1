r"""Fields and values in the filter language of the connector SDK.

A name is a letter and then letters, digits, `_`, `.` and `-`, but not a keyword. Text is in single
or double quotes. The grammar also knows `\'`, but a reader that follows it finds no end to text
that ends in a backslash, and the SDK's own example passes backslashes on unchanged.

Known (SDK, the grammar CustomConnectorQueryFilter): what a filter for a connector can say. Dates
and times are unquoted, in UTC.
Refused: text with a backslash, or with both kinds of quotes, in a filter for a connector.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from appflow_local.appflow.transfer.errors import limit
from appflow_local.appflow.transfer.values import instant_text

_IDENTIFIER = re.compile(r"[a-zA-Z][a-zA-Z0-9_.-]*")
# In the lexer's spellings: `and` cannot name a field, `And` can.
_KEYWORDS = frozenset(
    {"AND", "and", "OR", "or", "NOT", "not", "IN", "in", "BETWEEN", "between", "LIMIT", "limit"}
    | {"CONTAINS", "contains", "TRUE", "True", "true", "FALSE", "False", "false", "null"}
)


def identifier(name: str) -> str:
    """Return a field's name as a filter expression has it.

    Raises:
        TaskError: the grammar has no form for it.
    """
    if not _IDENTIFIER.fullmatch(name) or name in _KEYWORDS:
        raise limit(f"The filter language of connectors cannot name the field '{name}'.")
    return name


def quoted(text: str) -> str:
    """Return text as a filter expression has it.

    Raises:
        TaskError: the grammar has no unambiguous form for it.
    """
    if "\\" not in text:
        for quote in "'\"":
            if quote not in text:
                return f"{quote}{text}{quote}"
    raise limit(f"The filter language of connectors cannot say the text {text!r}.")


def literal(value: str | Decimal | bool | date | datetime) -> str:
    """Return a value as a filter expression has it.

    Raises:
        TaskError: it is text for which the grammar has no unambiguous form.
    """
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value, "f")
    return instant_text(value) if isinstance(value, datetime) else value.isoformat()
