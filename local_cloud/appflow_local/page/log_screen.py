"""The screen of the functions' logs, and the server's."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from typing import Any

from appflow_local.page.view import View
from appflow_local.server_log import Selection, function_pattern, functions_in, moment_of

_MOST_BYTES = 1024 * 1024
_MOST_LINES = 500


def logs(view: View) -> Mapping[str, Any]:
    """The newest lines of the log, of one function and with a text in them if wanted."""
    function, since, text = (view.query.get(each, "") for each in ("function", "since", "text"))
    problem, selection = None, Selection()
    try:
        selection = Selection(
            function_pattern(function) if function else None,
            moment_of(since, datetime.now(timezone.utc)) if since else None,
        )
    except ValueError as error:
        problem = str(error)
    lines = view.journal.hider().text("\n".join(_tail(view))).split("\n")
    found = (each for each in selection.of(lines) if text.casefold() in each.casefold())
    shown = deque(found, _MOST_LINES)
    return {
        "functions": functions_in(lines),
        "function": function,
        "since": since,
        "text": text,
        "problem": problem,
        "lines": [] if problem else list(shown),
    }


def _tail(view: View) -> Iterator[str]:
    """Yield the last lines of the log."""
    with suppress(FileNotFoundError), view.source.log.open("rb") as log:
        size = log.seek(0, os.SEEK_END)
        log.seek(max(0, size - _MOST_BYTES))
        content = log.read().decode(errors="replace").splitlines()
        yield from content if size <= _MOST_BYTES else content[1:]
