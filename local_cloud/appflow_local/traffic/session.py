"""Puts the proxy between the functions of a server and the world."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from urllib.request import getproxies_environment

from appflow_local.state import StateFolder
from appflow_local.traffic import python_client
from appflow_local.traffic.proxy import TrafficProxy
from appflow_local.traffic.recording import Recording
from appflow_local.traffic.redaction import Redactor
from appflow_local.traffic.settings import (
    BUNDLES,
    BYPASSES,
    LED_VARIABLE,
    OTHERS,
    PROXIES,
    REPEATED,
    UNRECORDED,
    Traffic,
    leave_note,
    take_notes,
)
from appflow_local.traffic.worlds import RecordedWorld, ReplayedWorld

_MODULE = "_appflow_local_traffic"
# Without [::1], which httpx takes for no host. What goes to the proxy all the same is passed on.
_CLOUD = ("localhost", "127.0.0.1", ".localhost")


class TrafficSession:
    """The functions' traffic while a server runs.

    Args:
        traffic: what is to be done with it.
        state: the cloud's folder.
        port: the cloud's port.

    Raises:
        NoArchive, OSError: the recording can't be replayed; `Traffic.check` tells it before.
    """

    def __init__(self, traffic: Traffic, state: StateFolder, port: int) -> None:
        for kind in (UNRECORDED, REPEATED):
            take_notes(state.path, kind)  # a killed cloud's
        self._secrets: Callable[[], Iterable[str]] = tuple
        redactor = Redactor(lambda: self._secrets())
        self._world = _world(traffic, state, redactor)
        self._proxy = TrafficProxy(self._world, port)
        self._port = port
        self.bundle = state.temporary / "ca-bundle.pem"
        """The roots that functions trust: the cloud's, and the proxy's."""
        self.bundle.write_bytes(state.ca_bundle.read_bytes() + b"\n" + self._proxy.certificate)

    def begin(self) -> None:
        """Serve, and lead this process's requests and its functions' to the proxy."""
        self._proxy.start()
        os.environ.update(dict.fromkeys(PROXIES, self._proxy.url))
        os.environ.update(dict.fromkeys(BUNDLES, str(self.bundle)))
        direct = ",".join(f"{host}:{self._port}" for host in _CLOUD)
        os.environ.update(dict.fromkeys(BYPASSES, direct), NODE_USE_ENV_PROXY="1")
        os.environ[LED_VARIABLE] = self._proxy.url
        for name in OTHERS:
            os.environ.pop(name, None)

    def know(self, secrets: Callable[[], Iterable[str]]) -> None:
        """Look for these secrets, too, in what is recorded."""
        self._secrets = secrets

    def lead_python(self, interpreter: Path) -> None:
        """Let the Python of an environment lead its functions' connections to the proxy."""
        (packages,) = interpreter.parents[1].glob("lib/python*/site-packages")
        shutil.copyfile(python_client.__file__, packages / f"{_MODULE}.py")
        (packages / f"{_MODULE}.pth").write_text(f"import {_MODULE}\n")

    def restart(self) -> None:
        """Replay from the beginning."""
        if isinstance(self._world, ReplayedWorld):
            self._world.restart()

    def end(self) -> None:
        """Accept no more requests."""
        self._proxy.stop()


def _world(
    traffic: Traffic, state: StateFolder, redactor: Redactor
) -> RecordedWorld | ReplayedWorld:
    def note(kind: str, line: str) -> None:
        leave_note(state.path, kind, line)

    if traffic.is_replay:
        return ReplayedWorld(traffic.file, redactor, note)
    recording = Recording(traffic.file, redactor, version("appflow-local"), note)
    return RecordedWorld(recording, state.ca_bundle, dict(getproxies_environment()))
