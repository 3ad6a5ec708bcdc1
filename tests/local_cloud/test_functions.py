"""Functions in the local cloud: what they see, and how AppFlow calls them."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.local_cloud import Cloud

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}

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

SLOW = """
import time
def handler(event, context):
    time.sleep(12)
"""

CRASHING = """
def handler(event, context):
    raise RuntimeError("no such luck")
"""


def create_function(cloud: Cloud, name: str, source: str, *, admit: bool = True) -> str:
    """Create a function and let AppFlow invoke it, as the construct's template does."""
    role = cloud.client("iam").create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST)
    )["Role"]["Arn"]
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", source)
    lambda_ = cloud.client("lambda")
    arn = lambda_.create_function(
        FunctionName=name,
        Role=role,
        Runtime="python3.13",
        Handler="index.handler",
        Code={"ZipFile": code.getvalue()},
        Timeout=30,
    )["FunctionArn"]
    if admit:
        lambda_.add_permission(
            FunctionName=name,
            StatementId="AppFlow",
            Action="lambda:InvokeFunction",
            Principal="appflow.amazonaws.com",
            SourceAccount="000000000000",
            SourceArn="arn:aws:appflow:us-east-1:000000000000:*",
        )
    return str(arn)


def refusal(cloud: Cloud, label: str, function_arn: str) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        cloud.client("appflow").register_connector(
            connectorLabel=label,
            connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig={"lambda": {"lambdaArn": function_arn}},
        )
    error: dict[str, Any] = dict(caught.value.response["Error"])
    return error["Code"], error["Message"]


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


def test_a_function_that_does_not_admit_appflow_is_not_registered(own_cloud: Cloud) -> None:
    arn = create_function(own_cloud, "closed", IMPORTER, admit=False)
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


def test_a_connector_has_ten_seconds_to_answer(own_cloud: Cloud) -> None:
    arn = create_function(own_cloud, "slow", SLOW)
    code, message = refusal(own_cloud, "Slow", arn)
    assert code == "ConnectorServerException"
    assert "10 seconds" in message
    assert own_cloud.labels() == []
