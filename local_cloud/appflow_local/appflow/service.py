"""The front door: takes one HTTP request, returns one HTTP response, and never raises."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from appflow_local.appflow.account import Accounts
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.faults import Faults
from appflow_local.appflow.account.journal import Journal
from appflow_local.appflow.account.refusals import Refusal
from appflow_local.appflow.account.snapshot import apply_snapshot, take_snapshot
from appflow_local.appflow.account.store import Store
from appflow_local.appflow.account.tokens import TokenMemory
from appflow_local.appflow.asking import Question, ask_by_hand
from appflow_local.appflow.clock import Clock, MovableClock
from appflow_local.appflow.execution.scheduler import Scheduler
from appflow_local.appflow.flows import execution_records
from appflow_local.appflow.host import Caller, Host, Place
from appflow_local.appflow.operations import OPERATIONS
from appflow_local.appflow.protocol.errors import (
    AppFlowError,
    InternalServerException,
    not_emulated,
)
from appflow_local.appflow.protocol.parsing import parse_request
from appflow_local.appflow.protocol.routing import route
from appflow_local.appflow.protocol.wire import Json, Request, Response, answer, error_response

__all__ = ["AppFlow", "Request", "Response"]

_READING = ("Describe", "List")
_SUBJECTS = ("connectorLabel", "connectorProfileName", "flowName", "resourceArn")

_log = logging.getLogger(__name__)


class AppFlow:
    """Amazon AppFlow for every account and Region of one host.

    All methods are safe between threads.
    """

    def __init__(self, host: Host, clock: Clock | None = None) -> None:
        """Start empty; without `clock`, the machine's is used, which `move` moves."""
        self._accounts = Accounts.empty(host, clock or MovableClock())
        self.scheduler = Scheduler(self._accounts)

    @property
    def connectors(self) -> Store[Connector]:
        """The registered connectors; a part that uses them adds itself as a source of users."""
        return self._accounts.connectors

    @property
    def tokens(self) -> TokenMemory:
        """The client tokens that are remembered."""
        return self._accounts.tokens

    @property
    def journal(self) -> Journal:
        """The calls that were made to connectors."""
        return self._accounts.journal

    @property
    def changes(self) -> int:
        """A number that grows when anything changes that can be looked at."""
        kept = self._accounts
        stores = (kept.connectors, kept.profiles, kept.flows, kept.executions, kept.activations)
        journal = kept.journal
        return sum(store.changes for store in stores) + journal.newest + journal.refusals.count

    def places(self) -> list[Place]:
        """Return the accounts and Regions that have connectors, profiles or flows."""
        kept = self._accounts
        return sorted(kept.connectors.places() | kept.profiles.places() | kept.flows.places())

    def next_run(self, place: Place, flow: str) -> datetime | None:
        """Return when a flow's schedule runs next; None if it isn't active, or has ended.

        The API doesn't tell.
        """
        activation = self._accounts.activations.of(place).get(flow)
        return activation.next_run_at if activation else None

    @property
    def faults(self) -> Faults:
        """What is planned to go wrong between AppFlow and connectors."""
        return self._accounts.faults

    @property
    def clock(self) -> Clock:
        """The clock of schedules, tokens, metadata and runs."""
        return self._accounts.clock

    def move(self, until: datetime) -> bool:
        """Move the clock, at most to the next scheduled run, and let that end.

        Returns whether `until` is reached: call it until it is.

        Raises:
            ValidationException: too many runs would become due on the way.
        """
        self.scheduler.check_move(until)
        return self.scheduler.move(until)

    def running(self) -> list[Execution]:
        """Return the runs that have not ended, of all accounts."""
        shelves = self._accounts.executions.everywhere()
        every = (each for shelf in shelves for each in shelf.by_name().values())
        return [each for each in every if each.is_running]

    def deactivate_schedules(self) -> list[str]:
        """Let no schedule start a run any more, of all accounts; return the flows' names."""
        return self.scheduler.deactivate()

    def start(self) -> None:
        """Run scheduled flows when they are due, until `close`."""
        self.scheduler.start()

    def close(self) -> list[str]:
        """Start no more runs, and record those that are running as failed.

        Returns the names of the flows whose runs were cut off.
        """
        self.scheduler.close()
        self._accounts.runs.close()
        return execution_records.abandon_running(self._accounts)

    def reset(self) -> None:
        """Forget everything, and stop the runs that are in progress; it goes on running."""
        self._accounts.clear()

    def snapshot(self) -> Json:
        """Return everything that is kept, as JSON; see `snapshot.take_snapshot`."""
        return take_snapshot(self._accounts)

    def restore(self, snapshot: Json) -> None:
        """Load what `snapshot` returned, before any request; runs in it are recorded as failed.

        Raises:
            Misfit: the snapshot is broken, or of another version; nothing was loaded.
        """
        apply_snapshot(self._accounts, snapshot)
        execution_records.abandon_running(self._accounts)

    def ask(self, caller: Caller, question: Question) -> dict[str, Any]:
        """Call a connector by hand; see `asking.ask_by_hand`."""
        account = self._accounts.of(caller)
        with account.acting():
            return ask_by_hand(account, question)

    def handle(self, request: Request) -> Response:
        """Answer one HTTP request; never raises."""
        try:
            return answer(self._answer(request))
        except AppFlowError as error:
            return error_response(error)
        except Exception:  # noqa: BLE001 - the outermost edge: a defect gets an answer, too
            _log.exception("%s %s failed", request.method, request.path)
            return error_response(InternalServerException("The emulator failed; its log says why."))

    def call(self, name: str, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one operation by the API's name, such as `CreateFlow`.

        Args:
            name: the operation.
            caller: who asks for it.
            parameters: its members, of the JSON types of their shapes (only `handle` checks that).

        Returns:
            The API's answer, with timestamps in seconds since the epoch.

        Raises:
            AppFlowError: the operation's, or that it is not emulated.
        """
        operation = OPERATIONS.get(name)
        if operation is None:
            raise not_emulated(f"{name} is not emulated.")
        begun = self.journal.clearings
        with self.journal.noting() as calls:
            try:
                return operation(self._accounts.of(caller), parameters)
            except AppFlowError as error:
                is_worth_it = calls or not name.startswith(_READING)
                if is_worth_it and begun == self.journal.clearings:  # else it was reset meanwhile
                    self._keep(error, name, caller, parameters, calls)
                raise

    def _keep(
        self,
        error: AppFlowError,
        operation: str,
        caller: Caller,
        parameters: Mapping[str, Any],
        calls: Sequence[int],
    ) -> None:
        at, subject = self._accounts.clock.now(), _subject(parameters)
        self.journal.refusals.add(
            lambda number: Refusal(
                number,
                at,
                caller.place,
                operation,
                subject,
                caller.arn,
                error.code,
                str(error),
                tuple(calls),
            )
        )

    def _answer(self, request: Request) -> dict[str, Any]:
        found = route(request.method, request.path)
        return self.call(found.operation, request.caller, parse_request(request, found))


def _subject(parameters: Mapping[str, Any]) -> str | None:
    """Return the name of what a request is about."""
    found = (parameters[name] for name in _SUBJECTS if isinstance(parameters.get(name), str))
    return next(found, None)
