"""The demo: deploys app.py where the environment points, and shows what AppFlow then knows.

`make demo` runs it on a local cloud.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import boto3

_STACK = "AppFlowConnectorDemo"


def main() -> int:
    """Deploy, describe, and say what is happening while it happens."""
    _step("Preparing the account for the CDK (cdk bootstrap)")
    _bootstrap()
    _step(f"Deploying {_STACK} (cdk deploy)")
    outputs = _deploy()
    _step("The stack's outputs")
    for name, value in sorted(outputs.items()):
        print(f"{name} = {value}")
    _step("What AppFlow answers to DescribeConnector")
    print(json.dumps(_describe(outputs["ConnectorLabel"]), indent=2, default=str))
    return 0


def _bootstrap() -> None:
    command = ["cdk", "bootstrap"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
        raise SystemExit("`cdk bootstrap` failed, with the output above")


def _deploy() -> dict[str, str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "outputs.json")
        command = ["cdk", "deploy", "--progress", "events", "--outputs-file", str(file), _STACK]
        if subprocess.run(command, check=False).returncode:
            raise SystemExit("`cdk deploy` failed, with the output above")
        outputs: dict[str, str] = json.loads(file.read_text())[_STACK]
        return outputs


def _describe(label: str) -> dict[str, object]:
    answer = boto3.client("appflow").describe_connector(
        connectorType="CustomConnector", connectorLabel=label
    )
    configuration: dict[str, object] = dict(answer["connectorConfiguration"])
    return configuration


def _step(text: str) -> None:
    print(f"\n==> {text}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
