"""Names are taken once in an account and region, and changed by one request at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from appflow_local.appflow.account.store import Shelf, Store
from appflow_local.appflow.host import Caller
from appflow_local.appflow.protocol.errors import ConflictException, not_emulated


def check_free(things: Shelf[Any], name: str, kind: str, taken: str = "already exists") -> None:
    """Demand that a name is not in use; `kind` is the phrase before a name, as in messages.

    Source: API reference, ConflictException, "a flow with the given name already exists".
    Inferred: the sentence. Names that differ only in case are refused: whether they are the same
    is not documented.

    Raises:
        ConflictException: the name is in use.
        UnsupportedOperationException: one that differs only in case is.
    """
    used = things.spelled_like(name)
    if used == name:
        raise ConflictException(f"{kind} {name} {taken}.")
    if used is not None:
        raise not_emulated(
            f"{kind} {used} {taken}, and whether names that differ only in case are the same is "
            f"not documented, so '{name}' is refused."
        )


@contextmanager
def one_at_a_time(store: Store[Any], caller: Caller, name: str, kind: str) -> Iterator[None]:
    """Let one request at a time change the thing of this name.

    Raises:
        ConflictException: another request is changing it. Inferred.
    """
    with store.claim(caller, name) as ours:
        if not ours:
            raise ConflictException(f"{kind} {name} is being changed by another request.")
        yield
