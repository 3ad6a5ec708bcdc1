"""Conditions that `cdk bootstrap` relies on, and that MiniStack alone gets wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.cloud.local_cloud import Cloud

TEMPLATE: dict[str, Any] = {
    "Parameters": {"Policies": {"Type": "CommaDelimitedList", "Default": ""}},
    "Conditions": {
        "HasPolicies": {"Fn::Not": [{"Fn::Equals": ["", {"Fn::Join": ["", {"Ref": "Policies"}]}]}]},
        "HasBoth": {"Fn::Equals": ["a-b", {"Fn::Join": ["-", {"Ref": "Policies"}]}]},
    },
    "Resources": {
        "Answer": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {
                "Type": "String",
                "Value": {"Fn::If": ["HasBoth", "both", {"Fn::If": ["HasPolicies", "some", "no"]}]},
            },
        }
    },
    "Outputs": {"Answer": {"Value": {"Fn::GetAtt": ["Answer", "Value"]}}},
}


@pytest.mark.parametrize(("given", "answer"), [("", "no"), ("x", "some"), ("a,b", "both")])
def test_a_join_in_a_condition_is_done(own_cloud: Cloud, given: str, answer: str) -> None:
    cloudformation, name = own_cloud.client("cloudformation"), f"Join-{answer}"
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(TEMPLATE),
        Parameters=[{"ParameterKey": "Policies", "ParameterValue": given}],
    )
    assert own_cloud.settle(name) == "CREATE_COMPLETE", own_cloud.reasons(name)
    (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    assert [output["OutputValue"] for output in stack["Outputs"]] == [answer]
    cloudformation.delete_stack(StackName=name)
    assert own_cloud.settle(name) == "DELETE_COMPLETE"


def test_bootstrapping_lets_cloudformation_make_anything(cloud: Cloud) -> None:
    name = "cdk-hnb659fds-cfn-exec-role-000000000000-us-east-1"
    attached = cloud.client("iam").list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    arns = [policy["PolicyArn"] for policy in attached]
    assert arns == ["arn:aws:iam::aws:policy/AdministratorAccess"]
