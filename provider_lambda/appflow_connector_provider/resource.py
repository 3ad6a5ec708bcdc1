"""The seam over crhelper: one subclass that answers every event once, soon and in full.

crhelper 2.0.12 is the frame: it finds the function for the RequestType, catches what it raises and
watches the deadline. What it leaves open, and is closed here:

- it makes three boto3 clients at import, which only polling would use (`crhelper_import.py`);
- it logs the event, with the pre-signed ResponseURL in it, at DEBUG;
- it sleeps 120 s before it answers a Delete;
- it sends without a time-out, takes any HTTP status for success, and never gives up;
- it can send two answers, when the deadline passes while the work is ending;
- it answers with the ids of an earlier event when a later one is malformed, and keeps NoEcho;
- it cuts the head off a long Reason.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from appflow_connector_provider import response, timing
from appflow_connector_provider.crhelper_import import CfnResource, resource_helper
from appflow_connector_provider.failures import REASON_MAX_LENGTH, RegistrationError
from appflow_connector_provider.physical_id import NothingRegistered
from appflow_connector_provider.shown_text import literal, one_line

_logger = logging.getLogger(__name__)

_HIDDEN: Final = "(hidden)"
_SHOWN_VALUE: Final = 60
_LONGEST_TRACEBACK: Final = 4096
_ANSWER_MARGIN: Final = 5.0
"""Seconds kept for the answer; a fifth of the time when the function has less than 25."""


class LambdaContext(Protocol):
    """What is used of Lambda's context object."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""


class ConnectorResource(CfnResource):
    """crhelper's resource, bounded in time and careful with what it says."""

    # Set by crhelper; its stubs leave them out.
    _event: dict[str, Any]
    _context: LambdaContext
    RequestType: str
    advice_when_late = "Deploy again, or give the RegistrationProvider a longer timeout."

    def __init__(self) -> None:
        super().__init__(json_logging=False, log_level="INFO", boto_level="WARNING")
        self._once = threading.RLock()
        self._number = 0
        self._answered = False
        self._url = ""
        self._undelivered: Exception | None = None
        self._delivered = threading.Event()

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> None:
        """Handle one event: exactly one answer, or an exception so that Lambda delivers it again.

        Raises:
            response.ResponseError: the answer could not be delivered.
            ValueError: the event names no ResponseURL, so that nobody can be answered.
        """
        url = event.get("ResponseURL") if isinstance(event, Mapping) else None
        if not isinstance(url, str) or not url:
            raise ValueError("the event has no ResponseURL; this is not from CloudFormation")
        response.check_host(url)
        with self._once:
            self._reset(event, context, url)
        if problem := _problem(event):
            failure = RegistrationError("Invalid event", problem, "")
            self._send(resource_helper.FAILED, failure.reason(self._log))
        else:
            super().__call__(_for_crhelper(event), context)
        # Lambda freezes a process that returns: the deadline's answer may still be on its way.
        self._delivered.wait(self.remaining())
        if self._undelivered is not None:
            raise self._undelivered

    def remaining(self) -> float:
        """Seconds until Lambda ends the invocation."""
        return float(self._context.get_remaining_time_in_millis()) / 1000

    def check_answerable(self) -> None:
        """Make sure that CloudFormation can be answered, before anything is registered.

        Raises:
            RegistrationError: it can't.
        """
        response.check_reachable(self._url)

    @property
    def margin(self) -> float:
        """Seconds kept back for undoing and answering."""
        return self._margin

    @property
    def _log(self) -> str:
        return getattr(self._context, "log_stream_name", "") or "the provider function's log"

    def _reset(self, event: Mapping[str, Any], context: LambdaContext, url: str) -> None:
        self._number += 1
        self._context = context
        self._margin = min(_ANSWER_MARGIN, self.remaining() / 5)
        self._url = url
        self._answered = False
        self._undelivered = None
        self._delivered = threading.Event()
        self.NoEcho = False
        self.Data = {}
        self.StackId = _text(event, "StackId")
        self.RequestId = _text(event, "RequestId")
        self.LogicalResourceId = _text(event, "LogicalResourceId")
        self._fallback_id = _text(event, "PhysicalResourceId") or str(
            NothingRegistered(self.RequestId or "no-request-id")
        )
        self.PhysicalResourceId = self._fallback_id

    def _wrap_function(self, func: Callable[..., str | None] | None) -> None:
        # crhelper has just emptied the id; the deadline must find one.
        self.PhysicalResourceId = self._fallback_id
        try:
            if func is not None:
                self.PhysicalResourceId = func(self._event, self._context) or self._fallback_id
        except RegistrationError as error:
            self._fail(error, str(error))
        except Exception as error:  # noqa: BLE001 - the outermost edge: CloudFormation must know
            trace = traceback.format_exc()[-_LONGEST_TRACEBACK:]
            self._fail(RegistrationError(type(error).__name__, str(error), ""), trace)

    def _fail(self, error: RegistrationError, told: str) -> None:
        self.Status = resource_helper.FAILED
        self.Reason = error.reason(self._log)
        # Not as exc_info: Lambda's log handler raises on what UTF-8 cannot hold.
        line = one_line(told.replace("\n", " | "), 2 * _LONGEST_TRACEBACK)
        _logger.error("%s failed: %s", self.RequestType, line)

    def _wait_for_cwlogs(self, sleep: object = None) -> None:
        """Do not wait: CloudWatch Logs gets the lines of a deleted function's log group or not."""

    def _set_timeout(self) -> None:
        seconds = max(self.remaining() - self._margin, 0)
        number = self._number
        self._timer = timing.call_later(seconds, lambda: self._time_out(number))

    def _time_out(self, number: int) -> None:
        # Lambda freezes threads with the process: this one may go on during a later event.
        with self._once:
            if number == self._number:
                self._timeout()

    def _timeout(self) -> None:
        with self._once:
            if self._answered:
                return
            self._answered = True
        failure = RegistrationError(
            f"{self.RequestType} timed out",
            "AppFlow did not finish within the provider function's time",
            self.advice_when_late,
        )
        _logger.error("%s failed: %s", self.RequestType, failure)
        self._deliver(resource_helper.FAILED, failure.reason(self._log))

    def _send(self, status: str | None = None, reason: str = "", *_unused: object) -> None:
        with self._once:
            if self._answered:
                return
            self._answered = True
        self._deliver(status or self.Status, reason or self.Reason)

    def _deliver(self, status: str, reason: str) -> None:
        body = {
            "Status": status,
            "Reason": one_line(reason, REASON_MAX_LENGTH),
            "PhysicalResourceId": self.PhysicalResourceId or self._fallback_id,
            "StackId": self.StackId,
            "RequestId": self.RequestId,
            "LogicalResourceId": self.LogicalResourceId,
            "NoEcho": self.NoEcho,
            "Data": {} if status == resource_helper.FAILED else self.Data,
        }
        try:
            response.send(self._url, body, self.remaining)
        except response.ResponseError as refused:
            self._undelivered = refused
        finally:
            self._delivered.set()


def _for_crhelper(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event without its URL, and without what would make crhelper take it for polling."""
    kept = {name: value for name, value in event.items() if not name.startswith("CrHelper")}
    return kept | {"ResponseURL": _HIDDEN}


def _problem(event: Mapping[str, Any]) -> str | None:
    """Say what keeps an event from being a custom resource request; None when nothing does."""
    request_type = event.get("RequestType")
    if request_type not in ("Create", "Update", "Delete"):
        shown = literal(request_type, _SHOWN_VALUE)
        return f"RequestType {shown} must be Create, Update or Delete"
    required = ["RequestId", "StackId", "LogicalResourceId"]
    if request_type != "Create":
        required.append("PhysicalResourceId")
    missing = [name for name in required if not _text(event, name)]
    return f"{', '.join(missing)} must be a text" if missing else None


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name)
    return value if isinstance(value, str) else ""
