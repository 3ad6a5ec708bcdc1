"""A connector that fails by its entity's name, in a running local cloud, and flows over it."""

from __future__ import annotations

import json
from typing import Any

from harness.cloud import data_connector
from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import create_function
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client, registration, sdk_answer
from harness.model.profiles import authentication, config, profile
from harness.model.runs import to_s3

LABEL, BUCKET = "Failing", "failing-lake"

SOURCE = """
import json
import boto3

ABOUT = json.loads('''CONFIGURATION''')
FIELDS = [
    {"fieldName": "id", "dataType": "Integer", "readProperties": {"isNullable": False}},
    {"fieldName": "name", "dataType": "String", "filterOperators": ["EQUAL_TO"]},
]
RECORDS = {"Order": {"id": 1, "name": "Ann"}, "Nameless": {"id": 2}, "Gap": {"name": "Bob"}}
REFUSED = {"errorCode": "InvalidCredentials", "errorMessage": "the shop does not know Bob"}

def handler(event, context):
    kind, entity = event["type"], event.get("entityIdentifier")
    if kind == "DescribeConnectorConfigurationRequest":
        return ABOUT
    if kind == "ValidateCredentialsRequest":
        arn = event["credentials"]["secretArn"]
        secret = boto3.client("secretsmanager").get_secret_value(SecretId=arn)
        if '"bob"' in secret["SecretString"]:
            return {"isSuccess": False, "errorDetails": REFUSED}
    if kind == "DescribeEntityRequest":
        about = {"entityIdentifier": entity, "hasNestedEntities": False}
        return {"isSuccess": True, "entityDefinition": {"entity": about, "fields": FIELDS}}
    if kind == "QueryDataRequest":
        return {"isSuccess": True, "records": [json.dumps(RECORDS[entity])]}
    return {"isSuccess": True}
"""
CONFIGURATION = sdk_answer(
    authenticationConfig=authentication(),
    connectorModes=["SOURCE"],
    connectorRuntimeSetting=[],
)


def connect(cloud: Cloud) -> Client:
    """Register the connector, make its profile `prod` and a bucket; return AppFlow's client."""
    create_bucket(cloud, BUCKET)
    source = SOURCE.replace("CONFIGURATION", json.dumps(CONFIGURATION))
    rights = [{"Action": "secretsmanager:GetSecretValue", "Resource": "*"}]
    where = {"lambda": {"lambdaArn": create_function(cloud, LABEL, source, rights)}}
    client = cloud.client("appflow")
    client.register_connector(**registration(LABEL, connectorProvisioningConfig=where))
    client.create_connector_profile(**with_password("prod", "ann"))
    return client


def with_password(name: str, user: str, label: str = LABEL) -> dict[str, Any]:
    """Return the parameters of a profile; the connector refuses the user `bob`."""
    given = {"authenticationType": "BASIC", "basic": {"username": user, "password": "x"}}
    return profile(name, connectorLabel=label, connectorProfileConfig=config(given, region="eu"))


def with_token(name: str, url: str, grant: str = "AUTHORIZATION_CODE") -> dict[str, Any]:
    """Return the parameters of a profile that gets its token from a URL."""
    asked = {"authCode": "x", "redirectUri": "https://shop.example.com"}
    client = {"clientId": "me", "clientSecret": "x", "oAuthRequest": asked}
    made = config({"authenticationType": "OAUTH2", "oauth2": client}, region="eu")
    properties = made["connectorProfileProperties"]["CustomConnector"]
    properties["oAuth2Properties"] = {"tokenUrl": url, "oAuth2GrantType": grant}
    return profile(name, connectorLabel=LABEL, connectorProfileConfig=made)


def outward(name: str, entity: str = "Order", **changes: object) -> dict[str, Any]:
    """Return the parameters of a flow of an entity to the bucket."""
    own = data_connector.outward(name, entity, destinationFlowConfigList=to_s3(bucketName=BUCKET))
    return {**own, **changes}
