"""Keeps exchanges in the recording's file, without credentials.

The file is a whole archive after each exchange: the next one is written over its end. A credential
that is learned later is taken out of what was written before.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from appflow_local.traffic import har
from appflow_local.traffic.exchange import Answer, Sent
from appflow_local.traffic.redaction import HIDDEN, Redactor, repeats_credential
from appflow_local.traffic.settings import REPEATED, UNFINISHED

Entry: TypeAlias = dict[str, Any]

_END = b"\n]}}\n"


class Recording:
    """A recording that is being made. Safe between threads.

    Args:
        file: replaced once there is an exchange, so that a start alone loses no older recording.
        redactor: takes credentials out.
        version: of appflow-local, which the archive names.
        note: is told of answers with credentials that the service repeats; see
            `settings.leave_note`.
    """

    def __init__(
        self, file: Path, redactor: Redactor, version: str, note: Callable[[str, str], None]
    ) -> None:
        self._file = file
        self._beginning = _text(har.log(version)).removesuffix(b"]}}")
        self._redactor = redactor
        self._note = note
        self._lock = threading.Lock()
        self._is_begun = False

    def add(self, sent: Sent, answer: Answer, began: datetime, milliseconds: float) -> None:
        """Keep an exchange."""
        with self._lock:
            known = self._redactor.learned
            answer = self._redactor.answer(answer)
            sent = self._redactor.sent(sent)
            # Again: what the request taught may stand in the answer.
            answer = self._redactor.answer(answer)
            if repeats_credential(answer):
                self._note(REPEATED, repeated(sent))
            entry = har.entry(sent, answer, began, milliseconds)
            if not self._is_begun:
                self._replace([entry])
                self._is_begun = True
            elif self._redactor.learned == known:
                self._append(entry)
            else:
                self._replace([*map(self._redacted, self._entries()), entry])

    def _append(self, entry: Entry) -> None:
        with self._file.open("r+b") as file:
            file.seek(-len(_END), os.SEEK_END)
            file.write(b",\n" + _text(entry) + _END)

    def _entries(self) -> list[Entry]:
        entries: list[Entry] = json.loads(self._file.read_bytes())["log"]["entries"]
        return entries

    def _redacted(self, entry: Entry) -> Entry:
        sent, answer = har.exchange(entry)
        began = datetime.fromisoformat(entry["startedDateTime"])
        shown = self._redactor.sent(sent), self._redactor.answer(answer)
        return har.entry(*shown, began, entry["time"])

    def _replace(self, entries: Sequence[Entry]) -> None:
        new = self._file.with_name(UNFINISHED)
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self._beginning + b"\n" + b",\n".join(map(_text, entries)) + _END)
        new.replace(self._file)


def repeated(sent: Sent) -> str:
    """Say that the service repeats a credential in its answer to a request."""
    return (
        f"{sent.method} {sent.url}: the answer repeats a credential; the recording has {HIDDEN} "
        "there, and so have the records of a replay"
    )


def _text(content: Entry) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()
