"""Where the next page starts: AppFlow carries it between invocations as `nextToken`."""

import base64
import json
from dataclasses import dataclass

from datasette_connector.errors import invalid


@dataclass(frozen=True)
class Cursor:
    """A place in a query's rows.

    Attributes:
        sent: How many rows the pages before have returned.
        after: The row key of the last of them; None at the start, and where rows have no key that
            can be carried, so that the next page has to count.
    """

    sent: int = 0
    after: tuple[int | str, ...] | None = None


def encode_token(value: object) -> str:
    """Return a JSON value as a token without whitespace."""
    text = json.dumps(value, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode("ascii")


def decode_token(token: str) -> object:
    """Return what `encode_token` was given.

    Raises:
        ConnectorError: InvalidArgument, if the token isn't one of this connector's.
    """
    try:
        return json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (ValueError, TypeError) as exc:
        raise bad_token(token) from exc


def bad_token(token: object) -> Exception:
    """Return the error for a token that this connector didn't make."""
    return invalid(f"The nextToken {str(token)[:80]!r} is not from this connector; start without")


def to_token(cursor: Cursor) -> str:
    """Return the token for a cursor."""
    return encode_token([cursor.sent, cursor.after])


def from_token(token: str | None, key_size: int) -> Cursor:
    """Return the cursor that a token holds; the start for None.

    Args:
        token: AppFlow's nextToken.
        key_size: How many values the row key of the entity has.
    """
    if token is None:
        return Cursor()
    match decode_token(token):
        case [int(sent), None] if sent >= 0:
            return Cursor(sent)
        case [int(sent), list() as after] if sent >= 0 and _is_key(after, key_size):
            return Cursor(sent, tuple(after))
    raise bad_token(token)


def _is_key(values: list[object], size: int) -> bool:
    return size > 0 and len(values) == size and all(type(value) in (int, str) for value in values)
