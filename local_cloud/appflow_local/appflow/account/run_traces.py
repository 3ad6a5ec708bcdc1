"""What the journal keeps of runs: their first records before and after the tasks, and their files.

Bounded in number and in bytes, never saved, and without secrets when it is looked at. A run pays
for its first records only.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import Any

from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.hidden_texts import Hider
from appflow_local.appflow.host import Place
from appflow_local.appflow.transfer.record_json import record_json

MOST_RUNS = 1000
MOST_BYTES = 32 * 1024 * 1024
MOST_RECORDS = 100
"""Of each run: how many of its records, of those that were refused, and of its objects."""

_MOST_BYTES_OF_RUN = 1024 * 1024
_LONGEST_RECORD = 16 * 1024
_LONGEST_VALUE = 1024


@dataclass(frozen=True)
class Sample:
    """One record, as JSON: as the source gave it, and as the destination got it.

    `after` is None if the record was left out; `why` then says by what.
    """

    before: str
    after: str | None = None
    why: str | None = None


@dataclass(frozen=True)
class Refused:
    """A record, as JSON, that the destination refused, with its reason."""

    record: str
    reason: str


@dataclass(frozen=True)
class Put:
    """An object that was put into a bucket; `size` is in bytes."""

    bucket: str
    key: str
    size: int


@dataclass
class RunTrace:
    """One run. Its worker adds to it while others look.

    Attributes:
        place: The account and Region.
        execution: The run's record.
        origins: The field of the source that each field of the output comes from, once known.
        samples: The first records.
        refused: The first records that the destination refused.
        objects: The first objects that were put; `objects_put` counts all.
        filtered: How many records the tasks have left out so far.
    """

    place: Place
    execution: Execution
    origins: Mapping[str, str] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    objects: list[Put] = field(default_factory=list)
    objects_put: int = 0
    filtered: int = 0
    size: int = 0

    @property
    def room(self) -> int:
        """How many more records are kept."""
        return MOST_RECORDS - len(self.samples) if self.size < _MOST_BYTES_OF_RUN else 0

    def sample(
        self, before: Mapping[str, Any], after: Mapping[str, Any] | None, why: str | None = None
    ) -> None:
        """Keep a record before and after the tasks."""
        made = Sample(_text(before), None if after is None else _text(after), why)
        self.samples.append(made)
        self.size += len(made.before) + len(made.after or "")

    def refuse(self, text: str, reason: str) -> None:
        """Keep a record, given as JSON, that the destination refused."""
        if len(self.refused) < MOST_RECORDS and self.size < _MOST_BYTES_OF_RUN:
            self.refused.append(Refused(_shortened(text), reason[:_LONGEST_VALUE]))
            self.size += len(self.refused[-1].record)

    def put(self, bucket: str, key: str, size: int) -> None:
        """Keep the name of an object that was put."""
        self.objects_put += 1
        if len(self.objects) < MOST_RECORDS:
            self.objects.append(Put(bucket, key, size))
            self.size += len(key)

    def hidden_by(self, hide: Hider) -> RunTrace:
        """Return a copy without secrets."""
        return replace(
            self,
            execution=_told(self, hide),
            samples=[_hidden(each, hide) for each in list(self.samples)],
            refused=[
                Refused(hide.text(each.record), hide.text(each.reason))
                for each in list(self.refused)
            ],
            objects=list(self.objects),
        )


class RunTraces:
    """The newest runs. Safe between threads.

    Args:
        secrets: the texts that must not be shown, as they are known now.
        most_runs: how many runs are kept.
        most_bytes: how many bytes of them; the newest run is kept even if it is larger.
    """

    def __init__(
        self,
        secrets: Callable[[], Iterable[str]],
        most_runs: int = MOST_RUNS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._secrets = secrets
        self._most_runs = most_runs
        self._most_bytes = most_bytes
        self._kept: dict[str, tuple[RunTrace, Hider]] = {}
        self._lock = threading.Lock()

    def begin(self, place: Place, execution: Execution) -> None:
        """Keep a run that begins, and forget the oldest if there are too many."""
        hide = Hider(self._secrets())
        with self._lock:
            self._kept[execution.id] = RunTrace(place, execution), hide
            size = sum(trace.size for trace, _ in self._kept.values())
            while len(self._kept) > 1 and (
                len(self._kept) > self._most_runs or size > self._most_bytes
            ):
                oldest = next(iter(self._kept))
                size -= self._kept.pop(oldest)[0].size

    def change(self, execution: Execution) -> None:
        """Keep the record of a run as it is now."""
        with self._lock:
            found = self._kept.get(execution.id)
        if found is not None:
            found[0].execution = execution

    def of(self, place: Place, execution: Execution) -> RunTrace:
        """Return what a run adds to; one that is forgotten already adds to nothing that is kept."""
        with self._lock:
            found = self._kept.get(execution.id)
        return found[0] if found else RunTrace(place, execution)

    def find(self, execution_id: str) -> RunTrace | None:
        """Return a copy of a run, without secrets; None if it isn't kept."""
        with self._lock:
            found = self._kept.get(execution_id)
        return found[0].hidden_by(found[1]) if found else None

    def newest(
        self, place: Place, most: int, flow: str | None = None, *, skip: int = 0
    ) -> Sequence[Execution]:
        """Return the records of the newest runs, newest first, after the first `skip` of them."""
        wanted = (each for each in self._of(place) if flow in (None, each[0].execution.flow))
        return [_told(*each) for each in islice(wanted, skip, skip + most)]

    def newest_of_each_flow(self, place: Place) -> dict[str, Execution]:
        """Return the record of each flow's newest run, by the flow's name."""
        found: dict[str, tuple[RunTrace, Hider]] = {}
        for each in self._of(place):
            found.setdefault(each[0].execution.flow, each)
        return {flow: _told(*each) for flow, each in found.items()}

    def _of(self, place: Place) -> Iterator[tuple[RunTrace, Hider]]:
        with self._lock:
            kept = list(self._kept.values())
        return (each for each in reversed(kept) if each[0].place == place)

    def clear(self) -> None:
        """Forget all runs."""
        with self._lock:
            self._kept.clear()


def _told(trace: RunTrace, hide: Hider) -> Execution:
    run = trace.execution
    return run if run.message is None else replace(run, message=hide.text(run.message))


def _hidden(sample: Sample, hide: Hider) -> Sample:
    after = None if sample.after is None else hide.text(sample.after)
    return Sample(hide.text(sample.before), after, sample.why and hide.text(sample.why))


def _text(record: Mapping[str, Any]) -> str:
    try:
        text = record_json(record, _ENCODER)
    except (TypeError, ValueError, RecursionError):
        text = json.dumps({str(name): repr(value) for name, value in record.items()})
    return text if len(text) <= _LONGEST_RECORD else _short(record)


def _shortened(text: str) -> str:
    if len(text) <= _LONGEST_RECORD:
        return text
    try:
        return _short(json.loads(text))
    except (ValueError, RecursionError, AttributeError):
        return json.dumps({"": text[:_LONGEST_VALUE] + "…"})


def _short(record: Mapping[str, Any]) -> str:
    """Return a long record with its long values cut, and its first fields only."""
    fields = list(record.items())[:MOST_RECORDS]
    return json.dumps({str(name)[:_LONGEST_VALUE]: _cut(value) for name, value in fields})


def _cut(value: object) -> object:
    if isinstance(value, int | float | None):
        return value
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"


def _as_text(value: object) -> str:
    if isinstance(value, Decimal):
        raise TypeError  # `record_json` writes its digits
    return str(value)


_ENCODER = json.JSONEncoder(default=_as_text)
