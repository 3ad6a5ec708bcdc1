"""The provider's cold start, beside crhelper as in tutorials and beside a bare botocore client.

Each variant is a fresh process, from its start to the answer that it PUTs to CloudFormation; they
take turns, because the machine is shared. AppFlow is the local cloud's model of it, over loopback.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from harness.appflow import FUNCTION_ARN, Cloud, serving
from harness.endpoint import response_endpoint

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "30"))
VARIANTS = {
    "floor: botocore, one request, one PUT": "benchmarks.handlers.floor",
    "crhelper as in tutorials": "benchmarks.handlers.tutorial",
    "this provider": "appflow_connector_provider.handler",
}
FLOOR, _, OURS = VARIANTS
FIGURES = {"ready": "ms", "answered": "ms", "cpu": "ms", "peak": "MiB"}
BUDGETS = {"answered": 1.25, "cpu": 1.25, "peak": 1.15}
"""Ours over the floor, medians of paired rounds; ours also reads the connector's attributes."""

_DRIVER = Path(__file__).with_name("handlers") / "drive.py"
_Figures = dict[str, float]


def main() -> int:
    """Measure, print, and fail beyond the budgets."""
    rounds = _measure()
    print(f"medians of {ROUNDS} cold starts each (quartiles), and the ratio to the floor\n")
    for name in VARIANTS:
        cells = [_cell(rounds, name, figure) for figure in FIGURES]
        print(f"{name:40}" + "  ".join(cells))
    over = [f for f, most in BUDGETS.items() if _ratio(rounds, OURS, f) > most]
    for figure in over:
        print(f"over budget: {figure} {_ratio(rounds, OURS, figure):.2f} > {BUDGETS[figure]:.2f}")
    return 1 if over else 0


def _measure() -> list[dict[str, _Figures]]:
    with tempfile.TemporaryDirectory() as name, serving() as server:
        folder = Path(name)
        with response_endpoint(folder) as endpoint:
            variables = {
                "AWS_ENDPOINT_URL_APPFLOW": server.url,
                "AWS_REGION": "eu-west-1",
                "AWS_DEFAULT_REGION": "eu-west-1",
                "AWS_ACCESS_KEY_ID": "123456789012",
                "AWS_SECRET_ACCESS_KEY": "secret",
                "CFN_RESPONSE_HOSTS": "localhost,127.0.0.1",
                "SSL_CERT_FILE": str(endpoint.ca_file),
            }
            rounds = []
            for _ in range(ROUNDS):
                figures = {}
                for name, module in VARIANTS.items():
                    server.appflow = Cloud().appflow
                    endpoint.reset()
                    figures[name] = _start(module, folder, f"{endpoint.url}/answer", variables)
                    (answer,) = endpoint.accepted
                    assert answer["Status"] == "SUCCESS", answer
                rounds.append(figures)
            return rounds


def _start(module: str, folder: Path, url: str, variables: dict[str, str]) -> _Figures:
    event = folder / "event.json"
    event.write_text(json.dumps(_event(url)))
    done = subprocess.run(
        [sys.executable, str(_DRIVER), module, str(event)],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "STARTED": str(time.time()),
            **variables,
        },
        capture_output=True,
        check=True,
        text=True,
    )
    figures: _Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def _event(url: str) -> dict[str, object]:
    return {
        "RequestType": "Create",
        "ResponseURL": url,
        "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1",
        "RequestId": str(uuid.uuid4()),
        "ResourceType": "Custom::AppFlowConnector",
        "LogicalResourceId": "Registration",
        "ResourceProperties": {"ConnectorLabel": "Orders", "LambdaArn": FUNCTION_ARN},
    }


def _cell(rounds: list[dict[str, _Figures]], name: str, figure: str) -> str:
    first, middle, third = statistics.quantiles([each[name][figure] for each in rounds], n=4)
    ratio = _ratio(rounds, name, figure)
    return f"{figure} {middle:.0f} {FIGURES[figure]} ({first:.0f}-{third:.0f}) x{ratio:.2f}"


def _ratio(rounds: list[dict[str, _Figures]], name: str, figure: str) -> float:
    return statistics.median(each[name][figure] / each[FLOOR][figure] for each in rounds)


if __name__ == "__main__":
    raise SystemExit(main())
