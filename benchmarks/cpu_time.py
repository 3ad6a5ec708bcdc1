"""What an app takes: CPU time, of the Node.js that it has started, too, and time on the clock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal, TypeAlias

Figure: TypeAlias = Literal["cpu", "wall"]
Seconds: TypeAlias = dict[Figure, float]

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_UTIME: Final = 11  # the fields of stat after the name, see proc(5); stime and children's follow
_FIELDS: Final = 4


@contextmanager
def printed_seconds() -> Iterator[None]:
    """Print what the block takes, for `seconds_of`."""
    cpu, wall = cpu_seconds(), time.perf_counter()
    yield
    taken: Seconds = {"cpu": cpu_seconds() - cpu, "wall": time.perf_counter() - wall}
    print(json.dumps(taken))


def cpu_seconds(process: int | None = None) -> float:
    """Return the seconds that a process (default: this one) and its descendants have had."""
    folder = _PROC / str(process or os.getpid())
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        children = " ".join(file.read_text() for file in folder.glob("task/*/children")).split()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended; its parent's counts it
        return 0.0
    own = sum(int(field) for field in fields[_UTIME : _UTIME + _FIELDS]) / _TICKS
    return own + sum(cpu_seconds(int(child)) for child in children)


def seconds_of(module: str, *arguments: str, output: Path) -> Seconds:
    """Run the module of an app, which prints its seconds; the assembly goes to a folder."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env={**os.environ, "CDK_OUTDIR": str(output)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    taken: Seconds = json.loads(done.stdout)
    return taken
