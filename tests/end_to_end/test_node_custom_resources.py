"""The CDK's custom resources in Node.js work on the local cloud, as they use the AWS SDK."""

from __future__ import annotations

from pathlib import Path

from harness.cloud.app_stack import AppStack
from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import Synthesizer

APP = Path(__file__).with_name("node_app.py")


def test_an_sdk_call_is_made_and_a_bucket_empties_itself(
    cloud: Cloud, synthesizer: Synthesizer, tmp_path: Path
) -> None:
    stack = AppStack(cloud, synthesizer, tmp_path / "cdk.out", "Node", str(APP))
    stack.deploy()
    s3, bucket = cloud.client("s3"), stack.outputs["BucketName"]
    tags = {each["Key"]: each["Value"] for each in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    assert tags["aws-cdk:auto-delete-objects"] == "true"
    assert tags["aws:cloudformation:stack-name"] == "Node"
    for key in ("a", "b/c"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"kept")
    assert stack.destroy() == "DELETE_COMPLETE"
    assert bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]
