"""Saves everything that AppFlow keeps as JSON, and loads it.

A snapshot has every `Store` of `Accounts`, the client tokens, and how far the clock was moved, but
no caches and no running work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import GenericAlias
from typing import Any, get_args, get_origin, get_type_hints

from appflow_local.appflow.account import Accounts
from appflow_local.appflow.account.dataclass_json import Json, Misfit, from_json, to_json
from appflow_local.appflow.account.store import Store
from appflow_local.appflow.account.tokens import RememberedUse


@dataclass(frozen=True)
class _Snapshot:
    stores: Mapping[str, Any]
    tokens: list[RememberedUse]
    ahead: float = 0.0  # of the clock, in seconds


def take_snapshot(accounts: Accounts) -> Json:
    """Return everything that is kept, as one consistent JSON value.

    Raises:
        Misfit: something cannot be kept.
    """
    with accounts.lock:
        stores = {name: getattr(accounts, name).contents() for name in _kinds()}
    ahead = accounts.clock.ahead.total_seconds()
    return to_json(_Snapshot(stores, accounts.tokens.remembered(), ahead))


def apply_snapshot(accounts: Accounts, snapshot: Json) -> None:
    """Fill an empty `Accounts` with what `take_snapshot` returned, or leave it unchanged.

    A store that the snapshot does not have stays empty.

    Raises:
        Misfit: the snapshot is broken, or of another version.
    """
    read: _Snapshot = from_json(_Snapshot, snapshot, "AppFlow")
    kinds = _kinds()
    if unknown := read.stores.keys() - kinds.keys():
        raise Misfit(f"AppFlow has an unknown {sorted(unknown)[0]}")
    contents = {
        name: from_json(_by_place(kinds[name]), stored, name)
        for name, stored in read.stores.items()
    }
    for name, things in contents.items():
        getattr(accounts, name).fill(things)
    accounts.tokens.remember(read.tokens)
    accounts.clock.advance(timedelta(seconds=read.ahead))


def _kinds() -> dict[str, Any]:
    """Return the type of what each store keeps, by the store's name."""
    return {
        name: get_args(hint)[0]
        for name, hint in get_type_hints(Accounts).items()
        if get_origin(hint) is Store
    }


def _by_place(kind: Any) -> GenericAlias:  # noqa: ANN401 - a type hint
    """Return the type hint of `Store.contents`: things by account, Region and name."""
    by_name = GenericAlias(dict, (str, kind))
    return GenericAlias(dict, (str, GenericAlias(dict, (str, by_name))))
