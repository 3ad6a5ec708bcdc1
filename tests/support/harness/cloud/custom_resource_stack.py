"""A template with custom resources, whose function obeys or fails as their properties say."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from harness.cloud.local_cloud import Cloud

Template = dict[str, Any]

_CODE = """
import json
import urllib.request

def handler(event, context):
    given = event["ResourceProperties"]
    print("asked", event["RequestType"], event["LogicalResourceId"], given.get("Value"))
    if given.get("Silent") == event["RequestType"]:
        return
    answer = {
        "Status": "FAILED" if given.get("Fails") == event["RequestType"] else "SUCCESS",
        "Reason": "It was told to fail",
        "PhysicalResourceId": event["LogicalResourceId"],
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": {"Value": given.get("Value")},
    }
    request = urllib.request.Request(
        event["ResponseURL"], json.dumps(answer).encode(), {"Content-Type": ""}, method="PUT"
    )
    urllib.request.urlopen(request).read()
"""


def template(**resources: dict[str, str]) -> Template:
    """Custom resources by their logical ids; each depends on the one before.

    Their properties may hold `Fails` and `Silent`: the type of the request that fails, or that is
    never answered; and `Value`, which is the attribute of the same name.
    """
    made: dict[str, Any] = {"Role": _role(), "Function": _function()}
    before = "Function"
    for name, properties in resources.items():
        token = {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}}
        made[name] = {
            "Type": "Custom::Thing",
            "DependsOn": before,
            "Properties": {**token, **properties},
        }
        before = name
    return {"Resources": made}


def function_of(cloud: Cloud, stack: str) -> str:
    """The name of the stack's function."""
    found = cloud.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId="Function"
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def obey(cloud: Cloud, function: str) -> None:
    """Let a function succeed and answer, whatever it was told."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", _CODE.replace('"Fails"', '""').replace('"Silent"', '""'))
    cloud.client("lambda").update_function_code(FunctionName=function, ZipFile=content.getvalue())


def asked(cloud: Cloud, function: str) -> list[str]:
    """The requests that a function got: type, logical id and value."""
    logs = cloud.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")
    lines = "\n".join(event["message"] for event in logs["events"]).splitlines()
    return [line.removeprefix("asked ") for line in lines if line.startswith("asked ")]


def _role() -> dict[str, Any]:
    trust = {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    statement = {"Effect": "Allow", **trust}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": document}}


def _function() -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Timeout": 30,
            "Code": {"ZipFile": _CODE},
        },
    }
