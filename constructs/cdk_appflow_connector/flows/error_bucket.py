"""Lets AppFlow write the records that a destination refuses to a bucket."""

from __future__ import annotations

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3

from cdk_appflow_connector.flows.library import cdk_appflow
from cdk_appflow_connector.synth_warnings import WarningId, warn

# Source: AppFlow user guide, Amazon S3: the bucket policy of a destination.
_ACTIONS = (
    "s3:PutObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
    "s3:ListBucketMultipartUploads",
    "s3:GetBucketAcl",
    "s3:PutObjectAcl",
)


def let_appflow_write(bucket: s3.IBucket, flow: cdk_appflow.IFlow) -> None:
    """Let AppFlow write to the bucket for the stack's account, before the flow is created."""
    statement = iam.PolicyStatement(
        principals=[iam.ServicePrincipal("appflow.amazonaws.com")],
        actions=list(_ACTIONS),
        resources=[bucket.bucket_arn, bucket.arn_for_objects("*")],
        conditions={"StringEquals": {"aws:SourceAccount": Stack.of(flow).account}},
    )
    key = bucket.encryption_key
    if key is not None:
        _let_appflow_encrypt(key, flow)
    if bucket.add_to_resource_policy(statement).statement_added:
        flow.node.add_dependency(bucket)
    else:
        warn(
            flow,
            WarningId.ERROR_BUCKET_NOT_MANAGED_HERE,
            f"The policy of the bucket {bucket.node.path!r} is not managed here: it must let "
            "appflow.amazonaws.com write the records that the destination refuses.",
        )


def _let_appflow_encrypt(key: kms.IKey, flow: cdk_appflow.IFlow) -> None:
    statement = iam.PolicyStatement(
        principals=[iam.ServicePrincipal("appflow.amazonaws.com")],
        actions=["kms:Encrypt", "kms:GenerateDataKey"],
        resources=["*"],  # in a key policy: this key
        conditions={"StringEquals": {"aws:SourceAccount": Stack.of(flow).account}},
    )
    if key.add_to_resource_policy(statement).statement_added:
        flow.node.add_dependency(key)
    else:
        warn(
            flow,
            WarningId.ERROR_KEY_NOT_MANAGED_HERE,
            f"The policy of the key {key.node.path!r} is not managed here: it must let "
            "appflow.amazonaws.com encrypt the records that the destination refuses "
            "(kms:Encrypt, kms:GenerateDataKey).",
        )
