"""The journal: every call that AppFlow makes to a connector, for those who look at it afterwards.

It keeps the newest calls, bounded in number and in bytes, is never saved, and shows no secret. What
is a secret is decided when a call is made, so that one that is deleted since stays hidden; it is
searched for when a call is looked at, because few are, and a run's pages are large.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase

from appflow_local.appflow.account.hidden_texts import Hider
from appflow_local.appflow.host import Place

MOST_CALLS = 1000
MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Call:
    """One call of a connector's function.

    Attributes:
        number: Counts the calls of this AppFlow, from 1.
        began_at: When it began, aware.
        place: The account and Region.
        label: The connector's label.
        function_arn: Its function.
        operation: The protocol's name, such as QueryData.
        request: What was sent, as JSON.
        answer: What came back, JSON or not; None if nothing did.
        error: Why the call failed; None if the function returned.
        milliseconds: How long it took.
        printed: What the function printed.
        flow: The flow that it was made for; None outside a run.
        run: The execution ID of its run.
        fault: What was done to it on purpose; see `account.faults`.
        refusal: Why AppFlow refused an answer that says that it is a success.
    """

    number: int
    began_at: datetime
    place: Place
    label: str
    function_arn: str
    operation: str
    request: bytes
    answer: bytes | None
    error: str | None
    milliseconds: float
    printed: str = ""
    flow: str | None = None
    run: str | None = None
    fault: str | None = None
    refusal: str | None = None

    def hidden_by(self, hide: Hider) -> Call:
        """Return the call without secrets."""
        return replace(
            self,
            request=hide(self.request),
            answer=None if self.answer is None else hide(self.answer),
            error=None if self.error is None else hide.text(self.error),
            refusal=None if self.refusal is None else hide.text(self.refusal),
            printed=hide.text(self.printed),
        )

    @property
    def function(self) -> str:
        """The function's name."""
        return self.function_arn.partition(":function:")[2].partition(":")[0]

    @property
    def size(self) -> int:
        """The bytes that it takes."""
        return len(self.request) + len(self.answer or b"") + len(self.printed)


class Journal:
    """The newest calls. Safe between threads.

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
        self._secrets = secrets
        self._most_calls = most_calls
        self._most_bytes = most_bytes
        self._calls: deque[tuple[Call, Hider]] = deque()
        self._size = 0
        self._number = 0
        self._lock = threading.Lock()

    def add(self, make: Callable[[int], Call]) -> int:
        """Keep a call; `make` is given its number, which is returned."""
        hide = Hider(self._secrets())
        with self._lock:
            self._number += 1
            call = make(self._number)
            self._calls.append((call, hide))
            self._size += call.size
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
        """
        with self._lock:
            kept = list(self._calls)
        wanted = (label, flow, run, function)
        for call, hide in kept:
            given = (call.label, call.flow, call.run, call.function)
            if (
                call.number > after
                and (since is None or call.began_at >= since)
                and all(
                    w is None or fnmatchcase(g or "", w) for w, g in zip(wanted, given, strict=True)
                )
            ):
                yield call.hidden_by(hide)

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
        """Forget all calls; numbers go on."""
        with self._lock:
            self._calls.clear()
            self._size = 0
