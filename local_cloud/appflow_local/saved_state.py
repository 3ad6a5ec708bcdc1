"""The folder that `--state` names: what a cloud keeps from one run to the next.

One cloud at a time may use it, and only its owner can read it: secrets are in it, in plain text.
`state.json` is replaced as a whole, so that it is always the state of one moment; the
bodies of S3 objects and the code of functions lie beside it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

_FORMAT = 1
_MOST_NAMED = 5


class SavedStateError(Exception):
    """The folder cannot be used; the message names the file and what to do."""


@dataclass(frozen=True)
class SavedState:
    """One folder of saved state.

    `writer` names what writes it: a service's state is read by the version that wrote it only.
    """

    path: Path
    writer: str

    @classmethod
    def of_folder(cls, path: Path) -> SavedState:
        """The state in a folder, written by the MiniStack that is installed."""
        return cls(path.absolute(), f"MiniStack {version('ministack')}")

    @property
    def document(self) -> Path:
        """The state of all services, but for what lies beside it."""
        return self.path / "state.json"

    @property
    def objects(self) -> Path:
        """The bodies of S3 objects."""
        return self.path / "objects"

    @property
    def services(self) -> Path:
        """What services keep in files of their own, such as the code of functions."""
        return self.path / "services"

    def prepare(self) -> None:
        """Make the folder, or check that a cloud can continue with it.

        Raises:
            SavedStateError: it is used by another cloud, of another version, corrupt, or somebody
                else's.
        """
        try:
            self._make()
        except OSError as error:
            raise SavedStateError(
                f"the folder {self.path} cannot be used for state ({error.strerror}): "
                "name another with --state"
            ) from error
        os.close(self._lock())
        self.read()

    def claim(self, port: int) -> None:
        """Keep other clouds from the folder until this process ends.

        Args:
            port: this cloud's, so that who wants the folder can be told what to stop.

        Raises:
            SavedStateError: another cloud uses it.
        """
        # Never closed: the kernel undoes the lock when the process ends, however it ends.
        descriptor = self._lock()
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"pid": os.getpid(), "port": port}).encode())

    def read(self) -> dict[str, Any] | None:
        """Return what `write` was given; None before the first time.

        Raises:
            SavedStateError: it is corrupt, or another version's.
        """
        try:
            text = self.document.read_bytes()
        except FileNotFoundError:
            return None
        try:
            document = json.loads(text)
            written_by = (document["format"], document["writer"])
            content = document["content"]
            digest = document.get("sha256")  # none where an earlier appflow-local wrote it
            altered = digest is not None and digest != _digest(content)
        except (ValueError, RecursionError, TypeError, KeyError):
            raise self.corrupt("it is not what appflow-local writes") from None
        if written_by != (_FORMAT, self.writer):
            raise SavedStateError(
                f"{self.document} was written by {written_by[1]} in format {written_by[0]}, and "
                f"{self.writer} runs here with format {_FORMAT}: use the version that wrote it, "
                "or name another folder with --state"
            )
        if altered:
            raise self.corrupt("it is not as it was written")
        if not isinstance(content, dict):
            raise self.corrupt("it has no content")
        return content

    def write(self, content: dict[str, Any]) -> None:
        """Replace the document, or leave it as it is.

        Raises:
            OSError: it could not be written.
        """
        document = {"format": _FORMAT, "writer": self.writer, "sha256": _digest(content)}
        document["content"] = content
        temporary = self.document.with_suffix(".new")
        with suppress(FileNotFoundError):
            temporary.unlink()
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(json.dumps(document).encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self.document)

    def corrupt(self, reason: str) -> SavedStateError:
        """Say that the document cannot be used, and what to do."""
        return SavedStateError(f"{self.document} is corrupt: {reason}. {self._remedy}")

    def incomplete(self, missing: Sequence[str]) -> SavedStateError:
        """Say what the document tells of and the folder does not hold, and what to do."""
        more = len(missing) - _MOST_NAMED
        names = "; ".join([*missing[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])
        return SavedStateError(
            f"the state in {self.path} is incomplete, missing or damaged are: {names}. "
            f"{self._remedy}"
        )

    @property
    def _remedy(self) -> str:
        return (
            f"Nothing was changed: put back a copy of the folder, or remove {self.path} to start "
            "over"
        )

    @property
    def _marker(self) -> Path:
        return self.path / "appflow-local.lock"

    def _make(self) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._marker.exists() and any(self.path.iterdir()):
            raise SavedStateError(
                f"the folder {self.path} has files, and none of appflow-local's: name an empty one "
                "with --state"
            )
        self.path.chmod(0o700)
        self._marker.touch(mode=0o600)
        self.objects.mkdir(mode=0o700, exist_ok=True)
        self.services.mkdir(mode=0o700, exist_ok=True)

    def _lock(self) -> int:
        descriptor = os.open(self._marker, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise self._in_use() from None
        return descriptor

    def _in_use(self) -> SavedStateError:
        who, port = "", "and its port"
        with suppress(ValueError, TypeError, KeyError):  # half written, or an earlier version's
            holder = json.loads(self._marker.read_bytes())
            who, port = f" (pid {holder['pid']})", str(holder["port"])
        return SavedStateError(
            f"another local cloud{who} uses the state in {self.path}: stop it with "
            f"`appflow-local down --port {port}`, or name another folder with --state"
        )


def _digest(content: object) -> str:
    """The same before a document is written and after it was read."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
