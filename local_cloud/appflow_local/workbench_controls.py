"""The server's part of what tests turn: the clock, the faults and what still runs, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from appflow_local.appflow.account.faults import Fault, FaultError
from appflow_local.appflow.protocol.errors import ValidationException
from appflow_local.appflow.service import AppFlow

_LONGEST_MOVE = timedelta(days=3650)


class WrongRequest(Exception):  # noqa: N818 - an answer
    """What is asked for can't be done; the message says what to ask for."""


def clock(appflow: AppFlow, given: Mapping[str, Any]) -> dict[str, Any]:
    """Tell the cloud's time, or move it.

    Args:
        appflow: whose clock it is.
        given: `by`, in seconds, or `until`, a time, to move to; `skipsPauses` to set that; nothing
            to be told the time.

    Returns:
        `now`; `ahead`, in seconds; `skipsPauses`; and after a move, `until` and whether it is
        `reached`: else ask again with it.

    Raises:
        WrongRequest: the clock can't be moved so.
    """
    if isinstance(given.get("skipsPauses"), bool):
        appflow.clock.skips_pauses = given["skipsPauses"]
    until = _until(appflow.clock.now(), given)
    try:
        moved = {} if until is None else {"reached": appflow.move(until)}
    except ValidationException as error:
        raise WrongRequest(str(error)) from error
    return {**_shown_clock(appflow), **moved, "until": until and until.isoformat()}


def plan_fault(appflow: AppFlow, given: Mapping[str, Any]) -> dict[str, Any]:
    """Plan a fault, and return it.

    Raises:
        WrongRequest: it is none, or not one of that operation.
    """
    known = {name for name in Fault.__dataclass_fields__ if name[0] != "_"}
    if unknown := given.keys() - known:
        raise WrongRequest(f"a fault has no {sorted(unknown)[0]}")
    try:
        return shown_fault(appflow.faults.add(Fault(**given)))
    except FaultError as error:
        raise WrongRequest(str(error)) from error


def shown_fault(fault: Fault) -> dict[str, Any]:
    """Return a fault as JSON."""
    return {name: value for name, value in vars(fault).items() if name[0] != "_"}


def running(appflow: AppFlow) -> list[dict[str, Any]]:
    """Return the runs that have not ended."""
    return [{"flow": each.flow, "run": each.id} for each in appflow.running()]


def _shown_clock(appflow: AppFlow) -> dict[str, Any]:
    found = appflow.clock
    return {
        "now": found.now().isoformat(timespec="milliseconds"),
        "ahead": found.ahead.total_seconds(),
        "skipsPauses": found.skips_pauses,
    }


def _until(now: datetime, given: Mapping[str, Any]) -> datetime | None:
    by, until = given.get("by"), given.get("until")
    if by is None and until is None:
        return None
    try:
        wanted = datetime.fromisoformat(until) if until else now + timedelta(seconds=float(by or 0))
        step = wanted - now
    except (TypeError, ValueError, OverflowError) as error:
        raise WrongRequest(f"the clock can't be moved so ({error})") from error
    if by is not None and step <= timedelta(0):
        raise WrongRequest("a clock is only moved forward: give more than 0 seconds")
    if step > _LONGEST_MOVE:
        raise WrongRequest(f"the clock is moved by {_LONGEST_MOVE.days} days at most at once")
    return wanted
