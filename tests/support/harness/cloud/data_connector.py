"""A connector's function with records to read, in a running local cloud, and flows over it."""

from __future__ import annotations

import json
from typing import Any

from harness.cloud.cloud_functions import create_function
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client, registration, sdk_answer
from harness.model.profiles import authentication, config
from harness.model.profiles import profile as profile_parameters
from harness.model.runs import from_s3, mapped, to_connector, to_s3

BUCKET = "flows-run"
"""Where the flows read and write; whoever runs them creates it."""

# It imports boto3, most of what a start takes, only where it writes.
CONNECTOR = """
import json

ABOUT = json.loads('''CONFIGURATION''')
FIELDS = [{"fieldName": "id", "dataType": "Integer"}, {"fieldName": "name", "dataType": "String"}]

SIZES = {"Order": (3, 2), "Many": (20, 1000), "Bulk": (100, 1000), "Wide": (80, 250)}

def page(number, size, wide):
    first, rest = number * size + 1, "x" * wide
    return [json.dumps({"id": n, "name": f"order {n}{rest}"}) for n in range(first, first + size)]

def query(entity, number):
    if entity == "Crash":
        raise RuntimeError("out of luck")
    if entity == "Garbage":
        return {"isSuccess": True, "records": ["{'id': 1}"]}
    if entity == "Large":
        return {"isSuccess": True, "records": ["x" * 7_000_000]}
    if entity == "Nothing":
        return None
    pages, size = SIZES[entity]
    token = str(number + 1) if number + 1 < pages else None
    records = page(number, size, 4000 if entity == "Wide" else 0)
    return {"isSuccess": True, "records": records, "nextToken": token}

def write(event):
    import boto3
    body = "\\n".join(event["records"]).encode()
    boto3.client("s3").put_object(Bucket="SINK", Key=event["operation"], Body=body)
    results = [{"isSuccess": True, "recordId": str(n)} for n, _ in enumerate(event["records"])]
    return {"isSuccess": True, "writeRecordResults": results}

def handler(event, context):
    kind = event["type"]
    if kind == "DescribeConnectorConfigurationRequest":
        return ABOUT
    if kind == "DescribeEntityRequest":
        entity = {"entityIdentifier": event["entityIdentifier"], "hasNestedEntities": False}
        return {"isSuccess": True, "entityDefinition": {"entity": entity, "fields": FIELDS}}
    if kind == "QueryDataRequest":
        return query(event["entityIdentifier"], int(event["nextToken"] or 0))
    return write(event) if kind == "WriteDataRequest" else {"isSuccess": True}
"""
CONFIGURATION = sdk_answer(
    authenticationConfig=authentication(),
    connectorModes=["SOURCE", "DESTINATION"],
    connectorRuntimeSetting=[],
)


def connect(cloud: Cloud, label: str, sink: str, profile_name: str = "prod") -> Client:
    """Register the connector and create a profile of it; return AppFlow's client.

    What is written to the connector is found in the bucket `sink`, by the name of the operation.
    """
    source = CONNECTOR.replace("CONFIGURATION", json.dumps(CONFIGURATION)).replace("SINK", sink)
    statements = [{"Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{sink}/*"}]
    arn = create_function(cloud, label, source, statements)
    client = cloud.client("appflow")
    where = {"lambda": {"lambdaArn": arn}}
    client.register_connector(**registration(label, connectorProvisioningConfig=where))
    given = {"authenticationType": "BASIC", "basic": {"username": "ann", "password": "x"}}
    client.create_connector_profile(
        **profile_parameters(
            profile_name, connectorLabel=label, connectorProfileConfig=config(given, region="eu")
        )
    )
    return client


def outward(
    name: str, entity: str = "Order", profile: str = "prod", **changes: object
) -> dict[str, Any]:
    """Return the parameters of a flow of an entity from the connector to JSON in the bucket."""
    source = {
        "connectorType": "CustomConnector",
        "apiVersion": "v51.0",
        "connectorProfileName": profile,
        "sourceConnectorProperties": {"CustomConnector": {"entityName": entity}},
    }
    return {
        "flowName": name,
        "triggerConfig": {"triggerType": "OnDemand"},
        "sourceFlowConfig": source,
        "destinationFlowConfigList": to_s3(bucketName=BUCKET),
        "tasks": mapped("id", "name"),
        **changes,
    }


def inward(name: str, prefix: str) -> dict[str, Any]:
    """Return the parameters of a flow from CSV files of the bucket to the connector."""
    return outward(
        name,
        sourceFlowConfig=from_s3(bucketName=BUCKET, bucketPrefix=prefix),
        destinationFlowConfigList=to_connector(writeOperationType="UPSERT", idFieldNames=["id"]),
        tasks=mapped("id", "name", connector="S3"),
    )
