"""Functions in the local cloud: what they see, how AppFlow calls them, and how it answers."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID

import pytest
from botocore.exceptions import ClientError

from harness.cloud.cloud_functions import create_function, invoke
from harness.cloud.local_cloud import Cloud

IMPORTER = """
import importlib, os
def handler(event, context):
    def found(name):
        try:
            importlib.import_module(name)
        except ImportError:
            return False
        return True
    return {"found": [name for name in event["names"] if found(name)], "env": sorted(os.environ)}
"""

LOADED = """
import sys
def handler(event, context):
    return [name for name in ("boto3", "botocore") if name in sys.modules]
"""

CALLING = """
import json, os
def handler(left, context):
    depth = os.environ.get("_MINISTACK_INVOKE_DEPTH")
    if not left:
        return [depth]
    import boto3
    called = boto3.client("lambda").invoke(
        FunctionName=context.function_name, Payload=json.dumps(left - 1)
    )
    return [depth, *json.loads(called["Payload"].read())]
"""

SLOW = """
import time
def handler(event, context):
    time.sleep(12)
"""

CRASHING = """
def handler(event, context):
    raise RuntimeError("no such luck")
"""


def refusal(cloud: Cloud, label: str, function_arn: str) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        cloud.client("appflow").register_connector(
            connectorLabel=label,
            connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig={"lambda": {"lambdaArn": function_arn}},
        )
    error: dict[str, Any] = dict(caught.value.response["Error"])
    return error["Code"], error["Message"]


def logs(cloud: Cloud, *arguments: str) -> str:
    return cloud.command("logs", *arguments).stdout


def test_a_function_sees_boto3_and_nothing_of_the_emulator(own_cloud: Cloud) -> None:
    create_function(own_cloud, "importer", IMPORTER)
    names = ["boto3", "botocore", "json", "ministack", "hypercorn", "appflow_local", "trustme"]
    answer = own_cloud.client("lambda").invoke(
        FunctionName="importer", Payload=json.dumps({"names": names})
    )
    seen = json.loads(answer["Payload"].read())
    assert seen["found"] == ["boto3", "botocore", "json"]
    # Nor of the shell that started the cloud.
    assert not {"PYTEST_CURRENT_TEST", "VIRTUAL_ENV", "PYTHONPATH"} & set(seen["env"])


def test_a_function_that_does_not_use_boto3_starts_without_it(own_cloud: Cloud) -> None:
    create_function(own_cloud, "plain", LOADED)
    assert invoke(own_cloud, "plain") == (None, [])


def test_what_functions_ask_of_each_other_says_how_deep_they_are_called(own_cloud: Cloud) -> None:
    allowed = {"Action": "lambda:InvokeFunction", "Resource": "*"}
    create_function(own_cloud, "calling", CALLING, [allowed])
    assert invoke(own_cloud, "calling", 2) == (None, ["1", "2", "3"])


def test_a_function_that_does_not_admit_appflow_is_not_registered(own_cloud: Cloud) -> None:
    arn = create_function(own_cloud, "closed", IMPORTER)
    own_cloud.client("lambda").remove_permission(FunctionName="closed", StatementId="AppFlow")
    assert refusal(own_cloud, "Closed", arn)[0] == "AccessDeniedException"


def test_a_function_that_does_not_exist_is_not_registered(own_cloud: Cloud) -> None:
    arn = "arn:aws:lambda:us-east-1:000000000000:function:none"
    assert refusal(own_cloud, "Missing", arn)[0] == "ResourceNotFoundException"


def test_a_connector_that_crashes_is_the_connectors_error(own_cloud: Cloud) -> None:
    arn = create_function(own_cloud, "crashing", CRASHING)
    assert refusal(own_cloud, "Crashing", arn) == (
        "ConnectorServerException",
        "Error while communicating to connector: Got error from connector. No valid response "
        "and error details found in the connector response.",
    )


def test_what_a_connector_printed_is_in_the_clouds_log_and_in_its_own(own_cloud: Cloud) -> None:
    code = CRASHING.replace("    raise", '    print("asked for", event["type"])\n    raise')
    refusal(own_cloud, "Talkative", create_function(own_cloud, "talkative", code))
    shown = logs(own_cloud, "--function", "talk*")
    assert re.search(r"Z INFO \[function talkative\] asked for DescribeConnectorConf", shown)
    assert re.search(r"Z ERROR \[function talkative\] RuntimeError: no such luck", shown)
    events = own_cloud.client("logs").filter_log_events(logGroupName="/aws/lambda/talkative")
    for log in (shown, "\n".join(event["message"] for event in events["events"])):
        assert "asked for DescribeConnectorConfigurationRequest" in log
        assert "no such luck" in log


def test_the_log_is_readable_and_says_what_appflow_refused(own_cloud: Cloud) -> None:
    answer = {"isSuccess": True, "connectorName": "No owner"}
    code = f"def handler(event, context):\n    return {answer}\n"
    before = logs(own_cloud)
    refusal(own_cloud, "Ownerless", create_function(own_cloud, "ownerless", code))
    shown = logs(own_cloud)[len(before) :]  # other tests' functions print what they like
    refused = [line for line in shown.splitlines() if " refused: " in line]
    assert "WARNING [appflow] RegisterConnector by arn:aws:" in refused[-1]
    assert "ConnectorServerException: " in refused[-1]
    assert "connectorOwner cannot be null" in refused[-1]
    remedies = [line for line in shown.splitlines() if "To do in " in line]
    assert remedies[0].endswith(":function:ownerless: Add the key connectorOwner")
    assert all(re.match(r"\d{4}-\d\d-\d\dT|    ", line) for line in shown.splitlines())
    assert "Traceback" not in shown
    assert "Local AWS Service Emulator" not in shown


def test_a_functions_log_stream_is_what_finds_its_log(own_cloud: Cloud) -> None:
    code = """
import os
def handler(event, context):
    print("here")
    return [context.log_stream_name, os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]]
"""
    create_function(own_cloud, "named-log", code)
    answer = own_cloud.client("lambda").invoke(FunctionName="named-log")
    stream, variable = json.loads(answer["Payload"].read())
    assert stream == variable
    assert "[function named-log] here" in logs(own_cloud, "--function", stream)


def test_the_log_of_no_function_names_those_that_there_are(own_cloud: Cloud) -> None:
    create_function(own_cloud, "silent", "def handler(event, context): pass")
    command = ["appflow-local", "logs", "--port", str(own_cloud.port), "--function", "tolkative"]
    done = own_cloud.run(command)
    assert done.stdout == ""
    told = done.stderr.split("nothing is logged of it; the functions are: ")[1]
    assert "silent" in told.strip().split(", ")


def test_a_connector_has_ten_seconds_to_answer(own_cloud: Cloud) -> None:
    arn = create_function(own_cloud, "slow", SLOW)
    code, message = refusal(own_cloud, "Slow", arn)
    assert code == "ConnectorServerException"
    assert "10 seconds" in message
    assert "Slow" not in own_cloud.labels()


def test_every_answer_has_one_request_id(own_cloud: Cloud) -> None:
    appflow = own_cloud.client("appflow")
    answers = [appflow.list_connectors()]
    with pytest.raises(ClientError) as caught:
        appflow.describe_flow(flowName="none")
    answers.append(caught.value.response)
    for answer in answers:
        UUID(answer["ResponseMetadata"]["RequestId"])  # raises ValueError for two of them


def test_what_something_else_writes_to_the_log_and_what_the_cloud_writes_are_kept(
    own_cloud: Cloud,
) -> None:
    with (own_cloud.home / str(own_cloud.port) / "server.log").open("a") as log:
        log.write("a line of something else\n" * 1_000)
    before = logs(own_cloud)
    refusal(own_cloud, "Late", "arn:aws:lambda:us-east-1:000000000000:function:late")
    after = logs(own_cloud)
    assert after.startswith(before)
    assert "RegisterConnector by " in after[len(before) :]
