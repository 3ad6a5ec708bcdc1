"""Why findings of cdk-nag's packs stay in the examples.

What the library has no choice about it acknowledges itself. What its user may choose stays a
finding until they choose it; here it has the name of the option.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """A rule in some resources, as regular expressions; whose they are; why the finding stays."""

    whose: str
    rule: str
    path: str
    text: str

    def is_for(self, rule: str, path: str) -> bool:
        return bool(re.match(self.rule, rule) and re.search(self.path, path))


_PROVIDER = r"/AppFlowConnectorRegistration"
_CDKS_OWN = r"/Custom::CDKBucketDeployment|ConnectorPipeline/Pipeline/"

REASONS = (
    Reason(
        "library, your choice",
        "CloudWatchLogGroupEncrypted",
        rf"{_PROVIDER}/LogGroup/",
        "CloudWatch Logs encrypts it with AWS's key; `log_group=` takes a group with yours",
    ),
    Reason(
        "library, your choice",
        "LambdaConcurrency",
        rf"{_PROVIDER}/Handler/",
        "reserving takes from the account's quota, for a function that runs when a stack is "
        "deployed; `reserved_concurrent_executions=`",
    ),
    Reason(
        "library, your choice",
        "LambdaInsideVPC",
        rf"{_PROVIDER}/Handler/",
        "it reaches nothing but AWS's own endpoints; `vpc=`",
    ),
    Reason(
        "library, your choice",
        "IAMNoInlinePolicy",
        "/Function/ServiceRole/Resource",
        "the right to read the connector's secrets goes with the function's role; for a role that "
        "takes no policies (`without_policy_updates()`), a warning says what to grant",
    ),
    Reason(
        "CDK",
        "IAM4|IAM5|IAMNoInlinePolicy|L1|Lambda",
        _CDKS_OWN,
        "roles and functions of CDK Pipelines and BucketDeployment",
    ),
    Reason(
        "CDK",
        "CodeBuildProjectSourceRepoUrl",
        _CDKS_OWN,
        "the source is the pipeline's; there is no repository to sign in to",
    ),
    Reason(
        "example",
        "IAM4.*AWSLambdaBasicExecutionRole",
        "/Function/ServiceRole/",
        "the role that the CDK gives a function by default",
    ),
    Reason(
        "example",
        "L1|LambdaLatestVersion",
        "/Function/Resource",
        "AWS's connector SDK 1.0.5 does not import on Python 3.13 and later",
    ),
    Reason(
        "example",
        "LambdaConcurrency|LambdaInsideVPC",
        "/Function/Resource",
        "an example reserves nothing and needs no network of its own",
    ),
    Reason(
        "example",
        "LambdaTracing",
        "/Function/Resource",
        "an example sends no traces; `tracing=` of the function",
    ),
    Reason(
        "example",
        "LambdaDLQ",
        "/Function/Resource",
        "AppFlow invokes connectors synchronously: nothing would get into the queue",
    ),
    Reason(
        "example",
        "CloudWatchLogGroupEncrypted",
        "/Logs/Resource",
        "CloudWatch Logs encrypts it with AWS's key",
    ),
    Reason(
        "example",
        "S3BucketPublic(Read|Write)Prohibited",
        "/(Bucket|Errors)/Resource",
        "S3 blocks public access to new buckets by itself",
    ),
    Reason(
        "example",
        "S3DefaultEncryptionKMS",
        "/(Bucket|Errors)/Resource",
        "S3 encrypts it with its own key; AppFlow needs rights to any other",
    ),
    Reason(
        "example",
        "S3BucketDefaultLockEnabled",
        "Bucket/Resource|/Errors/Resource",
        "what an example puts into a bucket may be deleted",
    ),
    Reason(
        "example",
        "S1|S3Bucket(Logging|Replication|Versioning)Enabled",
        "Bucket/Resource|/Errors/Resource",
        "a bucket of an example, without others for its logs and copies",
    ),
    Reason(
        "example",
        "SNSEncryptedKMS|SNS2",
        "/OnCall/Resource",
        "what its messages tell is in the metrics, too; a topic with a key works (`master_key=`)",
    ),
    Reason(
        "CDK",
        "IAM5",
        "/AfterRun/Role/",
        "tracing: X-Ray's actions for sending have no resource to name",
    ),
    Reason(
        "CDK",
        "IAMNoInlinePolicy",
        "/AfterRun/(Events)?Role/",
        "the roles that the CDK gives a state machine and the rule that starts it",
    ),
    Reason(
        "example",
        "SF1",
        "/AfterRun/Resource",
        "Step Functions keeps each execution's history by itself; `logs=` of the state machine",
    ),
    Reason(
        "example",
        "SNSEncryptedKMS",
        "/Notices/Resource",
        "counts and messages, no records; `master_key=` takes a key that admits CloudWatch",
    ),
    Reason(
        "example",
        "EventBusDLQ",
        "/Orders/Ended/Resource",
        "an example keeps no report that can't be delivered; the target's `dead_letter_queue=`",
    ),
)
