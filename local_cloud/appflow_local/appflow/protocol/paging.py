"""Pages of a list, with tokens that stay valid while the list changes between pages."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from appflow_local.appflow.host import Place
from appflow_local.appflow.protocol.errors import ValidationException

DEFAULT_SIZE = 20

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items, and the token for the next page; None on the last page."""

    items: Sequence[T]
    next_token: str | None

    def token_member(self) -> dict[str, str]:
        """Return `nextToken` as a member of an answer; nothing on the last page."""
        return {} if self.next_token is None else {"nextToken": self.next_token}


def page(
    place: Place,
    operation: str,
    parameters: Mapping[str, Any],
    items: Sequence[T],
    key: Callable[[T], str],
) -> Page[T]:
    """Return the page of items sorted by `key` that `maxResults` and `nextToken` ask for.

    A token holds the key of the last item sent. It is valid only for the operation, account and
    Region that it was made for.

    Raises:
        ValidationException: the token was made for something else.
    """
    after = _read(place, operation, parameters.get("nextToken"))
    left = [item for item in items if after is None or key(item) > after]
    size = parameters.get("maxResults", DEFAULT_SIZE)
    sent, more = left[:size], len(left) > size
    return Page(sent, _token(place, operation, key(sent[-1])) if more else None)


def _token(place: Place, operation: str, after: str) -> str:
    position = json.dumps([*place, operation, after])
    return base64.urlsafe_b64encode(position.encode()).decode()


def _read(place: Place, operation: str, token: str | None) -> str | None:
    if token is None:
        return None
    try:
        *made_for, after = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (ValueError, TypeError, RecursionError):
        raise _invalid() from None
    if made_for != [*place, operation] or not isinstance(after, str):
        raise _invalid()
    return after


def _invalid() -> ValidationException:
    return ValidationException("The nextToken is not valid for this request.")
