"""Waits for changes of files."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from appflow_local.command_arguments import UsageError

_QUIET_MILLISECONDS = 30
"""How long no file must change before a change is told: an editor writes several."""
_LONGEST_MILLISECONDS = 400


class Watch:
    """Watches from now on, in threads of its own.

    Args:
        folders: everything in these, but what watchfiles takes for caches, such as `.git`.
        files: these, which may be replaced or not be there yet.

    Raises:
        UsageError: watchfiles isn't installed.
    """

    def __init__(self, folders: Iterable[Path], files: Iterable[Path]) -> None:
        try:
            self._library: Any = import_module("watchfiles")
        except ImportError:
            raise UsageError(
                "there is no watchfiles to tell of changes: pip install 'appflow-local[dev]'"
            ) from None
        self._changes: queue.Queue[None] = queue.Queue()
        self._ended = threading.Event()
        whole = [each.resolve() for each in folders]
        single = {each.absolute() for each in files}
        self._start(whole, self._library.DefaultFilter(), recursive=True)
        # Their folders: a file that is replaced is another one.
        parents = {each.parent for each in single}
        self._start(parents, lambda _kind, path: Path(path) in single, recursive=False)

    def wait(self) -> None:
        """Return once something has changed since the last time."""
        self._changes.get()
        while not self._changes.empty():
            self._changes.get_nowait()

    def end(self) -> None:
        """Stop watching."""
        self._ended.set()

    def _start(
        self, places: Iterable[Path], wanted: Callable[[Any, str], bool], *, recursive: bool
    ) -> None:
        if given := [each for each in places if each.is_dir()]:
            changes = self._library.watch(
                *given,
                watch_filter=wanted,
                debounce=_LONGEST_MILLISECONDS,
                step=_QUIET_MILLISECONDS,
                stop_event=self._ended,
                recursive=recursive,
                raise_interrupt=False,
            )
            threading.Thread(target=self._tell, args=(changes,), daemon=True).start()

    def _tell(self, changes: Iterator[object]) -> None:
        for _ in changes:
            self._changes.put(None)
