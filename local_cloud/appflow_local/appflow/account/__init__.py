"""What every operation works with: the host, the time, and what AppFlow keeps."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.executions import Activation, Execution
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.account.metadata_cache import MetadataCache
from appflow_local.appflow.account.profiles import Profile
from appflow_local.appflow.account.runs import Runs
from appflow_local.appflow.account.store import Store
from appflow_local.appflow.account.tokens import TokenMemory
from appflow_local.appflow.clock import Clock
from appflow_local.appflow.host import Caller, Host


@dataclass(frozen=True)
class Context:
    """The emulator's parts, handed to each operation."""

    host: Host
    clock: Clock
    connectors: Store[Connector]
    profiles: Store[Profile]
    flows: Store[Flow]
    executions: Store[Execution]
    activations: Store[Activation]
    tokens: TokenMemory
    metadata: MetadataCache
    runs: Runs

    @classmethod
    def fresh(cls, host: Host, clock: Clock) -> Context:
        """Return the parts of an AppFlow that keeps nothing yet."""
        lock = threading.RLock()
        context = cls(
            host=host,
            clock=clock,
            connectors=Store(lock),
            profiles=Store(lock),
            flows=Store(lock),
            executions=Store(lock),
            activations=Store(lock),
            tokens=TokenMemory(clock),
            metadata=MetadataCache(clock),
            runs=Runs(),
        )
        context.connectors.add_user_source(context._profiles_of_connector)
        context.profiles.add_user_source(context._flows_of_profile)
        return context

    def _profiles_of_connector(self, caller: Caller, label: str) -> list[str]:
        with self.profiles.of(caller) as profiles:
            every = profiles.in_order()
        return [f"connector profile {item.name}" for item in every if item.label == label]

    def _flows_of_profile(self, caller: Caller, name: str) -> list[str]:
        with self.flows.of(caller) as flows:
            every = flows.in_order()
        return [f"flow {item.name}" for item in every if item.profile_name == name]
