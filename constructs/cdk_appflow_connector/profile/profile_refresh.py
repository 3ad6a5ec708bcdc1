"""The function that updates a profile when its secrets change, with its role and rules."""

from __future__ import annotations

from typing import Any

from aws_cdk import CustomResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_appflow as appflow
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from appflow_connector_provider import contract
from cdk_appflow_connector.access.key_access import arn_in_policy
from cdk_appflow_connector.function.library_code import library_code
from cdk_appflow_connector.nag_reasons import (
    COMPLIANCE_PACKS,
    SERVERLESS_PACK,
    acknowledge,
    acknowledge_finding,
    acknowledge_inline_policies,
    acknowledge_own_function,
    reason_for,
)
from cdk_appflow_connector.profile.followed_secrets import name_of
from cdk_appflow_connector.profile.stored_credentials import Located, StoredText

_TIMEOUT = Duration.minutes(2)
# Three deliveries of the event, with Lambda's waits of one and two minutes between them.
_SERVICE_TIMEOUT = Duration.minutes(3 * 2 + 3)
# Importing the AWS SDK takes most of a cold start, and CPU is proportional to memory.
_MEMORY_MIB = 256
_VIA_APPFLOW = {"ForAnyValue:StringEquals": {"aws:CalledVia": ["appflow.amazonaws.com"]}}
_ANY_PROFILE = (
    "AppFlow has no resource type for DescribeConnectorProfiles (Service Authorization Reference)"
)


class ProfileRefresh(Construct):
    """A function for one profile, which may update that profile and read its secrets, only.

    Args:
        scope: the profile.
        construct_id: the id in the profile.
        profile: the profile's resource.
        located: where its credentials are.
        key: the key of the profile's own secret.
        revision: when it changes, the function runs during the deployment.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        profile: appflow.CfnConnectorProfile,
        located: Located,
        key: kms.IKey | None,
        revision: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        group = logs.LogGroup(
            self,
            "LogGroup",
            retention=logs.RetentionDays.ONE_MONTH,
            removal_policy=RemovalPolicy.DESTROY,
        )
        own_key = "CloudWatch Logs encrypts it with AWS's key; it tells of no credentials"
        acknowledge_finding(group, "CloudWatchLogGroupEncrypted", own_key, COMPLIANCE_PACKS)
        role = self._role(profile, group, key)
        environment = {
            contract.REFRESHED_PROFILE: profile.ref,
            contract.REFRESHED_CREDENTIALS: located.json(Stack.of(self)),
        }
        self.function = self._function(role=role, log_group=group, environment=environment)
        # Before the rules, of which the first may match at once.
        grants = [each.secret.grant_read(self.function) for each in located.secrets]
        rules = [
            self._rule(f"Rotation{number}", stored)
            for number, stored in enumerate(located.secrets, start=1)
        ]
        for rule in rules:
            rule.node.add_dependency(*grants)
        if revision is not None:
            # After the rules: what changes before them is read, what changes after them is told.
            self._write(revision).node.add_dependency(*grants, *rules)

    def _role(
        self, profile: appflow.CfnConnectorProfile, group: logs.LogGroup, key: kms.IKey | None
    ) -> iam.Role:
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        # Beside the role, which the key of a secret names: the profile waits for the secret.
        for statement in self._statements(profile, group, key):
            role.add_to_policy(statement)
        policy = role.node.find_child("DefaultPolicy")
        acknowledge(
            policy,
            reason_for("IAM5[Resource::*]", _ANY_PROFILE),
            reason_for("LambdaStarPermissions", _ANY_PROFILE, SERVERLESS_PACK),
        )
        acknowledge_inline_policies(self)
        return role

    def _statements(
        self, profile: appflow.CfnConnectorProfile, group: logs.LogGroup, key: kms.IKey | None
    ) -> list[iam.PolicyStatement]:
        statements = [
            iam.PolicyStatement(actions=["appflow:DescribeConnectorProfiles"], resources=["*"]),
            iam.PolicyStatement(
                actions=["appflow:UpdateConnectorProfile"],
                resources=[profile.attr_connector_profile_arn],
            ),
            # Not documented: whether AppFlow changes its secret with its own rights, or these.
            iam.PolicyStatement(
                actions=["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret"],
                resources=[profile.attr_credentials_arn],
                conditions=_VIA_APPFLOW,
            ),
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                resources=[group.log_group_arn],
            ),
        ]
        if key is not None:
            statements.append(
                iam.PolicyStatement(
                    actions=["kms:Decrypt", "kms:GenerateDataKey"],
                    resources=[arn_in_policy(self, key)],
                    conditions=_VIA_APPFLOW,
                )
            )
        return statements

    def _function(self, **given: Any) -> lambda_.Function:  # noqa: ANN401 - Function's own
        function = lambda_.Function(
            self,
            "Handler",
            description="Updates a connector profile of Amazon AppFlow when its secrets change",
            code=library_code(),
            handler="appflow_connector_provider.refresh.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
            timeout=_TIMEOUT,
            memory_size=_MEMORY_MIB,
            **given,
        )
        acknowledge_own_function(
            function,
            "A lost event is an error in its metrics; whoever invokes it again makes up for it",
            "Its log tells of each update, which no other service has a part in",
        )
        limits = "It reaches nothing but AWS's own endpoints, and runs when a secret changes"
        acknowledge(
            function,
            reason_for("LambdaConcurrency", limits, COMPLIANCE_PACKS),
            reason_for("LambdaInsideVPC", limits, COMPLIANCE_PACKS),
        )
        return function

    def _rule(self, construct_id: str, stored: StoredText) -> events.Rule:
        """Match a new version of a secret under its label, from a rotation or from a person.

        Source: Secrets Manager user guide, "Secret Label Updated event". It needs no trail, as
        RotationSucceeded would, which comes by way of CloudTrail.
        """
        secret, detail = stored.secret, {"labelUpdated": [stored.label]}
        # Of a secret that was imported by its name, the end of the ARN isn't known.
        arn = secret.secret_full_arn
        rule = events.Rule(
            self,
            construct_id,
            description="A secret of a connector profile has another version",
            event_pattern=events.EventPattern(
                source=["aws.secretsmanager"],
                detail_type=["Secret Label Updated"],
                resources=[arn] if arn else None,
                detail=detail if arn else {**detail, "name": [name_of(secret)]},
            ),
            targets=[targets.LambdaFunction(self.function)],
        )
        again = (
            "EventBridge tries for a day; whoever invokes the function makes up for a lost event"
        )
        acknowledge_finding(rule, "EventBusDLQ", again, SERVERLESS_PACK)
        return rule

    def _write(self, revision: str) -> CustomResource:
        return CustomResource(
            self,
            "Revision",
            resource_type=contract.REFRESH_RESOURCE_TYPE,
            service_token=self.function.function_arn,
            service_timeout=_SERVICE_TIMEOUT,
            properties={contract.REVISION: revision},
        )
