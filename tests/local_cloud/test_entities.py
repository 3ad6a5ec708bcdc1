"""Entities, tokens and tags in the local cloud: a real function, real secrets, IAM enforced."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from harness.cloud.cloud_functions import appflow_of_user, create_function
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client, refusal, registration, sdk_answer
from harness.model.profiles import profile
from harness.model.token_server import (
    CLIENT,
    TokenServer,
    oauth2_authentication,
    oauth2_config,
    token_server,
)

ACCOUNT = "000000000000"
PROFILE_ARN = f"arn:aws:appflow:us-east-1:{ACCOUNT}:connectorprofile/library"
SECRETS = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:appflow!{ACCOUNT}-Library-*"
ASK = {"connectorProfileName": "library", "apiVersion": "v51.0"}

CONNECTOR = """
import json
import boto3

ABOUT = json.loads('''CONFIGURATION''')
BOOK = {"entityIdentifier": "Book", "hasNestedEntities": False, "label": "A book"}
FIELDS = [{"fieldName": "title", "dataType": "String"}]
EXPIRED = {"errorCode": "InvalidCredentials", "errorMessage": "The token has expired"}

def token(credentials):
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=credentials["secretArn"])
    return json.loads(secret["SecretString"])["accessToken"]

def handler(event, context):
    kind = event["type"]
    if kind == "DescribeConnectorConfigurationRequest":
        return ABOUT
    if kind == "ListEntitiesRequest":
        if token(event["connectorContext"]["credentials"]) == "token-1":
            return {"isSuccess": False, "errorDetails": EXPIRED}
        return {"isSuccess": True, "entities": [BOOK]}
    if kind == "DescribeEntityRequest":
        return {"isSuccess": True, "entityDefinition": {"entity": BOOK, "fields": FIELDS}}
    return {"isSuccess": True}
"""
CONFIGURATION = sdk_answer(authenticationConfig=oauth2_authentication(), connectorRuntimeSetting=[])


@pytest.fixture(scope="module")
def tokens() -> Iterator[TokenServer]:
    with token_server() as running:
        yield running


@pytest.fixture(scope="module")
def appflow(own_cloud: Cloud, tokens: TokenServer) -> Client:
    """A client; the connector `Library` has a profile whose token AppFlow has fetched."""
    source = CONNECTOR.replace("CONFIGURATION", json.dumps(CONFIGURATION))
    read = {"Action": "secretsmanager:GetSecretValue", "Resource": SECRETS}
    where = {"lambda": {"lambdaArn": create_function(own_cloud, "library", source, [read])}}
    client = own_cloud.client("appflow")
    client.register_connector(**registration("Library", connectorProvisioningConfig=where))
    given = oauth2_config(CLIENT, tokens.properties("CLIENT_CREDENTIALS"))
    client.create_connector_profile(
        **profile("library", connectorLabel="Library", connectorProfileConfig=given)
    )
    return client


def test_an_expired_token_is_refreshed_for_the_connector(
    own_cloud: Cloud, appflow: Client, tokens: TokenServer
) -> None:
    tokens.grant(access_token="token-2")
    listed = appflow.list_connector_entities(**ASK)["connectorEntityMap"]
    assert listed == {"Objects": [{"name": "Book", "label": "A book", "hasNestedEntities": False}]}
    assert [asked.form["grant_type"] for asked in tokens.requests] == ["client_credentials"] * 2
    kept = own_cloud.client("secretsmanager").get_secret_value(
        SecretId=f"appflow!{ACCOUNT}-Library-library"
    )
    assert json.loads(kept["SecretString"])["accessToken"] == "token-2"


def test_only_callers_with_rights_on_the_profile_see_its_entities(
    own_cloud: Cloud, appflow: Client
) -> None:
    describe = {"Action": "appflow:DescribeConnectorEntity", "Resource": PROFILE_ARN}
    reader = appflow_of_user(own_cloud, "entity-reader", describe)
    fields = reader.describe_connector_entity(**ASK, connectorEntityName="Book")
    assert [field["identifier"] for field in fields["connectorEntityFields"]] == ["title"]
    code, message = refusal(reader.list_connector_entities, **ASK)
    assert code == "AccessDeniedException"
    assert message.endswith(f"appflow:ListConnectorEntities on resource: {PROFILE_ARN}")
    appflow.reset_connector_metadata_cache(**ASK)


def test_a_policy_can_demand_tags(own_cloud: Cloud, appflow: Client) -> None:
    connector = {"connectorType": "CustomConnector", "connectorLabel": "Library"}
    arn = appflow.describe_connector(**connector)["connectorConfiguration"]["connectorArn"]
    tagger = appflow_of_user(
        own_cloud,
        "tagger",
        {
            "Action": "appflow:TagResource",
            "Resource": arn,
            "Condition": {"StringEquals": {"aws:RequestTag/team": "sales"}},
        },
        {
            "Action": "appflow:UntagResource",
            "Resource": arn,
            "Condition": {"StringEquals": {"aws:ResourceTag/team": "sales"}},
        },
    )
    other = {"resourceArn": arn, "tags": {"team": "other"}}
    assert refusal(tagger.tag_resource, **other)[0] == "AccessDeniedException"
    tagger.tag_resource(resourceArn=arn, tags={"team": "sales"})
    assert appflow.list_tags_for_resource(resourceArn=arn)["tags"] == {"team": "sales"}
    tagger.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert refusal(tagger.untag_resource, resourceArn=arn, tagKeys=["a"])[0] == (
        "AccessDeniedException"
    )
