"""Makes the buckets of flows."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from appflow_local.driving.deploying import ACCOUNT, policy

# What AppFlow's user guide asks of a bucket's policy, for destinations and for sources.
_ACTIONS = (
    *("GetBucketAcl", "GetObject", "ListBucket", "PutObject", "PutObjectAcl"),
    *("AbortMultipartUpload", "ListBucketMultipartUploads", "ListMultipartUploadParts"),
)


def make_bucket(s3: Any, name: str) -> None:  # noqa: ANN401 - botocore's
    """Create a bucket that AppFlow may read and write, unless there is one of this name."""
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        s3.create_bucket(Bucket=name)
        allowed = policy(
            Principal={"Service": "appflow.amazonaws.com"},
            Action=[f"s3:{each}" for each in _ACTIONS],
            Resource=[f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
            Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        )
        s3.put_bucket_policy(Bucket=name, Policy=allowed)
