"""What the local cloud's CloudTrail has of AppFlow, when recording is on."""

from __future__ import annotations

import json
import ssl
import subprocess
import urllib.request

from harness.cloud.local_cloud import Cloud, command

RECORD = """
import json
from ministack import app
from ministack.services import cloudtrail
from appflow_local.ministack_adapter.trail import install_trail

install_trail()
app._loaded_modules["cloudtrail"], cloudtrail._recording_enabled = cloudtrail, True
HEADERS = {"content-type": "application/json"}

def ask(path, **given):
    body = json.dumps(given).encode()
    app._maybe_record_cloudtrail("appflow", "POST", path, HEADERS, body, {}, "1", "us-east-1")

ask("/describe-flow", flowName="nightly")
credentials = {"CustomConnector": {"basic": {"username": "ann", "password": "s3cret"}}}
config = {"connectorProfileProperties": {}, "connectorProfileCredentials": credentials}
ask("/create-connector-profile", connectorProfileName="prod", connectorProfileConfig=config)
ask("/no-operation", connectorProfileCredentials="s3cret")
print(json.dumps([json.loads(event["CloudTrailEvent"]) for event in cloudtrail._get_event_queue()]))
"""


def test_events_have_the_names_of_operations_and_no_credentials() -> None:
    done = subprocess.run(
        [command("python"), "-c", RECORD], capture_output=True, text=True, check=True
    )
    assert "s3cret" not in done.stdout
    described, created, unknown = json.loads(done.stdout.splitlines()[-1])
    assert [event["eventName"] for event in (described, created, unknown)] == [
        "DescribeFlow",
        "CreateConnectorProfile",
        "POST.appflow",
    ]
    assert described["eventSource"] == "appflow.amazonaws.com"
    assert described["requestParameters"] == {"flowName": "nightly"}
    assert created["requestParameters"]["connectorProfileName"] == "prod"


def test_a_client_finds_an_event_by_the_name_of_the_operation(own_cloud: Cloud) -> None:
    _record(own_cloud, on=True)
    try:
        own_cloud.client("appflow").list_flows()
    finally:
        _record(own_cloud, on=False)
    wanted = [{"AttributeKey": "EventName", "AttributeValue": "ListFlows"}]
    events = own_cloud.client("cloudtrail").lookup_events(LookupAttributes=wanted)["Events"]
    assert {event["EventSource"] for event in events} == {"appflow.amazonaws.com"}


def _record(cloud: Cloud, *, on: bool) -> None:
    body = json.dumps({"cloudtrail._recording_enabled": on}).encode()
    request = urllib.request.Request(f"{cloud.url}/_ministack/config", body)  # noqa: S310 - https
    trusted = ssl.create_default_context(cafile=str(cloud.home / str(cloud.port) / "ca-bundle.pem"))
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted)
    )
    opener.open(request).close()
