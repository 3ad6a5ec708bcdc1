"""A running cloud with something of everything to look at, some of it hostile."""

from __future__ import annotations

import json
from typing import Any

from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import create_function
from harness.cloud.data_connector import BUCKET, CONFIGURATION
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client, registration
from harness.model.profiles import config
from harness.model.profiles import profile as profile_parameters
from harness.model.runs import from_s3, mapped, run, task, to_connector, to_s3

ATTACK = "<img src=x onerror='window.harmed=1'><script>window.harmed=2</script>"
PAGES = 12
_CODE = """
import json, time

ABOUT = json.loads('''CONFIGURATION''')
ATTACK = ATTACKTEXT
FIELDS = [
    {"fieldName": "id", "dataType": "Integer"},
    {"fieldName": "name", "dataType": "String"},
    {"fieldName": "amount", "dataType": "Double"},
]

def query(entity, number):
    print("asked for", entity, ATTACK)
    if entity == "Crash":
        raise RuntimeError("out of luck")
    if entity == "Slow":
        time.sleep(0.15)
    records = [
        {"id": n, "name": f"order {n}" if n % 3 else ATTACK, "amount": n * 1.5} for n in range(1, 6)
    ]
    more = entity == "Slow" and number < PAGES - 1
    texts = [json.dumps(each) for each in records]
    return {"isSuccess": True, "records": texts, "nextToken": str(number + 1) if more else None}

def handler(event, context):
    kind = event["type"]
    if kind == "DescribeConnectorConfigurationRequest":
        return ABOUT
    if kind == "ListEntitiesRequest":
        names = ["Order", "Slow", "Crash"]
        entities = [
            {"entityIdentifier": name, "hasNestedEntities": False, "label": ATTACK}
            for name in names
        ]
        return {"isSuccess": True, "entities": entities}
    if kind == "DescribeEntityRequest":
        entity = {"entityIdentifier": event["entityIdentifier"], "hasNestedEntities": False}
        return {"isSuccess": True, "entityDefinition": {"entity": entity, "fields": FIELDS}}
    if kind == "QueryDataRequest":
        return query(event["entityIdentifier"], int(event["nextToken"] or 0))
    if kind == "WriteDataRequest":
        refused = {"isSuccess": False, "errorMessage": ATTACK}
        return {"isSuccess": True, "writeRecordResults": [refused for _ in event["records"]]}
    return {"isSuccess": True}
"""


def fill(cloud: Cloud) -> Client:
    """Fill a cloud: a connector, a profile, flows, runs, and a stack that failed."""
    source = (
        _CODE.replace("CONFIGURATION", json.dumps(CONFIGURATION))
        .replace("ATTACKTEXT", repr(ATTACK))
        .replace("PAGES", str(PAGES))
    )
    create_bucket(cloud, BUCKET)
    arn = create_function(cloud, "Shop", source)
    client = cloud.client("appflow")
    where = {"lambda": {"lambdaArn": arn}}
    client.register_connector(**registration("Shop", connectorProvisioningConfig=where))
    given = {"authenticationType": "BASIC", "basic": {"username": "ann", "password": "hush-hush"}}
    client.create_connector_profile(
        **profile_parameters(
            "prod", connectorLabel="Shop", connectorProfileConfig=config(given, region="eu")
        )
    )
    masked = task("Mask", "name", operator="MASK_LAST_N", MASK_LENGTH="3", MASK_VALUE="*")
    renamed = task("Map", "name", to="customer")
    client.create_flow(**outward("orders", "Order", tasks=[*mapped("id"), renamed, masked]))
    client.create_flow(**outward("slow", "Slow"))
    client.create_flow(**outward("crashing", "Crash"))
    cloud.client("s3").put_object(Bucket=BUCKET, Key="in/a.csv", Body=b"id,name\n1,a\n")
    refused = {
        "sourceFlowConfig": from_s3(bucketName=BUCKET, bucketPrefix="in"),
        "destinationFlowConfigList": to_connector(),
        "tasks": mapped("id", "name", connector="S3"),
    }
    client.create_flow(**outward("refused", "Order", **refused))
    for name in ("orders", "crashing", "refused"):
        run(client, name)
    return client


def outward(name: str, entity: str, **changes: object) -> dict[str, Any]:
    """Return the parameters of a flow of an entity to the bucket."""
    return {
        "flowName": name,
        "triggerConfig": {"triggerType": "OnDemand"},
        "sourceFlowConfig": {
            "connectorType": "CustomConnector",
            "apiVersion": "v51.0",
            "connectorProfileName": "prod",
            "sourceConnectorProperties": {"CustomConnector": {"entityName": entity}},
        },
        "destinationFlowConfigList": to_s3(bucketName=BUCKET),
        "tasks": mapped("id", "name"),
        **changes,
    }


def deploy_what_fails(cloud: Cloud) -> None:
    """Deploy a stack whose connector's function crashes when it is registered."""
    crash = "def handler(event, context):\n    raise ValueError('no such shop')\n"
    arn = create_function(cloud, "Broken", crash)
    properties = {
        "ConnectorLabel": "Broken",
        "ConnectorProvisioningType": "LAMBDA",
        "ConnectorProvisioningConfig": {"Lambda": {"LambdaArn": arn}},
    }
    connector = {"Type": "AWS::AppFlow::Connector", "Properties": properties}
    stacks = cloud.client("cloudformation")
    body = json.dumps({"Resources": {"Registration": connector}})
    stacks.create_stack(StackName="Failing", TemplateBody=body)
    assert cloud.settle("Failing").startswith("ROLLBACK")
