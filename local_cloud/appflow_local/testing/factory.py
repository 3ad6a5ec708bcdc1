"""More clouds, for fixtures that several tests share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from appflow_local.testing.errors import AppflowLocalError
from appflow_local.testing.fixture import AppflowLocal
from appflow_local.testing.own_cloud import OwnCloud


class AppflowLocalFactory:
    """What the fixture `appflow_local_factory` is: it starts a cloud each time it's called.

    Args:
        folders: where a connector's folder is looked for, in this order.

    Attributes:
        running: The clouds that it has started and that have not ended.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self.running: list[AppflowLocal] = []

    @contextmanager
    def __call__(self) -> Iterator[AppflowLocal]:
        """Start a cloud that nothing empties, and end it with the block.

        Raises:
            CloudError: it doesn't start.
            AppflowLocalError: at the end, if a flow is left running.
        """
        own = OwnCloud()
        made = AppflowLocal(own, self._folders)
        self.running.append(made)
        try:
            yield made
            if (left := own.left()) is not None:
                raise AppflowLocalError(left)
        finally:
            self.running.remove(made)
            own.end()
