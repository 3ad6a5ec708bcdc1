"""The CDK's custom resources in Node.js work on the local cloud, as they use the AWS SDK."""

from __future__ import annotations

from pathlib import Path

from harness.cloud.local_cloud import Cloud

APP = Path(__file__).with_name("node_app")


def test_an_sdk_call_is_made_and_a_bucket_empties_itself(cloud: Cloud, tmp_path: Path) -> None:
    options = ["--output", str(tmp_path / "cdk.out")]
    cloud.cdk("deploy", *options, cwd=APP)
    (found,) = cloud.client("cloudformation").describe_stacks(StackName="Node")["Stacks"]
    (output,) = found["Outputs"]
    s3, bucket = cloud.client("s3"), output["OutputValue"]
    tags = {each["Key"]: each["Value"] for each in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]}
    assert tags["aws-cdk:auto-delete-objects"] == "true"
    assert tags["aws:cloudformation:stack-name"] == "Node"
    for key in ("a", "b/c"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"kept")
    cloud.cdk("destroy", "--force", *options, cwd=APP)
    assert cloud.status("Node") == "DELETE_COMPLETE"
    assert bucket not in [each["Name"] for each in s3.list_buckets()["Buckets"]]
