"""The demo: deploys app.py where the environment points, and runs its flow over a real server.

`make demo` runs it on a local cloud. With `--keep`, the server stays up as long as that cloud.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import boto3

from scripts.kept_shop import keep_shop
from scripts.shop_server import shop_server

Outputs: TypeAlias = "dict[str, dict[str, str]]"

_CONNECTOR_STACK = "AppFlowConnectorDemo"
_FLOW_STACK = "AppFlowFlowDemo"
_SECRET = "appflow-connector-demo-key"  # noqa: S105 - its name
_LOCAL = "APPFLOW_LOCAL_PORT"  # set on a local cloud
_RECORDS_SHOWN = 5
_LONGEST_RUN_SECONDS = 120.0
_SHOWN = (
    "connectorLabel", "connectorArn", "connectorName", "connectorVersion", "connectorOwner",
    "canUseAsSource", "canUseAsDestination", "supportedApiVersions", "supportedWriteOperations",
)  # fmt: skip
_KEEP = "- Look at it in a browser: make demo KEEP=1 keeps all of it up, and prints where."
_NEXT = """\
- Write a connector of your own, in ten minutes: docs/first-connector.md
- Deploy another example against such a server: make shop, and examples/README.md
- Read what is registered, and when: docs/lifecycle.md"""


def main(*, keep: bool = False, then: Callable[[Outputs, str], None] | None = None) -> int:
    """Deploy, run, and say what is happening while it happens.

    Args:
        keep: leave the server up, and say where all of it can be looked at.
        then: what else to do while everything is up, given the outputs and the execution ID.
    """
    with tempfile.TemporaryDirectory() as folder:
        key = secrets.token_urlsafe()
        with _kept(key) if keep else shop_server(Path(folder), key) as url:
            _step(f"A Datasette server with a table of orders runs at {url}")
            _keep_secret(key)
            _step("Preparing the account for the CDK (cdk bootstrap: some ten seconds, in silence)")
            _bootstrap(Path(folder))
            stacks = f"{_CONNECTOR_STACK} and {_FLOW_STACK}"
            _step(
                f"Deploying {stacks} (cdk deploy: half a minute, the first ten seconds in silence)"
            )
            outputs = _deploy(url, Path(folder, "outputs.json"))
            _describe(outputs[_CONNECTOR_STACK]["ConnectorLabel"])
            if _LOCAL in os.environ:
                _step("Checking that the connector keeps AppFlow's protocol (some ten seconds)")
                _check(outputs[_CONNECTOR_STACK]["ConnectorLabel"])
            _step("Running the flow (StartFlow)")
            execution = run_flow(outputs[_FLOW_STACK]["FlowName"])
            _step("The first records that it put into the bucket")
            _print_records(outputs[_FLOW_STACK]["BucketName"])
            _step("What happened")
            _sum_up(outputs)
            _step("What to do next")
            print(_NEXT if keep else f"{_KEEP}\n{_NEXT}")
            if keep:
                _step("Look at the run, its records and its calls in a browser, and run it again")
                print(page(f"run?id={execution}"))
            if then:
                then(outputs, execution)
    return 0


def page(screen: str) -> str:
    """Return the address of a screen of the local cloud's page, with its token."""
    command = [shutil.which("appflow-local") or "appflow-local", "page"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    parts = urlsplit(done.stdout.strip())
    path, _, query = screen.partition("?")
    account = boto3.client("sts").get_caller_identity()["Account"]
    region = os.environ["AWS_REGION"]
    joined = f"{query}&{parts.query}" if query else parts.query
    return f"{parts.scheme}://{parts.netloc}/{account}/{region}/{path}?{joined}"


@contextmanager
def _kept(key: str) -> Iterator[str]:
    yield keep_shop(key, int(os.environ[_LOCAL]))


def _keep_secret(key: str) -> None:
    client = boto3.client("secretsmanager")
    try:
        client.create_secret(Name=_SECRET, SecretString=key)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=_SECRET, SecretString=key)


def _bootstrap(folder: Path) -> None:
    # Named, and in a folder without an app: the CDK would synthesise it to find out what else it
    # could bootstrap.
    sts = boto3.client("sts")
    environment = f"aws://{sts.get_caller_identity()['Account']}/{sts.meta.region_name}"
    command = ["cdk", "bootstrap", environment]
    done = subprocess.run(
        command, cwd=folder, env=_quiet(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(done.stdout + done.stderr, file=sys.stderr)
        raise SystemExit("`cdk bootstrap` failed, with the output above")


def _deploy(url: str, outputs: Path) -> dict[str, dict[str, str]]:
    command = ["cdk", "deploy", "--all", "--progress", "events", "--outputs-file", str(outputs)]
    command += ["-c", f"serverUrl={url}", "-c", f"secretName={_SECRET}"]
    if subprocess.run(command, env=_quiet(), check=False).returncode:
        raise SystemExit("`cdk deploy` failed, with the output above")
    found: dict[str, dict[str, str]] = json.loads(outputs.read_text())
    return found


def _quiet() -> dict[str, str]:
    # The flow library's own dependencies warn of what is deprecated in them; the CDK CLI, of a
    # newer one that does not read what is synthesised here; its validator takes seconds, and the
    # tests ask it about this app.
    quiet = {"JSII_DEPRECATED": "quiet", "CDK_DISABLE_VERSION_CHECK": "1"}
    return {**os.environ, **quiet, "CDK_VALIDATION": "false"}


def _describe(label: str) -> None:
    _step("What AppFlow knows of the connector (DescribeConnector)")
    answer = boto3.client("appflow").describe_connector(
        connectorType="CustomConnector", connectorLabel=label
    )
    found = answer["connectorConfiguration"]
    for name in _SHOWN:
        print(f"{name}: {json.dumps(found.get(name), default=str)}")


def _check(label: str) -> None:
    command = shutil.which("appflow-local") or "appflow-local"
    done = subprocess.run([command, "check", label], capture_output=True, text=True, check=False)
    print((done.stdout or done.stderr).splitlines()[-1])
    if done.returncode:
        raise SystemExit(f"the connector fails its checks:\n{done.stdout}")


def run_flow(flow: str) -> str:
    """Run a flow to its end, and return the execution ID."""
    appflow = boto3.client("appflow")
    execution = appflow.start_flow(flowName=flow)["executionId"]
    deadline = time.monotonic() + _LONGEST_RUN_SECONDS
    while time.monotonic() < deadline:
        record = _record(appflow.describe_flow_execution_records(flowName=flow), execution)
        if record["executionStatus"] != "InProgress":
            break
        time.sleep(0.5)
    result = record.get("executionResult", {})
    print(f"{record['executionStatus']}: {result.get('recordsProcessed', 0)} records")
    if record["executionStatus"] != "Successful":
        raise SystemExit(f"the flow's run failed: {json.dumps(record, default=str)}")
    return str(execution)


def _record(answer: Any, execution: str) -> dict[str, Any]:  # noqa: ANN401 - botocore's
    return next(dict(item) for item in answer["flowExecutions"] if item["executionId"] == execution)


def _print_records(bucket: str) -> None:
    s3 = boto3.client("s3")
    key = s3.list_objects_v2(Bucket=bucket)["Contents"][0]["Key"]
    print(f"s3://{bucket}/{key}")
    lines = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode().splitlines()
    print("\n".join(lines[:_RECORDS_SHOWN]))


def _sum_up(outputs: Outputs) -> None:
    label, flow = outputs[_CONNECTOR_STACK]["ConnectorLabel"], outputs[_FLOW_STACK]["FlowName"]
    print(f"1. {_CONNECTOR_STACK} deployed a Lambda and registered it with AppFlow: {label}")
    print(f"2. {_FLOW_STACK} made a connection to Datasette, a bucket and the flow {flow}")
    print("3. AppFlow called the connector with the connection's key, page by page")
    print("4. AppFlow wrote each order to the bucket, one a line: the first ones are above")
    where = "on this machine, without an AWS account" if _LOCAL in os.environ else "on AWS"
    print(f"5. All of it ran {where}, deployed by the CDK CLI as it is elsewhere")


def _step(text: str) -> None:
    print(f"\n==> {text}", flush=True)


if __name__ == "__main__":
    try:
        code = main(keep="--keep" in sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # whoever reads the output has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    raise SystemExit(code)
