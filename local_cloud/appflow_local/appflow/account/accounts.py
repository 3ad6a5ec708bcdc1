"""What AppFlow keeps for all accounts and Regions."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from appflow_local.appflow.account.account import Account
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.executions import Activation, Execution
from appflow_local.appflow.account.faults import Faults
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.account.journal import Journal
from appflow_local.appflow.account.metadata_cache import MetadataCache
from appflow_local.appflow.account.profiles import Profile
from appflow_local.appflow.account.runs import Runs
from appflow_local.appflow.account.store import Store
from appflow_local.appflow.account.tokens import TokenMemory
from appflow_local.appflow.clock import Clock
from appflow_local.appflow.host import Caller, Host, Place


@dataclass(frozen=True)
class Accounts:
    """Everything that is kept. All stores share `lock`, so that they change as one."""

    host: Host
    clock: Clock
    lock: threading.RLock
    connectors: Store[Connector]
    profiles: Store[Profile]
    flows: Store[Flow]
    executions: Store[Execution]
    activations: Store[Activation]
    tokens: TokenMemory
    metadata: MetadataCache
    runs: Runs
    journal: Journal
    faults: Faults

    @classmethod
    def empty(cls, host: Host, clock: Clock) -> Accounts:
        """Return the parts of an AppFlow that keeps nothing yet."""
        lock = threading.RLock()
        accounts = cls(
            host=host,
            clock=clock,
            lock=lock,
            connectors=Store(lock, "Connector with label"),
            profiles=Store(lock, "Connector Profile with name"),
            flows=Store(lock, "Flow with name"),
            executions=Store(lock, "Flow run"),
            activations=Store(lock, "Schedule of the flow"),
            tokens=TokenMemory(clock),
            metadata=MetadataCache(clock),
            runs=Runs(),
            journal=Journal(host.secret_texts),
            faults=Faults(),
        )
        accounts.connectors.add_user_source(accounts._profiles_of_connector)
        accounts.profiles.add_user_source(accounts._flows_of_profile)
        return accounts

    def of(self, caller: Caller) -> Account:
        """Return what the caller sees: its account in the Region that it addresses."""
        place = caller.place
        return Account(
            caller=caller,
            host=self.host,
            clock=self.clock,
            lock=self.lock,
            connectors=self.connectors.of(place),
            profiles=self.profiles.of(place),
            flows=self.flows.of(place),
            executions=self.executions.of(place),
            activations=self.activations.of(place),
            tokens=self.tokens,
            metadata=self.metadata,
            runs=self.runs,
            journal=self.journal,
            faults=self.faults,
        )

    def clear(self) -> None:
        """Forget everything, and tell the runs that are in progress to stop."""
        with self.lock:
            for store in (self.connectors, self.profiles, self.flows):
                store.clear()
            for records in (self.executions, self.activations):
                records.clear()
        self.tokens.clear()
        self.metadata.clear()
        self.journal.clear()
        self.faults.clear()
        self.runs.stop_all()
        self.clock.reset()
        self.runs.schedule_changed.set()

    def _profiles_of_connector(self, place: Place, label: str) -> list[str]:
        every = self.profiles.of(place).in_order()
        return [f"connector profile {item.name}" for item in every if item.label == label]

    def _flows_of_profile(self, place: Place, name: str) -> list[str]:
        every = self.flows.of(place).in_order()
        return [f"flow {item.name}" for item in every if name in item.labels]
