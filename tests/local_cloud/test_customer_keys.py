"""Keys of MiniStack's KMS that flows and profiles of the local cloud are given, IAM enforced."""

from __future__ import annotations

from typing import Any

import pytest

from harness.cloud.appflow_stack import changed, deploy, template
from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import appflow_of_user
from harness.cloud.data_connector import connect, outward
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client, refusal
from harness.model.profiles import profile
from harness.model.runs import message, run, to_s3

BUCKET = "customer-keys"
ACCOUNT = "000000000000"
USE_APPFLOW = {"Action": ["appflow:*", "s3:*"], "Resource": "*"}
# As in the managed policy AmazonAppFlowFullAccess.
VIA_APPFLOW = {"StringLike": {"kms:ViaService": "appflow.*.amazonaws.com"}}
LOOK: dict[str, Any] = {
    "Action": ["kms:ListKeys", "kms:DescribeKey", "kms:ListAliases"],
    "Resource": "*",
}
LIST: dict[str, Any] = {"Action": "kms:ListGrants", "Resource": "*", "Condition": VIA_APPFLOW}
GRANT: dict[str, Any] = {
    "Action": "kms:CreateGrant",
    "Resource": "*",
    "Condition": {**VIA_APPFLOW, "Bool": {"kms:GrantIsForAWSResource": "true"}},
}


@pytest.fixture(scope="module")
def appflow(own_cloud: Cloud) -> Client:
    create_bucket(own_cloud, BUCKET)
    return connect(own_cloud, "CustomerKeys", BUCKET, "keyed")


@pytest.fixture
def key(own_cloud: Cloud) -> str:
    return str(own_cloud.client("kms").create_key()["KeyMetadata"]["Arn"])


def flow(name: str, **changes: str) -> dict[str, Any]:
    to = to_s3(bucketName=BUCKET)
    return {**outward(name, profile="keyed", destinationFlowConfigList=to), **changes}


def test_objects_carry_the_flows_key(own_cloud: Cloud, appflow: Client, key: str) -> None:
    appflow.create_flow(**flow("keyed", kmsArn=key))
    assert appflow.describe_flow(flowName="keyed")["kmsArn"] == key
    assert run(appflow, "keyed")["executionStatus"] == "Successful"
    s3 = own_cloud.client("s3")
    for found in s3.list_objects_v2(Bucket=BUCKET, Prefix="out/keyed/")["Contents"]:
        head = s3.head_object(Bucket=BUCKET, Key=found["Key"])
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key)


def test_a_disabled_key_is_refused_and_ends_runs(
    own_cloud: Cloud, appflow: Client, key: str
) -> None:
    appflow.create_flow(**flow("once-keyed", kmsArn=key))
    own_cloud.client("kms").disable_key(KeyId=key)
    problem = f"The KMS key {key} is not enabled: its state is Disabled"
    assert message(run(appflow, "once-keyed")) == problem
    assert refusal(appflow.create_flow, **flow("never-keyed", kmsArn=key)) == (
        "ValidationException",
        f"Create Flow request failed: [{problem}]",
    )
    signs = own_cloud.client("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")
    _, text = refusal(appflow.create_flow, **flow("signed", kmsArn=signs["KeyMetadata"]["Arn"]))
    assert "is not a symmetric key" in text


def test_a_key_is_known_by_its_alias_but_not_in_another_region(
    own_cloud: Cloud, appflow: Client, key: str
) -> None:
    own_cloud.client("kms").create_alias(AliasName="alias/lake", TargetKeyId=key)
    alias = f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/lake"
    appflow.create_flow(**flow("by-alias", kmsArn=alias))
    elsewhere = own_cloud.client("kms", "eu-west-1").create_key()["KeyMetadata"]["Arn"]
    _, text = refusal(appflow.create_flow, **flow("far", kmsArn=elsewhere))
    assert f"The KMS key {elsewhere} is not in us-east-1" in text


def test_the_managed_policys_rights_on_keys_are_needed_and_suffice(
    own_cloud: Cloud, appflow: Client, key: str
) -> None:
    assert appflow
    lacking: dict[str, list[dict[str, Any]]] = {
        "kms:DescribeKey": [LIST, GRANT],
        "kms:ListGrants": [LOOK, GRANT],
        "kms:CreateGrant": [LOOK, LIST],
    }
    for lacks, given in lacking.items():
        name = f"keys-{lacks[4:]}"
        user = appflow_of_user(own_cloud, name, USE_APPFLOW, *given)
        code, text = refusal(user.create_flow, **flow(name, kmsArn=key))
        assert (code, f"{lacks} on resource: {key}" in text) == ("AccessDeniedException", True)
    user = appflow_of_user(own_cloud, "keys-all", USE_APPFLOW, LOOK, LIST, GRANT)
    user.create_flow(**flow("keys-all", kmsArn=key))


def test_the_secret_of_a_profile_carries_its_key(
    own_cloud: Cloud, appflow: Client, key: str
) -> None:
    given = profile("sealed", connectorLabel="CustomerKeys")
    del given["connectorProfileConfig"]["connectorProfileProperties"]["CustomConnector"]
    appflow.create_connector_profile(**given, kmsArn=key)
    (made,) = appflow.describe_connector_profiles(connectorProfileNames=["sealed"])[
        "connectorProfileDetails"
    ]
    secret = own_cloud.client("secretsmanager").describe_secret(SecretId=made["credentialsArn"])
    assert secret["KmsKeyId"] == key


def test_a_stack_gives_its_flow_and_profile_a_key(own_cloud: Cloud, scratch: str) -> None:
    body = template("SealedStack")
    body["Resources"]["Key"] = {"Type": "AWS::KMS::Key", "Properties": {}}
    arn = {"Fn::GetAtt": ["Key", "Arn"]}
    body = changed(changed(body, "Flow.KMSArn", arn), "Profile.KMSArn", arn)
    assert deploy(own_cloud, scratch, body) == "CREATE_COMPLETE", own_cloud.reasons(scratch)
    client = own_cloud.client("appflow")
    shown = client.describe_flow(flowName="SealedStack-flow")["kmsArn"]
    (made,) = client.describe_connector_profiles(connectorProfileNames=["SealedStack-profile"])[
        "connectorProfileDetails"
    ]
    secret = own_cloud.client("secretsmanager").describe_secret(SecretId=made["credentialsArn"])
    assert shown == secret["KmsKeyId"]
