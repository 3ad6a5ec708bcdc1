"""What one request sees: an account and Region, asked through the API and the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException

from appflow_local.appflow.account.journal import Journal
from appflow_local.appflow.asking import Question
from appflow_local.appflow.host import Place
from appflow_local.appflow.protocol.errors import AppFlowError
from appflow_local.appflow.service import AppFlow
from appflow_local.page.onlooker import Onlooker, StackFailure

_MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Source:
    """Where everything that the page shows comes from."""

    appflow: AppFlow
    onlooker: Onlooker
    log: Path


class View:
    """An account and Region, as a screen asks for it.

    Args:
        source: what there is.
        place: the account and Region.
        query: the parameters of the address.
    """

    def __init__(self, source: Source, place: Place, query: Mapping[str, str]) -> None:
        self.source = source
        self.place = place
        self.query = query
        self.seen = source.appflow.changes  # before anything is asked for

    @property
    def journal(self) -> Journal:
        """What is kept of calls, runs and refusals."""
        return self.source.appflow.journal

    def ask(self, operation: str, **parameters: object) -> dict[str, Any]:
        """Call the API as the account's root.

        Raises:
            AppFlowError: AppFlow's.
        """
        with self.source.onlooker.as_root(self.place) as root:
            return self.source.appflow.call(operation, root, parameters)

    def call_connector(self, question: Question) -> int | None:
        """Call a connector by hand; return the call's number in the journal, None without a call.

        Raises:
            AppFlowError: AppFlow's, where no call was made.
        """
        with self.source.onlooker.as_root(self.place) as root, self.journal.noting() as made:
            try:
                self.source.appflow.ask(root, question)
            except AppFlowError:
                if not made:
                    raise
        return made[-1] if made else None

    def every(self, operation: str, member: str, **parameters: object) -> Iterator[dict[str, Any]]:
        """Yield what a list operation lists, on all of its pages."""
        token: str | None = None
        while True:
            given = {**parameters, "maxResults": _MOST_AT_ONCE}
            answer = self.ask(operation, **given, **({"nextToken": token} if token else {}))
            yield from answer[member]
            token = answer.get("nextToken")
            if token is None:
                return

    def stack_failures(self) -> list[StackFailure]:
        """Return why resources of stacks failed, newest first."""
        return list(self.source.onlooker.stack_failures(self.place))

    def needed(self, name: str) -> str:
        """Return a parameter of the address.

        Raises:
            HTTPException: it is missing.
        """
        if name not in self.query:
            raise HTTPException(404)
        return self.query[name]

    def number(self, name: str, default: int = 1) -> int:
        """Return a parameter of the address that is a whole number from 1; else the default."""
        text = self.query.get(name, "")
        return (
            max(int(text), 1) if text.isascii() and text.isdecimal() and len(text) < 10 else default
        )

    def link(self, screen: str = "", /, **parameters: object) -> str:
        """Return the address of a screen of this account and Region."""
        given = {name: value for name, value in parameters.items() if value is not None}
        query = urlencode(given, errors="replace")  # half a surrogate pair has no address
        address = f"/{'/'.join(map(quote, self.place))}/{screen}"
        return f"{address}?{query}" if query else address

    @cached_property
    def flows(self) -> list[dict[str, Any]]:
        """All flows."""
        return list(self.every("ListFlows", "flows"))

    @cached_property
    def connectors(self) -> list[dict[str, Any]]:
        """All connectors."""
        return list(self.every("ListConnectors", "connectors"))

    @cached_property
    def profiles(self) -> list[dict[str, Any]]:
        """All connector profiles."""
        return list(self.every("DescribeConnectorProfiles", "connectorProfileDetails"))

    def profile(self, name: str) -> dict[str, Any]:
        """Return one profile.

        Raises:
            HTTPException: there is none.
        """
        answer = self.ask("DescribeConnectorProfiles", connectorProfileNames=[name])
        for found in answer["connectorProfileDetails"]:
            return dict(found)
        raise HTTPException(404)
