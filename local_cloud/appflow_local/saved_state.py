"""The folder that `--state` names: the state that a cloud keeps between runs.

It's locked by one cloud at a time, and only its owner can read it: it holds secrets in plain text.
`state.json` is replaced atomically, so it's always a consistent snapshot; the bodies of S3 objects
and the code of functions are stored beside it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appflow_local.trusted_path import check_path

_FORMAT = 1
_MOST_NAMED = 5


class SavedStateError(Exception):
    """The folder can't be used; the message names the file and says what to do."""


@dataclass(frozen=True)
class SavedState:
    """One folder of saved state.

    `writer` names the version that writes it; only that version can read it.
    """

    path: Path
    writer: str

    @classmethod
    def of_folder(cls, path: Path) -> SavedState:
        """The state in a folder, for the installed version of MiniStack."""
        # Imported late: most commands save no state.
        from importlib.metadata import version

        return cls(path.absolute(), f"MiniStack {version('ministack')}")

    @property
    def document(self) -> Path:
        """The state of all services, except the files beside it."""
        return self.path / "state.json"

    @property
    def objects(self) -> Path:
        """The bodies of S3 objects."""
        return self.path / "objects"

    @property
    def services(self) -> Path:
        """The services' own files, such as the code of functions."""
        return self.path / "services"

    def prepare(self) -> None:
        """Create the folder, or check that a cloud can load it.

        Raises:
            SavedStateError: the folder is in use by another cloud, written by another version,
                corrupt, not this user's, or could be replaced by another user.
        """
        try:
            self._make()
        except OSError as error:
            raise SavedStateError(
                f"the folder {error.filename or self.path} can't be used for state "
                f"({error.strerror}): choose another with --state"
            ) from error
        os.close(self._lock())
        self.read()

    def claim(self, port: int) -> None:
        """Lock the folder until this process ends.

        Args:
            port: this cloud's, for the error that another cloud gets.

        Raises:
            SavedStateError: another cloud is using it.
        """
        # Never closed: the kernel releases the lock when the process ends, however it ends.
        descriptor = self._lock()
        os.ftruncate(descriptor, 0)
        os.write(descriptor, json.dumps({"pid": os.getpid(), "port": port}).encode())

    def read(self) -> dict[str, Any] | None:
        """Return the content last written; None if there is none yet.

        Raises:
            SavedStateError: the document is corrupt, or another version wrote it.
        """
        try:
            text = self.document.read_bytes()
        except FileNotFoundError:
            return None
        try:
            document = json.loads(text)
            written_by = (document["format"], document["writer"])
            content = document["content"]
            digest = document.get("sha256")  # missing if an earlier appflow-local wrote it
            altered = digest is not None and digest != _digest(content)
        except (ValueError, RecursionError, TypeError, KeyError):
            raise self.corrupt("appflow-local didn't write it") from None
        if written_by != (_FORMAT, self.writer):
            raise SavedStateError(
                f"{self.document} was written by {written_by[1]} in format {written_by[0]}, but "
                f"{self.writer} with format {_FORMAT} is running: use the version that wrote it, "
                "or choose another folder with --state"
            )
        if altered:
            raise self.corrupt("it was changed after it was written")
        if not isinstance(content, dict):
            raise self.corrupt("it has no content")
        return content

    def write(self, content: dict[str, Any]) -> None:
        """Replace the document atomically.

        Raises:
            OSError: it couldn't be written; the old document stays.
        """
        document = {"format": _FORMAT, "writer": self.writer, "sha256": _digest(content)}
        document["content"] = content
        temporary = self.document.with_suffix(".new")
        temporary.unlink(missing_ok=True)
        try:
            _write(temporary, json.dumps(document).encode())
            temporary.replace(self.document)
        except OSError:
            temporary.unlink(missing_ok=True)  # else it would keep the room that it has
            raise

    def corrupt(self, reason: str) -> SavedStateError:
        """Return the error for a document that can't be used."""
        return SavedStateError(f"{self.document} is corrupt: {reason}. {self._remedy}")

    def incomplete(self, missing: Sequence[str]) -> SavedStateError:
        """Return the error for files that the document refers to and the folder lacks."""
        more = len(missing) - _MOST_NAMED
        names = "; ".join([*missing[:_MOST_NAMED], *([f"and {more} more"] if more > 0 else [])])
        return SavedStateError(
            f"the state in {self.path} is incomplete; missing or damaged: {names}. {self._remedy}"
        )

    @property
    def _remedy(self) -> str:
        return (
            f"Nothing was changed: restore the folder from a copy, or remove {self.path} "
            "to start over"
        )

    @property
    def _marker(self) -> Path:
        return self.path / "appflow-local.lock"

    def _make(self) -> None:
        check_path(self.path)
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        check_path(self.path)  # again: it may have been made meanwhile
        if not self._marker.exists() and any(self.path.iterdir()):
            raise SavedStateError(
                f"the folder {self.path} isn't empty, and appflow-local didn't create it: choose "
                "an empty one with --state"
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
        with suppress(ValueError, TypeError, KeyError):  # half-written, or by an earlier version
            holder = json.loads(self._marker.read_bytes())
            who, port = f" (pid {holder['pid']})", str(holder["port"])
        return SavedStateError(
            f"another local cloud{who} is using the state in {self.path}: stop it with "
            f"`appflow-local down --port {port}`, or choose another folder with --state"
        )


def _digest(content: object) -> str:
    """Hash the content; the result is the same after a round trip through JSON."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _write(path: Path, text: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
