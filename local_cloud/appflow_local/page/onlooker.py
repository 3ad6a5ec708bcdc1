"""What the page needs of the cloud around AppFlow."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from appflow_local.appflow.host import Caller, Place


@dataclass(frozen=True)
class StackFailure:
    """An event of a stack that tells why a resource failed; `at` is aware."""

    id: str
    at: datetime
    stack: str
    resource: str
    resource_type: str
    physical_id: str
    status: str
    reason: str


class Onlooker(Protocol):
    """Looks at the cloud with its owner's eyes."""

    def home(self) -> Place:
        """Return the account and Region in which the cloud's owner works."""
        ...

    def as_root(self, place: Place) -> AbstractContextManager[Caller]:
        """Act as the root of an account in a Region."""
        ...

    def stack_failures(self, place: Place) -> Sequence[StackFailure]:
        """Return why resources failed, newest first; not those that failed with another."""
        ...
