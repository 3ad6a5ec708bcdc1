"""How long it takes from an edit of a connector to the records that it then reads.

The documents' connector in Python, with a flow of its five records to S3, on local clouds that run:
under `appflow-local dev`, which is told by the file system, and by the CDK CLI, after which the
flow is run. The CDK's app has this one connector.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.edits_app import LABEL, STACK
from benchmarks.measured import turns
from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.local_cloud import REPOSITORY, Cloud, running_cloud
from harness.cloud.running_dev import running_dev

WAYS: Final = {
    "deploy": "`cdk deploy`, `appflow-local run`",
    "hotswap": "`cdk deploy --hotswap`, `appflow-local run`",
    "dev": "**`appflow-local dev`**",
}
_SHOP: Final = REPOSITORY / "docs" / "snippets" / "without_cdk" / "connector"
_KEY: Final = "open-sesame"
_FLOW, _BUCKET = "edits", "edits-lake"

Edit = Callable[[str], None]
"""Lets the connector answer with a word, and waits until a run's records have it."""


def edit_rounds(rounds: int) -> list[dict[str, float]]:
    """Return the seconds from an edit to its records, by way, in each round."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _developed(folder / "dev") as dev, _deployed(folder / "cdk") as (deploy, hotswap):
            ways = {"dev": dev, "deploy": deploy, "hotswap": hotswap}
            measured = []
            for number in range(rounds):
                order = turns(list(WAYS), number)
                measured.append({way: _timed(ways[way], f"{way}{number}") for way in order})
    return measured


def _timed(edit: Edit, word: str) -> float:
    start = time.perf_counter()
    edit(word)
    return time.perf_counter() - start


@contextmanager
def _developed(folder: Path) -> Iterator[Edit]:
    shutil.copytree(_SHOP, folder / "shop")
    (folder / "key.json").write_text(json.dumps({"type": "apiKey", "apiKey": _KEY}))
    with running_dev(folder, "shop", "--credentials", "key.json") as dev:
        dev.table()

        def edit(word: str) -> None:
            _write(folder / "shop", word)
            assert f"{word} 1" in dev.table()[1]

        yield edit


@contextmanager
def _deployed(folder: Path) -> Iterator[tuple[Edit, Edit]]:
    shutil.copytree(_SHOP, folder / "shop")
    with running_cloud(folder / "home") as cloud:
        cloud.cdk("bootstrap", "aws://000000000000/us-east-1", cwd=folder)
        _cdk_deploy(cloud, folder)
        _connect(cloud)

        def edit(word: str, *options: str) -> None:
            _write(folder / "shop", word)
            _cdk_deploy(cloud, folder, *options)
            done = cloud.run(["appflow-local", "run", _FLOW, "--port", str(cloud.port)])
            assert f"{word} 1" in done.stdout, done.stdout + done.stderr

        yield edit, lambda word: edit(word, "--hotswap")


def _write(shop: Path, word: str) -> None:
    source = (_SHOP / "shop.py").read_text(encoding="utf-8")
    (shop / "shop.py").write_text(re.sub(r"product (?=\{number)", f"{word} ", source))


def _cdk_deploy(cloud: Cloud, folder: Path, *options: str) -> None:
    app = f"{sys.executable} -m benchmarks.edits_app"
    cloud.cdk(
        *("deploy", STACK, "--app", app, "--output", str(folder / "cdk.out")),
        *("--require-approval", "never", *options),
        cwd=REPOSITORY,
        CONNECTOR=str(folder / "shop"),
        PYTHONPATH=str(REPOSITORY),
    )


def _connect(cloud: Cloud) -> None:
    """Make a profile and a flow, which deployments leave as they are."""
    create_bucket(cloud, _BUCKET)
    appflow = cloud.client("appflow")
    key = {"authenticationType": "APIKEY", "apiKey": {"apiKey": _KEY}}
    appflow.create_connector_profile(
        connectorProfileName=_FLOW,
        connectorType="CustomConnector",
        connectorLabel=LABEL,
        connectionMode="Public",
        connectorProfileConfig={
            "connectorProfileProperties": {"CustomConnector": {}},
            "connectorProfileCredentials": {"CustomConnector": key},
        },
    )
    to_s3 = {"bucketName": _BUCKET, "s3OutputFormatConfig": {"fileType": "JSON"}}
    appflow.create_flow(
        flowName=_FLOW,
        triggerConfig={"triggerType": "OnDemand"},
        sourceFlowConfig={
            "connectorType": "CustomConnector",
            "connectorProfileName": _FLOW,
            "apiVersion": "v1",
            "sourceConnectorProperties": {"CustomConnector": {"entityName": "products"}},
        },
        destinationFlowConfigList=[
            {"connectorType": "S3", "destinationConnectorProperties": {"S3": to_s3}}
        ],
        tasks=[{"taskType": "Map_all", "sourceFields": [], "taskProperties": {}}],
    )
