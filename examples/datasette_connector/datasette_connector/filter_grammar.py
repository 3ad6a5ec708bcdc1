"""Parses filter expressions with the SDK's own grammar, strictly.

The SDK's ready-made `parse` only prints what its lexer doesn't know and skips it, so that
`age > 5;` passes and `'` may vanish. Here, such an expression is refused.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from antlr4.tree.Tree import ParseTree
from custom_connector_queryfilter.queryfilter.antlr.CustomConnectorQueryFilterLexer import (
    CustomConnectorQueryFilterLexer as Lexer,
)
from custom_connector_queryfilter.queryfilter.antlr.CustomConnectorQueryFilterParser import (
    CustomConnectorQueryFilterParser as Parser,
)

from datasette_connector.errors import ConnectorError, invalid, shorten

_QUOTED_CHARS = 200
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}
# In the lexer's spellings: `and` can't name a field, `And` can.
_KEYWORDS = frozenset(
    {"AND", "and", "OR", "or", "NOT", "not", "IN", "in", "BETWEEN", "between", "LIMIT", "limit"}
    | {"CONTAINS", "contains", "TRUE", "True", "true", "FALSE", "False", "false", "null"}
)


class Kind(Enum):
    """What a filter compares a field with."""

    TEXT = auto()
    NUMBER = auto()
    DATE = auto()
    DATETIME = auto()
    BOOLEAN = auto()
    NULL = auto()


@dataclass(frozen=True)
class Literal:
    """A value in a filter; `text` is what it says, without quotes and escapes."""

    kind: Kind
    text: str


def parse(expression: str) -> ParseTree:
    """Return the SDK's parse tree of a filter expression.

    Raises:
        ConnectorError: InvalidArgument, if the grammar doesn't admit the expression.
    """
    errors = _Errors(expression)
    lexer = Lexer(InputStream(expression))
    parser = Parser(CommonTokenStream(lexer))
    for recognizer in (lexer, parser):
        recognizer.removeErrorListeners()
        recognizer.addErrorListener(errors)
    return parser.queryfilter()


def unreadable(expression: str, reason: str) -> ConnectorError:
    """Return the error for an expression that the grammar or this connector can't read."""
    return invalid(
        f"The filter expression {shorten(expression, _QUOTED_CHARS)!r} can't be read: "
        f"{shorten(reason, _QUOTED_CHARS)}"
    )


def is_identifier(name: str) -> bool:
    """Return whether the grammar can name a field of that name."""
    return re.fullmatch(r"[a-zA-Z][A-Za-z0-9_.-]*", name) is not None and name not in _KEYWORDS


def literal(value: Parser.ValueContext) -> Literal:
    """Return what a `value` of the grammar says."""
    text = value.getText()
    if isinstance(value, Parser.DecimalValueExpressionContext):
        return Literal(Kind.NUMBER, text)
    if isinstance(value, Parser.IsoDateContext):
        return Literal(Kind.DATE, text)
    if isinstance(value, Parser.IsoDateTimeContext):
        return Literal(Kind.DATETIME, text)
    if text == "null":
        return Literal(Kind.NULL, text)
    return Literal(Kind.TEXT, _unescaped(text[1:-1]))


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\"\\'tnr])", lambda match: _ESCAPES.get(match[1], match[1]), text)


class _Errors(ErrorListener):  # type: ignore[misc]  # antlr4 has no types
    """Stops at the first thing that the lexer or the parser complains about."""

    def __init__(self, expression: str) -> None:
        self._expression = expression

    def syntaxError(  # noqa: N802 antlr4's interface
        self,
        recognizer: object,
        offendingSymbol: object,  # noqa: N803
        line: int,
        column: int,
        msg: str,
        e: Exception | None,
    ) -> None:
        """Refuse the expression, saying where."""
        del recognizer, offendingSymbol, e
        raise unreadable(self._expression, f"line {line}, column {column + 1}: {msg}")
