"""What `--record DIR` and `--replay DIR` name, and what is noted meanwhile.

The user's command checks it; the server does it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appflow_local.traffic.har import NoArchive, read_exchanges

FILE = "recording.har"
UNFINISHED = f".{FILE}"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
BYPASSES = ("NO_PROXY", "no_proxy")
BUNDLES = (
    "AWS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE",
)  # fmt: skip
OTHERS = ("ALL_PROXY", "all_proxy")
LED_VARIABLE = "_APPFLOW_LOCAL_PROXY"
"""Set in a server whose functions are led to the proxy, and in these: the proxy's URL."""

UNRECORDED, REPEATED = "unrecorded.txt", "repeated.txt"
"""Kinds of notes: of requests that a replay lacks, and of credentials in what services answer."""


class TrafficError(Exception):
    """The folder can't be used; the message says what to write."""


@dataclass(frozen=True)
class Traffic:
    """What is to be done with the requests of functions to the world.

    Attributes:
        folder: Where the recording is.
        is_replay: Whether they are answered from it; else they are recorded there.
    """

    folder: Path
    is_replay: bool

    @property
    def file(self) -> Path:
        """The recording."""
        return self.folder / FILE

    @property
    def option(self) -> str:
        """How the user says it."""
        return "--replay" if self.is_replay else "--record"

    def check(self) -> None:
        """Check that the folder can be used; prepare it for a recording.

        Raises:
            TrafficError: it can't.
        """
        try:
            self._check_recording() if self.is_replay else self._prepare()
        except OSError as error:
            raise TrafficError(
                f"{self.option} {self.folder} can't be used ({error.strerror}): name a folder of "
                "yours"
            ) from error

    def _prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = sorted(
            each.name for each in self.folder.iterdir() if each.name not in (FILE, UNFINISHED)
        )
        if others:
            raise TrafficError(
                f"--record {self.folder} holds something else ({', '.join(others[:3])}): name an "
                "empty folder, or that of a recording"
            )
        if self.file.exists():
            self._check_recording()

    def _check_recording(self) -> None:
        if not self.file.is_file():
            raise TrafficError(
                f"{self.option} {self.folder} has no {FILE}: make one with --record {self.folder}"
            )
        try:
            read_exchanges(self.file.read_bytes())
        except NoArchive as reason:
            raise TrafficError(
                f"{self.option} {self.folder}: {FILE} is no HTTP archive (HAR 1.2): {reason}. "
                "Record it again in an empty folder"
            ) from reason


def leave_note(folder: Path, kind: str, line: str) -> None:
    """Note in the cloud's folder something of the traffic that its user should know."""
    with suppress(OSError), (folder / kind).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def read_notes(folder: Path, kind: str) -> list[str]:
    """Return the notes of a kind, each once."""
    try:
        lines = (folder / kind).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return list(dict.fromkeys(lines))


def take_notes(folder: Path, kind: str) -> list[str]:
    """Return these notes, and remove them."""
    found = read_notes(folder, kind)
    (folder / kind).unlink(missing_ok=True)
    return found
