"""The page's own port: a free one on loopback, and the token that those who look must have."""

from __future__ import annotations

import errno
import secrets
import socket

_TRIES = 20


class PagePort:
    """A free port on loopback, and the token that its page asks for."""

    def __init__(self) -> None:
        self._listening, self._reserved = _open()
        self._port = int(self._listening.getsockname()[1])
        self._token = secrets.token_urlsafe()

    @property
    def port(self) -> int:
        """The port."""
        return self._port

    @property
    def token(self) -> str:
        """What those who look must have."""
        return self._token

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"http://localhost:{self.port}/?token={self.token}"

    def listening(self) -> int:
        """Hand over the listening socket, as a file descriptor."""
        return self._listening.detach()

    def close(self) -> None:
        """Give the port back."""
        self._listening.close()
        if self._reserved is not None:
            self._reserved.close()


def _open() -> tuple[socket.socket, socket.socket | None]:
    """Listen on a free port; return the same port of ::1, too, reserved.

    Browsers try ::1 first: whoever listened there would be given the token.
    """
    for _ in range(_TRIES):
        listening = socket.create_server(("127.0.0.1", 0))
        try:
            return listening, _reserve(int(listening.getsockname()[1]))
        except OSError as error:
            listening.close()
            if error.errno != errno.EADDRINUSE:
                raise
    raise OSError(errno.EADDRINUSE, "no port is free on both 127.0.0.1 and ::1")


def _reserve(port: int) -> socket.socket | None:
    """Take the port of ::1 without listening; None where there is no IPv6.

    Raises:
        OSError: somebody has it.
    """
    if not socket.has_ipv6:
        return None
    reserved = socket.socket(socket.AF_INET6)
    try:
        reserved.bind(("::1", port))
    except OSError as error:
        reserved.close()
        if error.errno == errno.EADDRINUSE:
            raise
        return None
    return reserved
