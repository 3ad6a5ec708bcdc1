"""Rotation schedules and resource policies of secrets in templates: MiniStack has no such types."""

from __future__ import annotations

import json
from typing import Any

from harness.cloud.appflow_stack import changed, deploy, outputs
from harness.cloud.local_cloud import Cloud

STACK = "Rotation"
ROTATES = "arn:aws:lambda:us-east-1:000000000000:function:rotate"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
            "Action": "secretsmanager:DeleteSecret",
            "Resource": "*",
        }
    ],
}


def body(**schedule: object) -> dict[str, Any]:
    """A secret as the CDK makes it with `add_rotation_schedule`."""
    secret = {"Ref": "Secret"}
    rotation = {"SecretId": secret, "RotationLambdaARN": ROTATES, **schedule}
    return {
        "Resources": {
            "Secret": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"SecretString": "first"},
            },
            "Monthly": {"Type": "AWS::SecretsManager::RotationSchedule", "Properties": rotation},
            "Policy": {
                "Type": "AWS::SecretsManager::ResourcePolicy",
                "Properties": {"SecretId": secret, "ResourcePolicy": POLICY},
            },
        },
        "Outputs": {name: {"Value": {"Ref": name}} for name in ("Secret", "Monthly", "Policy")},
    }


def test_a_rotation_schedule_and_a_policy_live_with_their_secret(own_cloud: Cloud) -> None:
    given = body(RotationRules={"ScheduleExpression": "rate(30 days)"})
    assert deploy(own_cloud, STACK, given) == "CREATE_COMPLETE", own_cloud.reasons(STACK)
    refs = outputs(own_cloud, STACK)
    arn = refs["Secret"]
    assert set(refs.values()) == {arn}
    secrets = own_cloud.client("secretsmanager")
    described = secrets.describe_secret(SecretId=arn)
    assert described["RotationEnabled"]
    assert described["RotationLambdaARN"] == ROTATES
    assert described["RotationRules"] == {"ScheduleExpression": "rate(30 days)"}
    versions = described["VersionIdsToStages"]
    assert len(versions) == 2  # a new schedule rotates at once
    assert json.loads(secrets.get_resource_policy(SecretId=arn)["ResourcePolicy"]) == POLICY

    given = changed(given, "Monthly.RotateImmediatelyOnUpdate", value=False)
    given = changed(given, "Monthly.RotationRules.ScheduleExpression", "rate(7 days)")
    assert deploy(own_cloud, STACK, given) == "UPDATE_COMPLETE", own_cloud.reasons(STACK)
    described = secrets.describe_secret(SecretId=arn)
    assert described["RotationRules"] == {"ScheduleExpression": "rate(7 days)"}
    assert described["VersionIdsToStages"] == versions

    for name in ("Monthly", "Policy"):
        del given["Resources"][name], given["Outputs"][name]
    assert deploy(own_cloud, STACK, given) == "UPDATE_COMPLETE", own_cloud.reasons(STACK)
    assert not secrets.describe_secret(SecretId=arn)["RotationEnabled"]
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=arn)
    own_cloud.client("cloudformation").delete_stack(StackName=STACK)
    assert own_cloud.settle(STACK) == "DELETE_COMPLETE"


def test_what_is_not_emulated_is_refused(own_cloud: Cloud) -> None:
    hosted = body(HostedRotationLambda={"RotationType": "PostgreSQLSingleUser"})
    assert deploy(own_cloud, "Hosted", hosted) == "ROLLBACK_COMPLETE"
    assert "HostedRotationLambda is not emulated" in str(own_cloud.reasons("Hosted"))
    absent = changed(body(), "Monthly.SecretId", "absent")
    assert deploy(own_cloud, "Absent", absent) == "ROLLBACK_COMPLETE"
    assert "can't find the specified secret" in str(own_cloud.reasons("Absent"))
