"""Starts, finds and stops the local cloud on a port."""

from __future__ import annotations

import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException, HTTPSConnection

from appflow_local.cloud_folders import mark_as_picked
from appflow_local.ending import SECONDS_TO_STOP, TOLD_TO_END, take_cut_off, wait_or_kill
from appflow_local.environment import client_environment, server_environment, to_unset
from appflow_local.held_port import HeldPort
from appflow_local.saved_state import SavedState, SavedStateError
from appflow_local.state import HOME_VARIABLE, StateFolder
from appflow_local.traffic.settings import (
    REPEATED,
    UNRECORDED,
    Traffic,
    TrafficError,
    read_notes,
    take_notes,
)

from .appflow.protocol.request_rate import RequestRate

DEFAULT_PORT = 4566
_SECONDS_TO_START = 60.0
_HEALTH = "/_ministack/health"
_LOG_LINES_SHOWN = 20


class CloudError(Exception):
    """The local cloud can't do what was asked; the message says what to do."""


class FolderError(CloudError):
    """The cloud's folder can't be used: no right to it, or no room in it."""


class LocalCloud:
    """The local cloud on one port, running or not.

    Args:
        port: the port on 127.0.0.1; 0 for a free one.

    Raises:
        CloudError: another user could replace the cloud's folder.
    """

    def __init__(self, port: int = DEFAULT_PORT) -> None:
        self._held = HeldPort(port)
        self.port = self._held.number
        self._temporary = port == 0
        self.state = StateFolder.of_port(self.port)
        _use(self.state.check)
        self.cut_off: list[str] = []
        """What was at work when the server was told to end, once `stop` or `clean` was called."""
        self.unrecorded: list[str] = []
        """What functions asked that was in no recording, at the same time."""
        self._repeated: list[str] = []
        self._told: list[str] = []

    @property
    def pid(self) -> int | None:
        """The server's pid; None if it isn't running."""
        return self.state.server_pid()

    def start(
        self,
        *,
        enforce_iam: bool = True,
        detach: bool = False,
        saved: SavedState | None = None,
        throttle: RequestRate | None = None,
        traffic: Traffic | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers.

        Args:
            enforce_iam: check signatures and evaluate policies as AWS does.
            detach: let the server outlive this process; otherwise both end together.
            saved: the folder to load state from and save it to; without one the cloud starts
                empty, and loses everything when it ends.
            throttle: the rate at which AppFlow accepts requests; None for no limit.
            traffic: where functions' requests to the world are recorded, or answered from; None to
                let them go there.

        Returns:
            The server's process.

        Raises:
            CloudError: the cloud is already running, its port is taken, its folder or the saved
                state can't be used, or it didn't start.
        """
        self._hold_port()
        try:
            with _private_umask():
                server = self._launch(
                    saved, throttle, traffic, enforce_iam=enforce_iam, detach=detach
                )
        except OSError as error:  # such as that of a full disk
            self.clean()
            raise FolderError(
                f"the folder {self.state.path} can't be used ({error.strerror}): make room, or "
                f"choose another with {HOME_VARIABLE}"
            ) from error
        finally:
            self._held.release()
        try:
            self._wait_until_ready(server)
        except KeyboardInterrupt:
            self.end(server)
            raise
        return server

    def _launch(
        self,
        saved: SavedState | None,
        throttle: RequestRate | None,
        traffic: Traffic | None,
        *,
        enforce_iam: bool,
        detach: bool,
    ) -> subprocess.Popen[bytes]:
        # Imported late: it takes as long as all other imports, and only a start needs it.
        from appflow_local.tls import write_certificates

        if saved is not None:
            _prepare(saved)
        if traffic is not None:
            _check(traffic)
        _use(self.state.create)
        if self._temporary:
            mark_as_picked(self.state)
        write_certificates(self.state)
        environment = server_environment(self.port, self.state, saved, enforce_iam=enforce_iam)
        environment |= _runtimes()
        command = [sys.executable, "-m", "appflow_local.server"]
        command += ["--port", str(self.port), "--state", str(self.state.path)]
        command += ["--listener", str(self._held.descriptor)]
        if saved is not None:
            command += ["--saved", str(saved.path)]
        if throttle is not None:
            command += ["--throttle", str(throttle)]
        if traffic is not None:
            command += [traffic.option, str(traffic.folder.absolute())]
        if not detach:
            command.append("--end-with-stdin")
            command += ["--leave-nothing"] if self._temporary else []
        self.state.log.unlink(missing_ok=True)
        # Appended to, so that the log loses nothing if something else writes or cuts it, too.
        with self.state.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                cwd=self.state.path,
                env=environment,
                stdin=subprocess.DEVNULL if detach else subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[self._held.descriptor],
                start_new_session=True,
            )

    def stop(self) -> bool:
        """Stop the server and remove its files; False if it wasn't running.

        Raises:
            CloudError: it didn't end in time, and was killed; or it has ended, but couldn't save
                its state.
        """
        pid, killed = self.pid, False
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + SECONDS_TO_STOP
            while self.pid == pid:
                if killed := time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.05)
        trouble = self.state.trouble() if pid is not None else None
        self.clean()
        if killed:
            raise CloudError(
                f"the local cloud on port {self.port} didn't end within {SECONDS_TO_STOP:.0f} "
                "seconds, and was killed: what changed since its state was last saved is lost"
            )
        if trouble is not None:
            raise CloudError(f"the local cloud has ended, but {trouble}")
        return pid is not None

    def end(self, server: subprocess.Popen[bytes]) -> None:
        """End a server that `start` started, not detached, and remove its files.

        Raises:
            CloudError: it has failed.
        """
        if server.stdin is not None:
            with suppress(OSError), server.stdin:
                server.stdin.write(TOLD_TO_END)
        code = wait_or_kill(server, SECONDS_TO_STOP)
        last = self.log_tail() if code != 0 else ""
        self.clean()
        if code != 0:
            raise CloudError(f"the local cloud exited with code {code}: {last}")

    def traffic_notes(self) -> list[str]:
        """Say what its user should know of the functions' traffic, since the last time.

        What was asked that is in no recording; and credentials that services repeat.
        """
        path = self.state.path
        every = [*self.unrecorded, *read_notes(path, UNRECORDED)]
        every += [*self._repeated, *read_notes(path, REPEATED)]
        new = [each for each in dict.fromkeys(every) if each not in self._told]
        self._told += new
        return new

    def keep_log(self) -> None:
        """Keep the log after the end, though the port was picked at random.

        Of such clouds, only the newest logs are kept.
        """
        self._temporary = False

    def clean(self) -> None:
        """Delete the files of a server that has ended.

        The log stays, unless the port, and with it the folder, was picked at random and nobody
        has called `keep_log`.
        """
        self.cut_off = take_cut_off(self.state.path)
        self.unrecorded = take_notes(self.state.path, UNRECORDED)
        self._repeated = take_notes(self.state.path, REPEATED)
        self.state.remove(keep_log=not self._temporary)

    def log_tail(self, lines: int = 1) -> str:
        """The last lines of the server's log."""
        log = self.state.log.read_text(errors="replace")
        return "\n".join(log.splitlines()[-lines:])

    def variables(self) -> dict[str, str]:
        """The environment variables that point a client at this cloud."""
        return client_environment(self.port, self.state)

    def environment(self) -> dict[str, str]:
        """This process's environment, pointed at this cloud."""
        unset = to_unset()
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        return kept | self.variables()

    def _hold_port(self) -> None:
        if self.pid is not None:
            raise CloudError(
                f"the local cloud on port {self.port} is already running (pid {self.pid}): use it, "
                f"or stop it with `appflow-local down --port {self.port}`"
            )
        try:
            self._held.hold()
        except OSError as error:
            raise CloudError(
                f"port {self.port} can't be opened ({error.strerror}): choose another with --port"
            ) from error

    def _wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _SECONDS_TO_START
        context = ssl.create_default_context(cafile=str(self.state.authority))
        while server.poll() is None and time.monotonic() < deadline:
            if self._answers(context):
                return
            time.sleep(0.05)
        server.kill()
        server.wait()
        last = self.log_tail(_LOG_LINES_SHOWN)
        raise CloudError(f"the local cloud didn't start; check the end of its log:\n{last}")

    def _answers(self, context: ssl.SSLContext) -> bool:
        connection = HTTPSConnection("localhost", self.port, timeout=5, context=context)
        try:
            connection.request("GET", _HEALTH)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def _private_umask() -> Iterator[None]:
    """Keep files created during the block, and by its child processes, private to the user."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _use(action: Callable[[], None]) -> None:
    """Do something with the cloud's folder."""
    try:
        action()
    except OSError as error:
        raise FolderError(
            f"the folder {error.filename} can't be used ({error.strerror}): choose another with "
            f"{HOME_VARIABLE}"
        ) from error


def _runtimes() -> dict[str, str]:
    # Imported late, as `tls` is.
    from appflow_local.function_runtimes import RuntimesError, find_runtimes

    try:
        return find_runtimes()
    except RuntimesError as error:
        raise CloudError(str(error)) from error


def _check(traffic: Traffic) -> None:
    try:
        traffic.check()
    except TrafficError as error:
        raise CloudError(str(error)) from error


def _prepare(saved: SavedState) -> None:
    try:
        saved.prepare()
    except SavedStateError as error:
        raise CloudError(str(error)) from error
