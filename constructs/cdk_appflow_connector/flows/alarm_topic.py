"""Lets CloudWatch's alarms reach a topic, also one with a policy or a key of its own.

The policy that SNS gives a new topic admits the account's alarms. A policy of the app's replaces
it, and the CDK makes one as soon as an event rule has the topic as a target. Source: SNS developer
guide, "Use CloudWatch alarms with encrypted topics", for the key and the principal.
"""

from __future__ import annotations

from aws_cdk import Token
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.synth_warnings import WarningId, warn

_CLOUDWATCH, _EVENTBRIDGE = "cloudwatch.amazonaws.com", "events.amazonaws.com"


class AlarmTopic:
    """A topic that alarms of one construct tell."""

    def __init__(self, scope: Construct, topic: sns.ITopic) -> None:
        _check_region(scope, topic)
        self._topic = topic
        account = {"StringEquals": {"aws:SourceAccount": environment_of(scope).account}}
        statement = iam.PolicyStatement(
            principals=[iam.ServicePrincipal(_CLOUDWATCH)],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions=account,
        )
        if not topic.add_to_resource_policy(statement).statement_added:
            warn(
                scope,
                WarningId.ALARM_TOPIC_NOT_MANAGED_HERE,
                f"The policy of the topic {topic.node.path!r} is not managed here: if it has one, "
                f"it must let {_CLOUDWATCH} and {_EVENTBRIDGE} publish (sns:Publish).",
            )
        # Of an imported topic it isn't known, and older releases of the CDK don't tell it.
        key: kms.IKey | None = getattr(topic, "master_key", None)
        if key is not None:
            for service in (_CLOUDWATCH, _EVENTBRIDGE):
                principal = iam.ServicePrincipal(service, conditions=account)
                key.grant(principal, "kms:Decrypt", "kms:GenerateDataKey*")

    @property
    def arn(self) -> str:
        """The topic's ARN."""
        return self._topic.topic_arn

    def is_told_of(self, alarm: cloudwatch.Alarm) -> None:
        """Have the topic told when the alarm goes off."""
        alarm.add_alarm_action(actions.SnsAction(self._topic))


def _check_region(scope: Construct, topic: sns.ITopic) -> None:
    """Raise ValueError for a topic of another Region, which CloudWatch refuses."""
    here, there = environment_of(scope), topic.env.region
    if here.is_region_known and not Token.is_unresolved(there) and there != here.region:
        raise ValueError(
            f"alarm_topic {topic.node.path!r} is in the Region {there}, and no alarm in "
            f"{here.region} can tell it: give a topic in the flow's Region"
        )
