"""AppFlow as one caller sees it: what operations, runs and schedules work with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appflow_local.appflow.account.arns import Arns
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.executions import Activation, Execution
from appflow_local.appflow.account.faults import Faults
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.account.journal import Journal
from appflow_local.appflow.account.metadata_cache import MetadataCache
from appflow_local.appflow.account.profiles import Profile
from appflow_local.appflow.account.runs import Runs
from appflow_local.appflow.account.store import Shelf
from appflow_local.appflow.account.tokens import TokenMemory
from appflow_local.appflow.clock import Clock
from appflow_local.appflow.host import Caller, ConditionKeys, Host, Place
from appflow_local.appflow.protocol.errors import AccessDeniedException

NO_RESOURCE_TYPE = "*"


@dataclass(frozen=True)
class Account:
    """What AppFlow keeps in the caller's account and Region, and what the caller may do.

    Hold `lock` to change several things as one, never during an invocation. `host`, `clock`,
    `tokens`, `metadata`, `runs`, `journal` and `faults` are those of all accounts.
    """

    caller: Caller
    host: Host
    clock: Clock
    lock: threading.RLock
    connectors: Shelf[Connector]
    profiles: Shelf[Profile]
    flows: Shelf[Flow]
    executions: Shelf[Execution]
    activations: Shelf[Activation]
    tokens: TokenMemory
    metadata: MetadataCache
    runs: Runs
    journal: Journal
    faults: Faults

    @property
    def id(self) -> str:
        """The account's twelve digits."""
        return self.caller.account_id

    @property
    def region(self) -> str:
        """The Region that the caller addresses."""
        return self.caller.region

    @property
    def place(self) -> Place:
        """The account and Region."""
        return self.caller.place

    @property
    def caller_arn(self) -> str:
        """The user or role that calls."""
        return self.caller.arn

    @property
    def arns(self) -> Arns:
        """The ARNs of things in this account and Region."""
        return Arns(*self.place)

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return self.clock.now()

    def authorize(
        self, action: str, resource: str = NO_RESOURCE_TYPE, keys: ConditionKeys | None = None
    ) -> None:
        """Check that the caller's policies allow an action.

        Known (Service Authorization Reference, Amazon AppFlow): the actions that the caller's
        policies must allow, the resources and the condition keys.
        Inferred (the reference lists no resource type for them): operations without a resource
        type are evaluated on `*`, and lists on all of their type.

        Raises:
            AccessDeniedException: they do not.
        """
        if not self.host.is_allowed(self.caller, action, resource, keys):
            raise AccessDeniedException(
                f"User: {self.caller_arn} is not authorized to perform: {action} on resource: "
                f"{resource}"
            )

    def once(
        self, operation: str, parameters: Mapping[str, Any], work: Callable[[], dict[str, Any]]
    ) -> dict[str, Any]:
        """Do the work once per clientToken; see `TokenMemory.once`."""
        return self.tokens.once(self.place, operation, parameters, work)

    def create_secret(self, name: str, value: str, key_arn: str | None) -> str:
        """Create a secret here and return its ARN; see `Host.create_secret`."""
        return self.host.create_secret(self.caller, name, value, key_arn)

    def acting(self) -> AbstractContextManager[None]:
        """Put the block's calls to the host into this account; see `Host.acting_for`."""
        return self.host.acting_for(self.caller)
