"""What the sources and destinations of runs share: pages of records, and counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """Some records of a source; `size` is their size in bytes as they were received."""

    records: Sequence[Record]
    size: int

    @property
    def count(self) -> int:
        """How many records it has."""
        return len(self.records)


@dataclass(frozen=True)
class DonePage:
    """A page of a source whose tasks are done already; `write` puts what is left of it.

    `count` and `size` are those of its records as they were received; `left` is how many the tasks
    have left.
    """

    count: int
    size: int
    left: int
    write: Callable[[], None]


@dataclass(frozen=True)
class HandedPage:
    """A page of a source that is worked on elsewhere.

    `result` waits for that; it returns a Page if the run has to do the page itself after all, and
    raises what reading that raises.
    """

    result: Callable[[], Page | DonePage]


class Source(Protocol):
    """Where a run reads."""

    def pages(self) -> Iterator[Page | HandedPage]:
        """Yield the records page by page; keep none of them."""
        ...


class Destination(Protocol):
    """Where a run writes. Any method may raise an error that ends the run."""

    def write(self, records: Sequence[Record]) -> None:
        """Write the records made from one page of the source."""
        ...

    def finish(self) -> None:
        """Write what is left, after the last page."""
        ...

    def close(self) -> None:
        """Drop what is left, at the end of any run."""
        ...


@dataclass
class Tally:
    """What a run has done so far; `run` explains the counts."""

    records_processed: int = 0
    bytes_processed: int = 0
    bytes_written: int = 0
    put_failures: int = 0
    records_filtered: int = 0
