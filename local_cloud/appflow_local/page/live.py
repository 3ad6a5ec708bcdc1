"""Tells browsers that something has changed; they then ask for the same screen again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from starlette.responses import StreamingResponse

from appflow_local.appflow.service import AppFlow

_SECONDS_BETWEEN_LOOKS = 0.25
_LOOKS_BETWEEN_SIGNS_OF_LIFE = 60


def changes(appflow: AppFlow, seen: int, is_ending: Callable[[], bool]) -> StreamingResponse:
    """Answer with a stream of events, one for each change that is noticed.

    Args:
        appflow: what is looked at.
        seen: its `changes` when the screen was made.
        is_ending: whether the server is about to end.

    Known of The workbench (HTML Standard, "Server-sent events"): the form of the page's stream of
    changes.
    """

    async def events() -> AsyncIterator[str]:
        last, looks = seen, 0
        yield "retry: 1000\n\n"
        while not is_ending():
            now, looks = appflow.changes, looks + 1
            if now != last:
                last, looks = now, 0
                yield f"data: {now}\n\n"
            elif looks >= _LOOKS_BETWEEN_SIGNS_OF_LIFE:
                looks = 0
                yield ":\n\n"  # a client that is gone is noticed by writing to it
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)

    return StreamingResponse(events(), media_type="text/event-stream")
