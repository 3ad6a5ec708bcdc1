"""Connector profiles in the local cloud: real secrets, read by a connector under its own role."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import appflow_of_user, create_function
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client, refusal, registration, sdk_answer
from harness.model.profiles import authentication, config, flow, profile, profile_update

ACCOUNT = "000000000000"
PASSWORD = "s3cret"
# As the SDK's README has it: the secrets of this label, and no others.
OWN_SECRETS = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:appflow!{ACCOUNT}-%s-*"
CALLED_VIA_APPFLOW = {"ForAnyValue:StringEquals": {"aws:CalledVia": ["appflow.amazonaws.com"]}}
MAKE_SECRETS = {  # as in the managed policy AmazonAppFlowFullAccess
    "Action": "secretsmanager:CreateSecret",
    "Resource": "*",
    "Condition": {"StringLike": {"secretsmanager:Name": "appflow!*"}, **CALLED_VIA_APPFLOW},
}
PUT_POLICIES = {
    "Action": "secretsmanager:PutResourcePolicy",
    "Resource": "*",
    "Condition": {
        **CALLED_VIA_APPFLOW,
        "StringEqualsIgnoreCase": {
            "secretsmanager:ResourceTag/aws:secretsmanager:owningService": "appflow"
        },
    },
}
USE_APPFLOW = {"Action": "appflow:*", "Resource": "*"}

CONNECTOR = """
import json
import boto3

ABOUT = json.loads('''CONFIGURATION''')

def password(arn):
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=arn)
    return json.loads(secret["SecretString"])["password"]

def handler(event, context):
    if event["type"] == "DescribeConnectorConfigurationRequest":
        return ABOUT
    if event["type"] == "DescribeEntityRequest":
        entity = {"entityIdentifier": event["entityIdentifier"], "hasNestedEntities": False}
        fields = [{"fieldName": "Id", "dataType": "String"}]
        return {"isSuccess": True, "entityDefinition": {"entity": entity, "fields": fields}}
    if event["type"] == "ValidateCredentialsRequest":
        try:
            right = password(event["credentials"]["secretArn"]) == "s3cret"
            reason = "Wrong password"
        except Exception as error:
            right, reason = False, str(error)
        if not right:
            return {"isSuccess": False, "errorDetails": {"errorMessage": reason}}
    return {"isSuccess": True}
"""
CONFIGURATION = sdk_answer(authenticationConfig=authentication(), connectorRuntimeSetting=[])


@pytest.fixture(scope="module")
def appflow(own_cloud: Cloud) -> Client:
    """A client; three connectors share a function whose role reads the secrets of two of them."""
    statements = [
        {"Action": "secretsmanager:GetSecretValue", "Resource": OWN_SECRETS % label}
        for label in ("Vault", "Doomed")
    ]
    source = CONNECTOR.replace("CONFIGURATION", json.dumps(CONFIGURATION))
    arn = create_function(own_cloud, "profiled", source, statements)
    client = own_cloud.client("appflow")
    for label in ("Vault", "Doomed", "Stranger"):
        where = {"lambda": {"lambdaArn": arn}}
        client.register_connector(**registration(label, connectorProvisioningConfig=where))
    return client


def credentials(password: str) -> dict[str, Any]:
    given = {"username": "ann", "password": password}
    return config({"authenticationType": "BASIC", "basic": given})


def create(client: Client, name: str, label: str = "Vault", password: str = PASSWORD) -> None:
    parameters = profile(name, connectorLabel=label, connectorProfileConfig=credentials(password))
    client.create_connector_profile(**parameters)


def secret(cloud: Cloud, name: str, label: str = "Vault") -> Any:  # noqa: ANN401 - JSON, or nothing
    try:
        found = cloud.client("secretsmanager").get_secret_value(
            SecretId=f"appflow!{ACCOUNT}-{label}-{name}"
        )
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ResourceNotFoundException"
        return None
    return json.loads(found["SecretString"])


def names(client: Client, label: str = "Vault") -> list[str]:
    found = client.describe_connector_profiles(connectorLabel=label)["connectorProfileDetails"]
    return [item["connectorProfileName"] for item in found]


def test_a_connector_reads_its_secret_under_its_own_role(own_cloud: Cloud, appflow: Client) -> None:
    create_bucket(own_cloud, "lake")  # of the flow
    create(appflow, "good")
    assert secret(own_cloud, "good") == {"username": "ann", "password": PASSWORD}
    appflow.create_flow(
        **flow("nightly", sourceFlowConfig=_source("good")), description="Every order"
    )
    flows = appflow.list_flows(maxResults=100)["flows"]
    labels = {item["flowName"]: item.get("sourceConnectorLabel") for item in flows}
    assert labels["nightly"] == "Vault"
    change = profile_update("good", connectorProfileConfig=credentials("wrong"))
    assert refusal(appflow.update_connector_profile, **change)[1].endswith("Wrong password")
    assert secret(own_cloud, "good")["password"] == PASSWORD
    appflow.delete_flow(flowName="nightly")
    appflow.delete_connector_profile(connectorProfileName="good")
    assert (names(appflow), secret(own_cloud, "good")) == ([], None)


def _source(name: str) -> dict[str, Any]:
    return {
        "connectorType": "CustomConnector",
        "apiVersion": "v51.0",
        "connectorProfileName": name,
        "sourceConnectorProperties": {"CustomConnector": {"entityName": "Order"}},
    }


def test_wrong_credentials_leave_nothing_behind(own_cloud: Cloud, appflow: Client) -> None:
    with pytest.raises(ClientError) as caught:
        create(appflow, "bad", password="guess")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 401
    assert str(caught.value).endswith("with connector failure Wrong password")
    assert (names(appflow), secret(own_cloud, "bad")) == ([], None)


def test_a_role_does_not_read_the_secrets_of_another_label(appflow: Client) -> None:
    with pytest.raises(ClientError, match=r"AccessDeniedException.*GetSecretValue"):
        create(appflow, "closed", label="Stranger")
    assert names(appflow, "Stranger") == []


def test_a_connector_in_use_is_unregistered_only_by_force(appflow: Client) -> None:
    create(appflow, "user", label="Doomed")
    assert refusal(appflow.unregister_connector, connectorLabel="Doomed") == (
        "ConflictException",
        "Connector Doomed is in use by connector profile user",
    )
    appflow.unregister_connector(connectorLabel="Doomed", forceDelete=True)
    appflow.delete_connector_profile(connectorProfileName="user")


@pytest.mark.usefixtures("appflow")
def test_the_secret_is_made_with_the_callers_permissions(own_cloud: Cloud) -> None:
    allowed = appflow_of_user(own_cloud, "full", USE_APPFLOW, MAKE_SECRETS, PUT_POLICIES)
    create(allowed, "managed")
    allowed.delete_connector_profile(connectorProfileName="managed")
    for name, action, statements in (
        ("no-secrets", "CreateSecret", [PUT_POLICIES]),
        ("no-policies", "PutResourcePolicy", [MAKE_SECRETS]),
    ):
        denied = appflow_of_user(own_cloud, name, USE_APPFLOW, *statements)
        with pytest.raises(ClientError, match=f"not authorized.*secretsmanager:{action}"):
            create(denied, name)
        assert secret(own_cloud, name) is None
