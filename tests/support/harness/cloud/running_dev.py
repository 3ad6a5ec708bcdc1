"""`appflow-local dev` in a process, read line by line."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harness.cloud.local_cloud import REPOSITORY, command

PATIENCE_SECONDS = 60
# Node.js 24, and the AWS SDK for it, which the checkout has.
_PATH = os.pathsep.join([str(REPOSITORY / ".venv" / "bin"), os.environ["PATH"]])


@dataclass
class Dev:
    """The running command."""

    process: subprocess.Popen[str]
    home: Path
    lines: queue.Queue[str | None] = field(default_factory=queue.Queue)
    said: list[str] = field(default_factory=list)

    def until(self, text: str) -> str:
        """Wait for a line with this text; return what was printed since the last time."""
        begun = len(self.said)
        while not self.said[begun:] or text not in self.said[-1]:
            line = self.lines.get(timeout=PATIENCE_SECONDS)
            assert line is not None, "".join(self.said)
            self.said.append(line)
        return "".join(self.said[begun:])

    def table(self) -> list[str]:
        """Wait for the next table; return its lines without the one below the names."""
        self.until(": Successful, ")
        shown: list[str] = []
        while line := self.until("").strip():
            shown.append(line)
        return [shown[0], *shown[2:]]

    @property
    def port(self) -> int:
        """The cloud's."""
        return int(self.said[0].split("port ")[1].split(",")[0])

    def interrupt(self) -> int:
        """Press Ctrl-C; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)

    def processes(self) -> list[str]:
        """The command lines of processes that name the cloud's folder."""
        found = []
        for each in Path("/proc").glob("[0-9]*"):
            try:
                lines = (each / "cmdline").read_text() + (each / "environ").read_text()
            except OSError:
                continue
            if str(self.home) in lines and int(each.name) not in (self.process.pid, os.getpid()):
                found.append(lines[:200])
        return found


@contextmanager
def running_dev(folder: Path, *arguments: str | Path) -> Iterator[Dev]:
    """Run it in a folder, and end it with the block."""
    home, temporary = folder / "home", folder / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [command("appflow-local"), "dev", *map(str, arguments)],
        cwd=folder,
        env={
            **os.environ,
            "PATH": _PATH,
            "APPFLOW_LOCAL_HOME": str(home),
            "APPFLOW_LOCAL_NODE_MODULES": str(REPOSITORY / "node_modules"),
            "TMPDIR": str(temporary),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    dev = Dev(process, home)

    def read() -> None:
        for line in process.stdout or ():
            dev.lines.put(line)
        dev.lines.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield dev
    finally:
        if process.poll() is None:
            dev.interrupt()
        reader.join()
        process.communicate()
