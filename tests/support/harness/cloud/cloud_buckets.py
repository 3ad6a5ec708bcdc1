"""Buckets in a running local cloud, and who may use them."""

from __future__ import annotations

import json

from harness.cloud.local_cloud import Cloud

READ = ("s3:ListBucket", "s3:GetObject")
WRITE = (
    "s3:PutObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
    "s3:ListBucketMultipartUploads",
    "s3:GetBucketAcl",
    "s3:PutObjectAcl",
)


def create_bucket(cloud: Cloud, name: str) -> None:
    """Create a bucket that flows may read and write."""
    cloud.client("s3").create_bucket(Bucket=name)
    admit_appflow(cloud, name, *READ, *WRITE)


def admit_appflow(cloud: Cloud, bucket: str, *actions: str) -> None:
    """Give a bucket the policy that AppFlow's user guide tells to write, for these actions only."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "appflow.amazonaws.com"},
        "Action": list(actions),
        "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "000000000000"},
            "ArnLike": {"aws:SourceArn": "arn:aws:appflow:us-east-1:000000000000:flow/*"},
        },
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)
