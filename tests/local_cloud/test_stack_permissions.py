"""Whose permissions a stack needs: its service role's, or else its caller's."""

from __future__ import annotations

import json

import boto3
import pytest

from harness.cloud.appflow_stack import deploy, profile_alone, template
from harness.cloud.cloud_functions import policy
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client

LABEL = "Guarded"
ACCOUNT = "000000000000"
TRUST_CLOUDFORMATION = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudformation.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@pytest.fixture(scope="module", autouse=True)
def _connector(own_cloud: Cloud) -> None:
    assert deploy(own_cloud, LABEL, template(LABEL)) == "CREATE_COMPLETE", own_cloud.reasons(LABEL)


def test_a_stack_without_a_service_role_needs_its_callers_permissions(
    own_cloud: Cloud, scratch: str
) -> None:
    client = user(own_cloud, "deployer", "cloudformation:*")
    assert deploy(own_cloud, scratch, profile_alone(LABEL, "mine"), client) == ("ROLLBACK_COMPLETE")
    assert own_cloud.reasons(scratch) == (
        f"Profile: User: arn:aws:iam::{ACCOUNT}:user/deployer is not authorized to perform: "
        "appflow:CreateConnectorProfile on resource: * (Service: Appflow, Status Code: 403)"
    )


def test_a_service_role_is_enough_and_stays_the_stacks(own_cloud: Cloud, scratch: str) -> None:
    client = user(own_cloud, "courier", "cloudformation:*", "iam:PassRole")
    able = role(own_cloud, "Able", "appflow:*", "secretsmanager:*", "lambda:InvokeFunction")
    client.create_stack(
        StackName=scratch,
        TemplateBody=json.dumps(profile_alone(LABEL, "theirs")),
        RoleARN=able,
    )
    assert own_cloud.settle(scratch) == "CREATE_COMPLETE", own_cloud.reasons(scratch)
    # Named once, the role stays the stack's.
    client.update_stack(
        StackName=scratch,
        TemplateBody=json.dumps(profile_alone(LABEL, "theirs-too")),
    )
    assert own_cloud.settle(scratch) == "UPDATE_COMPLETE", own_cloud.reasons(scratch)


def test_a_service_role_needs_the_permissions_too(own_cloud: Cloud, scratch: str) -> None:
    own_cloud.client("cloudformation").create_stack(
        StackName=scratch,
        TemplateBody=json.dumps(profile_alone(LABEL, "nobodys")),
        RoleARN=role(own_cloud, "Unable", "secretsmanager:*"),
    )
    assert own_cloud.settle(scratch) == "ROLLBACK_COMPLETE"
    assert (
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/Unable/AWSCloudFormation is not "
        "authorized to perform: appflow:CreateConnectorProfile"
    ) in own_cloud.reasons(scratch)


def test_a_change_set_has_a_service_role_of_its_own(own_cloud: Cloud, scratch: str) -> None:
    client = own_cloud.client("cloudformation")
    made = client.create_change_set(
        StackName=scratch,
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=json.dumps(profile_alone(LABEL, "set")),
        RoleARN=role(own_cloud, "Powerless", "s3:*"),
    )
    client.execute_change_set(ChangeSetName=made["Id"])
    assert own_cloud.settle(scratch) == "ROLLBACK_COMPLETE"
    assert "assumed-role/Powerless/AWSCloudFormation" in own_cloud.reasons(scratch)


def user(cloud: Cloud, name: str, *actions: str) -> Client:
    """A CloudFormation client with the keys of a new user."""
    iam = cloud.client("iam")
    iam.create_user(UserName=name)
    allowed = policy({"Action": list(actions), "Resource": "*"})
    iam.put_user_policy(UserName=name, PolicyName="Own", PolicyDocument=allowed)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.client(
        "cloudformation",
        region_name="us-east-1",
        endpoint_url=cloud.url,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        verify=str(cloud.home / str(cloud.port) / "ca-bundle.pem"),
    )


def role(cloud: Cloud, name: str, *actions: str) -> str:
    """A new role for CloudFormation."""
    iam = cloud.client("iam")
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST_CLOUDFORMATION))
    allowed = policy({"Action": list(actions), "Resource": "*"})
    iam.put_role_policy(RoleName=name, PolicyName="Own", PolicyDocument=allowed)
    return str(made["Role"]["Arn"])
