"""The app of one peer, with as many connectors as wanted.

Usage: python -m benchmarks.peers.app PEER NUMBER. The assembly goes to CDK_OUTDIR; printed are the
seconds that it took, without the start of Python, Node.js and the CDK.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aws_cdk import App, DefaultStackSynthesizer, Stack
from aws_cdk import aws_lambda as lambda_

from benchmarks.cpu_time import printed_seconds
from benchmarks.peers import MOST_IN_A_STACK

STACK = "Bench"
"""The first one; where there are too many connectors for one, numbers follow its name."""
_REPOSITORY = Path(__file__).parents[2]
_CONNECTOR = Path(__file__).with_name("connector.py")


def main(peer: str, connectors: int) -> None:
    """Synthesise the app and say what it took."""
    way = importlib.import_module(f"benchmarks.peers.{peer}")
    with TemporaryDirectory() as folder:
        App(outdir=folder).synth()  # loads what every app needs
    with printed_seconds():
        _synthesise(way, connectors)


def _synthesise(way: Any, connectors: int) -> None:  # noqa: ANN401 - one of this folder's modules
    """Use the feature flags of this repository's cdk.json."""
    flags = json.loads((_REPOSITORY / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = App(context=flags, analytics_reporting=False)
    stacks = [_stack(app, STACK)]
    code = lambda_.Code.from_inline(_CONNECTOR.read_text(encoding="utf-8"))
    for number in range(connectors):
        if number and number % MOST_IN_A_STACK == 0:
            stacks.append(_stack(app, f"{STACK}{len(stacks)}"))
        function = lambda_.Function(
            stacks[-1],
            f"Function{number}",
            code=code,
            handler="index.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
        )
        way.connect(stacks[-1], number, function)
    app.synth()


def _stack(app: App, name: str) -> Stack:
    # The check of the bootstrap stack's version would be in each template.
    synthesizer = DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
    return Stack(app, name, synthesizer=synthesizer)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
