"""The journal: calls to connectors, runs and refusals, for those who look at them afterwards.

It keeps the newest calls, bounded in number and in bytes, is never saved, and shows no secret. What
is a secret is decided when a call is made, so that one that is deleted since stays hidden; it is
searched for when a call is looked at, because few are, and a run's pages are large.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import takewhile

from appflow_local.appflow.account.calls import Call, CallLine
from appflow_local.appflow.account.hidden_texts import Hider
from appflow_local.appflow.account.refusals import Refusals
from appflow_local.appflow.account.run_traces import RunTraces
from appflow_local.appflow.host import Place

MOST_CALLS = 1000
MOST_BYTES = 64 * 1024 * 1024

_made: ContextVar[list[int] | None] = ContextVar("made", default=None)


class Journal:
    """The newest calls, runs and refusals. Safe between threads.

    Args:
        secrets: the texts that must not be shown, as they are known now.
        most_calls: how many calls are kept.
        most_bytes: how many bytes of them; the newest call stays, whatever its size.
    """

    def __init__(
        self,
        secrets: Callable[[], Iterable[str]],
        most_calls: int = MOST_CALLS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self.runs = RunTraces(secrets)
        self.refusals = Refusals(secrets)
        self._secrets = secrets
        self._most_calls = most_calls
        self._most_bytes = most_bytes
        self._calls: deque[tuple[Call, Hider]] = deque()
        self._size = 0
        self._number = 0
        self._clearings = 0
        self._lock = threading.Lock()

    @property
    def clearings(self) -> int:
        """How often everything was forgotten: a call is one of the time in which it began."""
        return self._clearings

    def add(self, make: Callable[[int], Call], begun: int | None = None) -> int:
        """Keep a call, and return its number.

        Args:
            make: is given the number.
            begun: what `clearings` was when the call began; if everything was forgotten since, the
                call is not kept, and 0 is returned. Default: it has begun now.
        """
        hide = Hider(self._secrets())
        with self._lock:
            if begun is not None and begun != self._clearings:
                return 0
            self._number += 1
            call = make(self._number)
            self._calls.append((call, hide))
            self._size += call.size
            if (made := _made.get()) is not None:
                made.append(self._number)
            while len(self._calls) > self._most_calls or (
                self._size > self._most_bytes and len(self._calls) > 1
            ):
                self._size -= self._calls.popleft()[0].size
            return self._number

    def refuse(self, number: int, refusal: str) -> None:
        """Note why AppFlow refused the answer to a call, if the call is still kept."""
        with self._lock:
            for index in range(len(self._calls) - 1, -1, -1):
                call, hide = self._calls[index]
                if call.number == number:
                    self._calls[index] = replace(call, refusal=refusal), hide
                    return

    def calls(
        self,
        *,
        after: int = 0,
        label: str | None = None,
        flow: str | None = None,
        run: str | None = None,
        function: str | None = None,
        since: datetime | None = None,
        brief: bool = False,
    ) -> Iterator[Call]:
        """Yield the kept calls, oldest first, without secrets.

        Args:
            after: only those with a larger number.
            label: only this connector's; in it, as in the next three, `*` stands for any
                characters, and `?` for one.
            flow: only those for this flow.
            run: only those for this run.
            function: only those of the function of this name.
            since: only those that began then or later.
            brief: leave out requests, and answers that are a success: whoever made the calls has
                them, and to search them for secrets takes as long as to make a call.
        """
        with self._lock:
            # From the newest: whoever asks for what is new need not wait for all that is old.
            newer = list(takewhile(lambda kept: kept[0].number > after, reversed(self._calls)))
        wanted = {"label": label, "flow": flow, "run": run, "function": function}
        patterns = {name: each for name, each in wanted.items() if each is not None}
        for call, hide in reversed(newer):
            if (since is None or call.began_at >= since) and all(
                fnmatchcase(getattr(call, name) or "", each) for name, each in patterns.items()
            ):
                yield call.hidden_by(hide, brief=brief)

    def lines(
        self,
        place: Place,
        most: int,
        *,
        before: int | None = None,
        label: str | None = None,
        flow: str | None = None,
        run: str | None = None,
        only_failures: bool = False,
    ) -> list[CallLine]:
        """Return what a list shows of the newest calls that are older than the number `before`."""
        with self._lock:
            kept = list(self._calls)
        found: list[CallLine] = []
        for call, hide in reversed(kept):
            if len(found) == most:
                break
            if (
                call.place == place
                and (before is None or call.number < before)
                and label in (None, call.label)
                and flow in (None, call.flow)
                and run in (None, call.run)
                and (call.has_failed or not only_failures)
            ):
                found.append(call.line(hide))
        return found

    def find(self, place: Place, number: int) -> Call | None:
        """Return one call, without secrets; None if it isn't kept."""
        found = self._find(place, number)
        return found[0].hidden_by(found[1]) if found else None

    def request_of(self, place: Place, number: int) -> bytes | None:
        """Return a request as it was sent, with what is secret in it, to be sent again."""
        found = self._find(place, number)
        return found[0].request if found else None

    def _find(self, place: Place, number: int) -> tuple[Call, Hider] | None:
        with self._lock:
            kept = reversed(self._calls)
            found = (each for each in kept if each[0].number == number)
            return next((each for each in found if each[0].place == place), None)

    @contextmanager
    def noting(self) -> Iterator[list[int]]:
        """Note the numbers of the calls that the block makes on its own thread."""
        made: list[int] = []
        token = _made.set(made)
        try:
            yield made
        finally:
            _made.reset(token)

    def hider(self) -> Hider:
        """Return what hides the secrets that are known now."""
        return Hider(self._secrets())

    def names(self) -> dict[str, list[str]]:
        """What `calls` can be asked for: labels, flows, runs and functions of the kept calls."""
        with self._lock:
            kept = [call for call, _ in self._calls]
        members = ("label", "flow", "run", "function")
        return {
            each: list(dict.fromkeys(name for call in kept if (name := getattr(call, each))))
            for each in members
        }

    @property
    def newest(self) -> int:
        """The number of the newest call; 0 before the first."""
        with self._lock:
            return self._number

    def clear(self) -> None:
        """Forget everything; numbers go on."""
        with self._lock:
            self._calls.clear()
            self._size = 0
            self._clearings += 1
        self.runs.clear()
        self.refusals.clear()
