"""A port that is held from its choice until the server listens on it, so that nobody gets between.

A port that is only looked for may be somebody else's a moment later: two test runs that start at
the same time would share a cloud's folder.
"""

from __future__ import annotations

import socket


class HeldPort:
    """A port on 127.0.0.1.

    Args:
        number: the port; 0 for a free one, which is held at once.
    """

    def __init__(self, number: int) -> None:
        self._socket: socket.socket | None = None
        self.number = number
        if not number:
            self.number = self.hold()

    def hold(self) -> int:
        """Keep everybody else from the port, until `release`; return its number.

        Raises:
            OSError: it's somebody else's.
        """
        if self._socket is None:
            held = socket.socket()
            try:
                held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                held.bind(("127.0.0.1", self.number))
            except OSError:
                held.close()
                raise
            self._socket = held
        return int(self._socket.getsockname()[1])

    @property
    def descriptor(self) -> int:
        """The socket to be handed to the server; -1 while the port isn't held."""
        return -1 if self._socket is None else self._socket.fileno()

    def release(self) -> None:
        """Leave the port to whoever was handed it."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
