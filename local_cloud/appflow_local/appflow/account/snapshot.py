"""All that AppFlow keeps, as JSON, and back.

Every `Store` of `Accounts` is in it, and what is remembered of client tokens; caches and what runs
at the moment are not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import GenericAlias
from typing import Any, get_args, get_origin, get_type_hints

from appflow_local.appflow.account import Accounts
from appflow_local.appflow.account.plain_data import Json, Misfit, from_json, to_json
from appflow_local.appflow.account.store import Store
from appflow_local.appflow.account.tokens import RememberedUse


@dataclass(frozen=True)
class _Snapshot:
    stores: Mapping[str, Any]
    tokens: list[RememberedUse]


def take_snapshot(accounts: Accounts) -> Json:
    """Return all that is kept at one moment, as JSON.

    Raises:
        Misfit: something cannot be kept.
    """
    with accounts.lock:
        stores = {name: getattr(accounts, name).contents() for name in _kinds()}
    return to_json(_Snapshot(stores, accounts.tokens.remembered()))


def apply_snapshot(accounts: Accounts, snapshot: Json) -> None:
    """Fill an empty `Accounts` with what `take_snapshot` returned, or leave it as it is.

    A store that the snapshot does not know stays empty.

    Raises:
        Misfit: the snapshot is broken, or another version's.
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


def _kinds() -> dict[str, Any]:
    """The names of the stores, and what is kept in each."""
    return {
        name: get_args(hint)[0]
        for name, hint in get_type_hints(Accounts).items()
        if get_origin(hint) is Store
    }


def _by_place(kind: Any) -> GenericAlias:  # noqa: ANN401 - a type hint
    """The hint of `Store.contents`: things of the kind by account, region and name."""
    by_name = GenericAlias(dict, (str, kind))
    return GenericAlias(dict, (str, GenericAlias(dict, (str, by_name))))
