"""What a call of a warm function costs on the local cloud, and how fast AppFlow's model answers.

The functions do nothing; Lambda's GetFunctionConfiguration, a request of the same server that runs
nothing, is what they are compared with. All take turns in one run.
"""

from __future__ import annotations

import http.client
import json
import ssl
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from harness.cloud.cloud_functions import create_function, package
from harness.cloud.data_connector import connect
from harness.cloud.local_cloud import Cloud, running_cloud

LABEL: Final = "Warm"
_CALLS: Final = 100
_SILENT: Final = "def handler(event, context):\n    return {}\n"
_PRINTING: Final = "def handler(event, context):\n    print('a line')\n    return {}\n"
_IN_NODE: Final = "exports.handler = async () => ({});\n"


def warm_rounds(rounds: int) -> list[dict[str, float]]:
    """Return for each round the median milliseconds of each kind of call.

    Also of DescribeConnector: the milliseconds of each, one after the other by one client.
    """
    with tempfile.TemporaryDirectory() as home, running_cloud(Path(home)) as cloud:
        cloud.client("s3").create_bucket(Bucket="sink")
        connect(cloud, LABEL, "sink")
        create_function(cloud, "silent", _SILENT)
        create_function(cloud, "printing", _PRINTING)
        create_function(cloud, "node", package({"index.js": _IN_NODE}), runtime="nodejs22.x")
        work = _work(cloud)
        for call in work.values():
            call()
        return [{name: _median(call) for name, call in work.items()} for _ in range(rounds)]


def _work(cloud: Cloud) -> dict[str, Callable[[], object]]:
    functions = cloud.client("lambda")

    def invoke(name: str) -> Callable[[], object]:
        return lambda: functions.invoke(FunctionName=name)["Payload"].read()

    return {
        "configuration": lambda: functions.get_function_configuration(FunctionName="silent"),
        **{name: invoke(name) for name in ("silent", "printing", "node")},
        "describe": _describing(cloud),
    }


def _median(call: Callable[[], object]) -> float:
    taken = []
    for _ in range(_CALLS):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def _describing(cloud: Cloud) -> Callable[[], object]:
    """Return what sends DescribeConnector, signed once: boto3 takes longer than the server."""
    body = json.dumps({"connectorType": "CustomConnector", "connectorLabel": LABEL})
    url = f"{cloud.url}/describe-connector"
    request = AWSRequest("POST", url, data=body, headers={"content-type": "application/json"})
    SigV4Auth(Credentials("test", "test"), "appflow", "us-east-1").add_auth(request)
    bundle = cloud.home / str(cloud.port) / "ca-bundle.pem"
    connection = http.client.HTTPSConnection(
        "localhost", cloud.port, context=ssl.create_default_context(cafile=str(bundle))
    )

    def describe() -> None:
        connection.request("POST", "/describe-connector", body, dict(request.headers))
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == http.HTTPStatus.OK, text

    return describe
