"""The examples of flows, and an app of a kind that they don't show, deployed and run.

The server is a real Datasette server. By the CDK CLI the demo is deployed, which is such an app
(`test_deployment.py`), and the first connector's (`test_first_connector.py`).
"""

from __future__ import annotations

import re

from harness.cloud.local_cloud import Cloud
from tests.end_to_end.shop_flows import ORDERS, Deployer, Server


def left_behind(cloud: Cloud) -> list[str]:
    """What AppFlow, and the logs of functions, still hold of any example."""
    appflow, secrets = cloud.client("appflow"), cloud.client("secretsmanager")
    groups = cloud.client("logs").describe_log_groups()["logGroups"]
    return [
        *cloud.labels(),
        *(each["flowName"] for each in appflow.list_flows(maxResults=100)["flows"]),
        *(
            each["connectorProfileName"]
            for each in appflow.describe_connector_profiles(maxResults=100)[
                "connectorProfileDetails"
            ]
        ),
        *(
            each["Name"]
            for each in secrets.list_secrets()["SecretList"]
            if each["Name"].startswith("appflow!")
        ),
        *(
            each["logGroupName"]
            for each in groups
            if re.search("Flow(Same|Other)|WriteBack", each["logGroupName"])
        ),
    ]


def test_a_flow_in_the_connectors_stack_takes_every_order_into_its_bucket(
    cloud: Cloud, deployer: Deployer
) -> None:
    deployed = deployer.deploy("examples.flow_same_stack.app", "FlowSameStack")
    assert deployed.run()["recordsProcessed"] == len(ORDERS)
    assert sorted(deployed.rows(), key=lambda row: int(row["id"])) == ORDERS
    deployed.delete()
    assert left_behind(cloud) == []


def test_a_flow_in_another_stack_is_scheduled_and_goes_before_the_connector(
    cloud: Cloud, deployer: Deployer
) -> None:
    stacks = ("FlowOtherStackConnector", "FlowOtherStack")
    deployed = deployer.deploy("examples.flow_other_stack.app", *stacks)
    flow = cloud.client("appflow").describe_flow(flowName=deployed.outputs["FlowName"])
    assert flow["flowStatus"] == "Active"
    trigger = flow["triggerConfig"]["triggerProperties"]["Scheduled"]
    told = trigger["scheduleExpression"], trigger["dataPullMode"]
    assert told == ("rate(1hours)", "Incremental")
    # It begins with the schedule, and a flow that runs is not deleted. What is new to it depends on
    # the day.
    assert deployed.newest_run()["executionStatus"] == "Successful"
    deployed.delete()
    assert left_behind(cloud) == []


def test_a_flow_of_another_app_finds_the_connector_by_what_was_published(
    cloud: Cloud, deployer: Deployer
) -> None:
    connector = deployer.deploy("examples.flow_other_app.connector_app", "FlowOtherAppConnector")
    deployed = deployer.deploy("examples.flow_other_app.flow_app", "FlowOtherApp")
    assert deployed.run()["recordsProcessed"] == len(ORDERS)
    assert {"status"} == set(ORDERS[0]) - set(deployed.rows()[0])
    deployed.delete()
    connector.delete()
    assert left_behind(cloud) == []


def test_a_flow_from_a_bucket_writes_new_and_changed_orders_to_the_server(
    cloud: Cloud, shop: Server, deployer: Deployer
) -> None:
    deployed = deployer.deploy("examples.write_back.app", "WriteBack")
    orders = "id,quantity,status,ordered_at\n3,7,paid,2026-11-03\n4,1,open,2026-11-04\n"
    bucket = deployed.outputs["BucketName"]
    cloud.client("s3").put_object(Bucket=bucket, Key="orders/today.csv", Body=orders.encode())
    try:
        assert deployed.run()["recordsProcessed"] == 2
        assert shop.orders() == [
            (1, 2, "paid"),
            (2, 5, "open"),
            (3, 7, "paid"),
            (4, 1, "open"),
        ]
    finally:
        shop.reset()
    deployed.delete()
    assert left_behind(cloud) == []


def test_a_key_and_a_data_catalog_of_cdk_appflow_are_used(cloud: Cloud, deployer: Deployer) -> None:
    deployed = deployer.deploy("tests.end_to_end.keyed_and_cataloged", "KeyedAndCataloged")
    outputs, s3 = deployed.outputs, cloud.client("s3")
    assert deployed.run()["recordsProcessed"] == len(ORDERS)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=outputs["BucketName"])["Contents"]]
    heads = [s3.head_object(Bucket=outputs["BucketName"], Key=each) for each in keys]
    assert {head["SSEKMSKeyId"] for head in heads} == {outputs["KeyArn"]}
    (profile,) = cloud.client("appflow").describe_connector_profiles(
        connectorProfileNames=[outputs["ProfileName"]]
    )["connectorProfileDetails"]
    secret = cloud.client("secretsmanager").describe_secret(SecretId=profile["credentialsArn"])
    assert secret["KmsKeyId"] == outputs["KeyArn"]
    glue = cloud.client("glue")
    tables = glue.get_tables(DatabaseName="keyed_and_cataloged")["TableList"]
    assert {table["Name"].split("_")[0] for table in tables} == {"shop"}
    (latest,) = [table for table in tables if table["Name"].endswith("_latest")]
    columns = [column["Name"] for column in latest["StorageDescriptor"]["Columns"]]
    assert columns == ["id", "quantity", "status", "ordered_at"]
    deployed.delete()
    assert left_behind(cloud) == []
