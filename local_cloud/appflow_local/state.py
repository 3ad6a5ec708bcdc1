"""The folder of one local cloud: its certificates, its log, its temporary files and its pid.

Each cloud has its own port, so the port names the folder. Only its owner can read it.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appflow_local.trusted_path import check_owner, check_path

HOME_VARIABLE = "APPFLOW_LOCAL_HOME"
_NO_SETTINGS = "# For clients of this local cloud: all settings are in environment variables.\n"

_LONGEST_TROUBLE = 1000  # characters; each is at most six bytes of JSON
_RECORD_SIZE = 8192


@dataclass(frozen=True)
class StateFolder:
    """Where one local cloud keeps its files."""

    path: Path

    @classmethod
    def of_port(cls, port: int) -> StateFolder:
        """The folder of the cloud on the port, below ``APPFLOW_LOCAL_HOME``.

        Default home: ``appflow-local`` in ``XDG_STATE_HOME``, or in ``~/.local/state``.
        """
        states = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        home = os.environ.get(HOME_VARIABLE) or Path(states, "appflow-local")
        return cls(Path(home).absolute() / str(port))

    @property
    def log(self) -> Path:
        """The server's output."""
        return self.path / "server.log"

    @property
    def ca_bundle(self) -> Path:
        """The public root certificates and this cloud's own CA, for clients."""
        return self.path / "ca-bundle.pem"

    @property
    def authority(self) -> Path:
        """This cloud's own CA alone, for clients that never ask anything else.

        OpenSSL reads the public roots again for each connection: some 20 ms of CPU.
        """
        return self.path / "ca.pem"

    @property
    def certificate(self) -> Path:
        """The server's certificate chain."""
        return self.path / "server.pem"

    @property
    def private_key(self) -> Path:
        """The server's private key."""
        return self.path / "server.key"

    @property
    def aws_config(self) -> Path:
        """The configuration file of AWS's SDKs, for clients and functions."""
        return self.path / "aws-config"

    @property
    def aws_credentials(self) -> Path:
        """The credentials file of AWS's SDKs, for clients and functions."""
        return self.path / "aws-credentials"

    @property
    def functions_home(self) -> Path:
        """The functions' home folder, empty at the start."""
        return self.temporary / "home"

    @property
    def lambda_runtime(self) -> Path:
        """The Python environment that functions run in."""
        return self.path / "lambda-runtime"

    @property
    def temporary(self) -> Path:
        """The server's temporary files, including the unpacked functions."""
        return self.path / "tmp"

    @property
    def token(self) -> str:
        """What the owner's commands show to the server's workbench."""
        return self._token.read_text()

    @property
    def page(self) -> str | None:
        """The address of the page, with its token; None if the server hasn't opened it."""
        try:
            return self._page.read_text()
        except FileNotFoundError:
            return None

    def tell_page(self, address: str) -> None:
        """Keep the address of the page."""
        self._page.touch(mode=0o600)
        self._page.write_text(address)

    @property
    def _page(self) -> Path:
        return self.path / "page"

    @property
    def _token(self) -> Path:
        return self.path / "token"

    def check(self) -> None:
        """Check that no other user could replace the folder, or what leads to it.

        Raises:
            OSError: somebody could; its `filename` names where.
        """
        check_path(self.path)

    def create(self) -> None:
        """Create the folder, and remove the files that a killed cloud left in it.

        Raises:
            OSError: the folder can't be created, or another user could replace it.
        """
        self.check()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_owner(self.path)
        self.check()  # again: in a folder that all users share, it may have been made meanwhile
        self.path.chmod(0o700)
        for leftover in (self.temporary, self.lambda_runtime):
            shutil.rmtree(leftover, ignore_errors=True)
        self.functions_home.mkdir(parents=True)
        self._page.unlink(missing_ok=True)
        for file in (self.aws_config, self.aws_credentials):
            file.write_text(_NO_SETTINGS)
        self._token.touch(mode=0o600)
        self._token.write_text(secrets.token_urlsafe())

    def remove(self, *, keep_log: bool) -> None:
        """Delete the folder, or everything in it except the log."""
        if not keep_log:
            shutil.rmtree(self.path, ignore_errors=True)
            return
        for file in (
            self.ca_bundle,
            self.authority,
            self.certificate,
            self.private_key,
            self.aws_config,
            self.aws_credentials,
            self._record,
            self._token,
            self._page,
        ):
            file.unlink(missing_ok=True)
        for folder in (self.temporary, self.lambda_runtime):
            shutil.rmtree(folder, ignore_errors=True)

    def claim(self) -> None:
        """Record this process as the folder's server, until it ends.

        The record is trusted only while its file is locked. The kernel releases the lock when the
        process ends, however it ends, so a stale record never points to someone else's process.

        Raises:
            BlockingIOError: another server has locked the folder.
        """
        descriptor = os.open(self._record, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, _record())

    def report(self, trouble: str | None) -> None:
        """Record, beside this process, what its user must know; None if there's nothing any more.

        The record's size stays the same: it can be written on a full disk. If it can't be, the log
        still tells.
        """
        with suppress(OSError), self._record.open("r+b", buffering=0) as record:
            record.write(_record(trouble))

    def trouble(self) -> str | None:
        """What the folder's last server reported, whether it's still running or not."""
        try:
            found: str | None = json.loads(self._record.read_bytes()).get("trouble")
        except (OSError, ValueError):
            return None
        return found

    def server_pid(self) -> int | None:
        """The pid of the folder's server; None if none is running, or it isn't this user's."""
        try:
            check_owner(self.path)
            check_owner(self._record)
            with self._record.open("rb") as record:
                try:
                    fcntl.flock(record, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(json.load(record)["pid"])
        except (FileNotFoundError, PermissionError, ValueError, KeyError):
            pass
        return None

    @property
    def _record(self) -> Path:
        return self.path / "server.json"


def _record(trouble: str | None = None) -> bytes:
    content = {"pid": os.getpid(), "trouble": trouble and trouble[:_LONGEST_TROUBLE]}
    return json.dumps(content).encode().ljust(_RECORD_SIZE)
