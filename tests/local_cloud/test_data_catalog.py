"""Flows that catalog what they write in MiniStack's Glue, IAM enforced."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.cloud.appflow_stack import changed, deploy, template
from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import appflow_of_user, policy
from harness.cloud.data_connector import connect, outward
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client, refusal
from harness.model.runs import mapped, run, task, to_s3

BUCKET = "data-catalog"
ACCOUNT = "000000000000"
DATABASE = "Shop-Data"
# As in the user guide's "Service role policies", on the tables of one prefix.
GLUE = f"arn:aws:glue:us-east-1:{ACCOUNT}"
OF_TABLES = {
    "Action": [
        f"glue:{name}"
        for name in (
            "GetDatabase",
            "GetTable",
            "CreateTable",
            "UpdateTable",
            "GetPartitions",
            "BatchCreatePartition",
            "BatchUpdatePartition",
            "BatchDeletePartition",
        )
    ],
    "Resource": [
        f"{GLUE}:catalog",
        f"{GLUE}:database/{DATABASE}",
        f"{GLUE}:table/{DATABASE}/lake*",
    ],
}


@pytest.fixture(scope="module")
def appflow(own_cloud: Cloud) -> Client:
    create_bucket(own_cloud, BUCKET)
    own_cloud.client("glue").create_database(DatabaseInput={"Name": DATABASE})
    return connect(own_cloud, "DataCatalog", BUCKET, "cataloged")


def role(cloud: Cloud, name: str, service: str, *statements: dict[str, Any]) -> str:
    """Make a role that a service may assume; return its ARN."""
    trust = policy({"Principal": {"Service": service}, "Action": "sts:AssumeRole"})
    iam = cloud.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="Own", PolicyDocument=policy(*statements))
    return str(arn)


def flow(name: str, role_arn: str, **changes: str) -> dict[str, Any]:
    """A flow whose Parquet files are partitioned by ID."""
    config = {"fileType": "PARQUET", "prefixConfig": {"pathPrefixHierarchy": ["EXECUTION_ID"]}}
    glue = {"roleArn": role_arn, "databaseName": DATABASE, "tablePrefix": "lake", **changes}
    return outward(
        name,
        profile="cataloged",
        tasks=[*mapped("id", "name"), task("Partition", "id", to="id")],
        destinationFlowConfigList=to_s3(bucketName=BUCKET, s3OutputFormatConfig=config),
        metadataCatalogConfig={"glueDataCatalog": glue},
    )


def test_tables_and_partitions_of_what_a_flow_wrote_are_in_glue(
    own_cloud: Cloud, appflow: Client
) -> None:
    maker = role(own_cloud, "catalog-maker", "appflow.amazonaws.com", OF_TABLES)
    appflow.create_flow(**flow("tabled", maker))
    for _ in range(2):
        done = run(appflow, "tabled")
    assert done["executionStatus"] == "Successful"
    outputs = [item["tableRegistrationOutput"] for item in done["metadataCatalogDetails"]]
    assert [output["status"] for output in outputs] == ["Successful"] * 3, outputs
    glue, s3 = own_cloud.client("glue"), own_cloud.client("s3")
    tables = {table["Name"]: table for table in glue.get_tables(DatabaseName=DATABASE)["TableList"]}
    (latest,) = [name for name in tables if name.endswith("_latest")]
    storage = tables[latest]["StorageDescriptor"]
    assert storage["SerdeInfo"]["SerializationLibrary"].endswith("ParquetHiveSerDe")
    assert [column["Name"] for column in storage["Columns"]] == ["name"]
    assert tables[latest]["PartitionKeys"] == [{"Name": "id", "Type": "string"}]
    assert tables[latest]["Parameters"]["classification"] == "parquet"
    counts = {}
    for name in tables:
        found = glue.get_partitions(DatabaseName=DATABASE, TableName=name)["Partitions"]
        counts[name] = len(found)
        for partition in found:
            prefix = partition["StorageDescriptor"]["Location"].removeprefix(f"s3://{BUCKET}/")
            assert s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["KeyCount"] == 1
    assert (counts[latest], counts["lake_appflow_tabled_1"]) == (6, 12)
    assert len(tables) == 4  # two runs have tables of their own


def test_a_role_that_cannot_make_tables_is_refused_by_name(
    own_cloud: Cloud, appflow: Client
) -> None:
    distrusting = role(own_cloud, "catalog-lambda", "lambda.amazonaws.com", OF_TABLES)
    code, text = refusal(appflow.create_flow, **flow("untrusted", distrusting))
    assert (code, "must allow appflow.amazonaws.com" in text) == ("ValidationException", True)
    reader = {**OF_TABLES, "Action": ["glue:GetDatabase", "glue:GetTable"]}
    weak = role(own_cloud, "catalog-reader", "appflow.amazonaws.com", reader)
    _, text = refusal(appflow.create_flow, **flow("weak", weak))
    assert "does not allow glue:CreateTable, glue:UpdateTable" in text
    maker = role(own_cloud, "catalog-other", "appflow.amazonaws.com", OF_TABLES)
    _, text = refusal(appflow.create_flow, **flow("prefix", maker, tablePrefix="other"))
    assert "does not allow" in text
    _, text = refusal(appflow.create_flow, **flow("database", maker, databaseName="none"))
    assert "does not allow" in text
    missing = maker.replace("catalog-other", "catalog-none")
    _, text = refusal(appflow.create_flow, **flow("missing", missing))
    assert "does not exist" in text


def test_a_user_needs_to_pass_the_role(own_cloud: Cloud, appflow: Client) -> None:
    assert appflow
    maker = role(own_cloud, "catalog-passed", "appflow.amazonaws.com", OF_TABLES)
    uses = {"Action": ["appflow:*", "s3:*"], "Resource": "*"}
    passes = {
        "Action": "iam:PassRole",
        "Resource": maker,
        "Condition": {"StringEquals": {"iam:PassedToService": "appflow.amazonaws.com"}},
    }
    user = appflow_of_user(own_cloud, "catalog-denied", uses)
    code, text = refusal(user.create_flow, **flow("unpassed", maker))
    assert (code, "iam:PassRole" in text) == ("AccessDeniedException", True)
    user = appflow_of_user(own_cloud, "catalog-allowed", uses, passes)
    user.create_flow(**flow("passed", maker))


def test_a_role_that_loses_its_rights_makes_no_table_and_the_record_says_why(
    own_cloud: Cloud, appflow: Client
) -> None:
    maker = role(own_cloud, "catalog-losing", "appflow.amazonaws.com", OF_TABLES)
    appflow.create_flow(**flow("losing", maker))
    own_cloud.client("iam").delete_role_policy(RoleName="catalog-losing", PolicyName="Own")
    done = run(appflow, "losing")
    assert done["executionStatus"] == "Successful"
    for item in done["metadataCatalogDetails"]:
        assert item["tableRegistrationOutput"]["status"] == "Error"
        assert "does not allow glue:GetDatabase" in item["tableRegistrationOutput"]["message"]
    glue = own_cloud.client("glue")
    names = [table["Name"] for table in glue.get_tables(DatabaseName=DATABASE)["TableList"]]
    assert [name for name in names if "losing" in name] == []


def test_a_stack_gives_its_flow_a_catalog(own_cloud: Cloud, scratch: str) -> None:
    body = template("CatalogedStack")
    resources = body["Resources"]
    trust = {
        "Principal": {"Service": "appflow.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Effect": "Allow",
    }
    document = json.loads(policy({"Action": "glue:*", "Resource": "*"}))
    resources["Maker"] = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [{"PolicyName": "Glue", "PolicyDocument": document}],
        },
    }
    resources["Database"] = {
        "Type": "AWS::Glue::Database",
        "Properties": {"CatalogId": ACCOUNT, "DatabaseInput": {"Name": "stacked"}},
    }
    glue = {
        "RoleArn": {"Fn::GetAtt": ["Maker", "Arn"]},
        "DatabaseName": {"Ref": "Database"},
        "TablePrefix": "lake",
    }
    body = changed(body, "Flow.MetadataCatalogConfig", {"GlueDataCatalog": glue})
    assert deploy(own_cloud, scratch, body) == "CREATE_COMPLETE", own_cloud.reasons(scratch)
    shown = own_cloud.client("appflow").describe_flow(flowName="CatalogedStack-flow")
    assert shown["metadataCatalogConfig"]["glueDataCatalog"]["databaseName"] == "stacked"
    body = changed(body, "Flow.MetadataCatalogConfig", None)
    assert deploy(own_cloud, scratch, body) == "UPDATE_COMPLETE", own_cloud.reasons(scratch)
    shown = own_cloud.client("appflow").describe_flow(flowName="CatalogedStack-flow")
    assert "metadataCatalogConfig" not in shown
