"""Saves the state of MiniStack's services and of AppFlow, and restores it.

MiniStack's own persistence writes one file per service when it stops, and ignores files that it
can't read. Here one snapshot covers all services, saves also happen while the server is running,
and an unreadable state keeps the server from starting.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from ministack import app as gateway
from ministack.core import persistence
from ministack.services import lambda_svc

from appflow_local.appflow.account.dataclass_json import Misfit
from appflow_local.appflow.service import AppFlow
from appflow_local.ministack_adapter.stack_operations import end_unfinished_stacks
from appflow_local.ministack_adapter.state_integrity import (
    filled_folders,
    keep_folders_of_deleted_buckets,
    missing,
)
from appflow_local.ministack_adapter.unsaved_changes import refuse_changes_during
from appflow_local.saved_state import SavedState, SavedStateError

AsgiApp: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]
Report: TypeAlias = Callable[[str | None], None]

# A crash loses the changes since the last save: these seconds, or more if saving takes longer.
_SECONDS_BETWEEN = 2.0
_LARGEST_SHARE = 0.05  # of the time, so that saving a large state doesn't slow the server down
# Work that a request started, such as a stack's, may outlast it.
_SECONDS_OF_WORK = 60.0
_ATTEMPTS = 5
_SECONDS_BETWEEN_ATTEMPTS = 0.1

_logger = logging.getLogger(__name__)


@asynccontextmanager
async def persisted(
    service: AppFlow, saved: SavedState | None, report: Report
) -> AsyncIterator[AsgiApp]:
    """Yield the server's app, all of MiniStack's services and AppFlow, and persist its state.

    The state is restored first, and saved during the block and at its end. Without a folder, it
    stays in memory. The caller must have claimed the folder. `report` gets a text when the state
    can't be saved, and None once it can again.

    Raises:
        SavedStateError: the folder can't be read, is incomplete, or can't be written.
    """
    if saved is None:
        yield gateway.app
        return
    keeper = _Keeper(service, saved, report)
    keeper.restore()
    saving = asyncio.create_task(keeper.keep())
    try:
        yield keeper.watch(gateway.app)
    finally:
        saving.cancel()
        keeper.save()


class _Keeper:
    """Takes snapshots on the event loop's thread while the server runs; writes on another."""

    def __init__(self, service: AppFlow, saved: SavedState, report: Report) -> None:
        """Replace MiniStack's own cleanup of functions' code and of buckets."""
        self._service = service
        self._saved = saved
        self._report = report
        self._failures = 0  # of the last saves, one after the other
        self._trouble: str | None = None
        self._content: dict[str, Any] = {}
        self._last_request = -_SECONDS_OF_WORK
        self._writing = threading.Lock()  # the last save may overlap an earlier one
        self._code_in_use: set[str] = set()
        self._remove_other_code = lambda_svc._prune_orphan_code_blobs
        # It would remove code that the last saved state still needs.
        lambda_svc._prune_orphan_code_blobs = self._note_code_in_use
        keep_folders_of_deleted_buckets()
        refuse_changes_during(lambda: self._trouble)

    def restore(self) -> None:
        """Restore the saved state, before the first request.

        Raises:
            SavedStateError: the state can't be read, or is incomplete.
        """
        content = self._saved.read()
        if content is None:
            return
        try:
            services = {name: _parsed(name, text) for name, text in content["services"].items()}
            self._check_whole(services, content.get("filled", []))
            for name, state in services.items():
                gateway._get_module(gateway._state_map[name]).load_persisted_state(state)
            self._service.restore(content["appflow"])
        except SavedStateError:
            raise
        except Misfit as error:
            raise self._saved.corrupt(str(error)) from error
        except Exception as error:  # a broken state can raise anything
            raise self._saved.corrupt(f"{type(error).__name__}: {error}") from error
        end_unfinished_stacks()
        self._content = content

    def watch(self, app: AsgiApp) -> AsgiApp:
        """Wrap the app to record the time of its last request."""

        async def watched(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's
            self._last_request = time.monotonic()
            await app(scope, receive, send)

        return watched

    async def keep(self) -> None:
        """Save changes periodically, until cancelled."""
        pause = _SECONDS_BETWEEN
        while True:
            await asyncio.sleep(pause)
            began = time.monotonic()
            try:
                await self._save_changes()
                self._succeeded()
            except Exception as error:  # a later save may succeed
                _logger.exception("The state could not be saved")
                self._failed(error)
            pause = max(_SECONDS_BETWEEN, (time.monotonic() - began) / _LARGEST_SHARE)

    def save(self) -> None:
        """Save now.

        Raises:
            SavedStateError: it failed; the last saved state stays.
        """
        self._report(self._loss("the cloud was killed before it was saved"))
        for _ in range(_ATTEMPTS):
            try:
                self._write(self._gather())
                self._report(None)
                return
            except Exception as error:  # any error must reach the user
                _logger.exception("The state could not be saved")
                failure = error
            time.sleep(_SECONDS_BETWEEN_ATTEMPTS)  # a thread may have changed the state meanwhile
        self._report(self._loss(failure))
        raise SavedStateError(self._loss(failure))

    def _succeeded(self) -> None:
        if self._failures:
            self._failures, self._trouble = 0, None
            self._report(None)

    def _failed(self, error: Exception) -> None:
        """Report an error of the files at once; others may come from a change during the save."""
        self._failures += 1
        if isinstance(error, OSError) or self._failures >= _ATTEMPTS:
            self._trouble = (
                f"the state can't be saved in {self._saved.document}: {error}; what changed since "
                "the last save is lost when the cloud ends"
            )
            self._report(self._trouble)

    def _loss(self, reason: object) -> str:
        return (
            f"the state wasn't saved in {self._saved.document}: {reason}; "
            "the last saved state is still there"
        )

    async def _save_changes(self) -> None:
        recent = time.monotonic() - self._last_request < _SECONDS_OF_WORK
        if recent or self._failures or self._service.snapshot() != self._content.get("appflow"):
            content = self._gather()
            if content != self._content:
                await asyncio.to_thread(self._write, content)

    def _gather(self) -> dict[str, Any]:
        services = dict(self._content.get("services", {}))
        for name, get_state in gateway._build_persistence_save_dict().items():
            state = get_state()
            if state is not None:  # else the service failed to load: keep its old state
                services[name] = json.dumps(state, default=persistence._json_default)
        return {
            "services": services,
            "appflow": self._service.snapshot(),
            "filled": filled_folders(self._saved),
        }

    def _write(self, content: dict[str, Any]) -> None:
        with self._writing:
            self._saved.write(content)
            self._content = content
            self._remove_other_code(self._code_in_use)

    def _check_whole(self, services: dict[str, Any], filled: list[str]) -> None:
        if names := list(missing(self._saved, services, filled)):
            raise self._saved.incomplete(names)

    def _note_code_in_use(self, digests: set[str]) -> None:
        self._code_in_use = digests


def _parsed(name: str, text: str) -> Any:  # noqa: ANN401 - a service's own
    state = json.loads(text, object_hook=persistence._json_object_hook)
    if not isinstance(state, dict):
        raise Misfit(f"the state of {name} is not an object")
    return state
