"""Where a connector is checked, and what is known of it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.exceptions import ClientError


class Bench(Protocol):
    """A cloud in which a connector is checked."""

    @property
    def appflow(self) -> Any:  # noqa: ANN401 - botocore's client
        """AppFlow's client."""
        ...

    def invoke(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask a connector by hand; see `workbench.invoke`."""
        ...

    def last_answer(self, label: str, operation: str) -> object:
        """Return what the last call of an operation answered, as the journal keeps it."""
        ...

    def read_secret(self, arn: str) -> str:
        """Return the text of a secret."""
        ...

    def make_secret(self, name: str, text: str) -> tuple[str, Callable[[], None]]:
        """Make a secret; return its ARN, and what deletes it."""
        ...


@dataclass(frozen=True)
class Connector:
    """A deployed connector."""

    label: str
    function_arn: str
    is_registered: bool = False


@dataclass(frozen=True)
class Connection:
    """A connector that a profile exists of.

    Attributes:
        context: The connectorContext that AppFlow makes.
        wrong_context: The same with credentials that are wrong; None if it takes none.
    """

    context: Mapping[str, Any]
    wrong_context: Mapping[str, Any] | None


def said(error: ClientError) -> str:
    """What AWS answered, with its code."""
    return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
