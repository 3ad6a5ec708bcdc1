"""How many calls to Node.js each further connector's synth takes, over its function's own.

Usage: python -m benchmarks.node_calls PEER. Prints the number. It counts what jsii sends, which is
the same on every machine.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from jsii._kernel.providers import process

from benchmarks.peers import app

_FEW: Final = 5
_MORE: Final = 15
_ALONE: Final = "functions"
_ROOT: Final = Path(__file__).parents[1]


def node_calls_of(peer: str) -> float:
    """Count in a process of its own, as the CDK is loaded once for each."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.node_calls", peer],
        cwd=_ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return float(json.loads(done.stdout))


class _Counted:
    """Counts what is sent to Node.js."""

    def __init__(self) -> None:
        self.number = 0
        self._send: Any = process._NodeProcess.send

    def install(self) -> None:
        """Count from now on."""
        counted = self

        def send(node: Any, request: Any, response_type: Any) -> Any:  # noqa: ANN401 - jsii's own
            counted.number += 1
            return counted._send(node, request, response_type)

        setattr(process._NodeProcess, "send", send)  # noqa: B010 - mypy admits no assignment

    def of_app(self, peer: str, connectors: int) -> int:
        """Return how many calls an app takes."""
        way = importlib.import_module(f"benchmarks.peers.{peer}")
        before = self.number
        app._synthesise(way, connectors)
        return self.number - before

    def further(self, peer: str) -> float:
        """Return how many each connector after the first few takes."""
        more = self.of_app(peer, _MORE) - self.of_app(peer, _FEW)
        return more / (_MORE - _FEW)


def main(peer: str) -> None:
    """Print the number."""
    counted = _Counted()
    counted.install()
    counted.of_app(peer, 1)  # loads what every app needs
    print(json.dumps(round(counted.further(peer) - counted.further(_ALONE), 1)))


if __name__ == "__main__":
    main(sys.argv[1])
