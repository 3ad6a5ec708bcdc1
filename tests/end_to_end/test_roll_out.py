"""What `examples/roll_out_stack_sets` hands to its StackSet, deployed as StackSets would."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from aws_cdk import App

from examples.roll_out_stack_sets.release import Release
from harness.cloud.local_cloud import Cloud

# A bucket in each account, and not one for all: MiniStack lets Lambda read code only from the
# function's own account.
CODE_BUCKET = "connector-code-${AWS::AccountId}-${AWS::Region}"
STACK = "StackSet-datasette"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Path]:
    """The release, and the cloud assembly that its code is in."""
    outdir = tmp_path_factory.mktemp("assembly")
    return Release.of(App(outdir=str(outdir)), code_bucket=CODE_BUCKET), outdir


def publish(cloud: Cloud, code: dict[str, Path], account: str, region: str) -> None:
    s3 = cloud.client("s3", region, account)
    bucket = CODE_BUCKET.replace("${AWS::AccountId}", account).replace("${AWS::Region}", region)
    place = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=bucket, **({} if region == "us-east-1" else place))
    for digest, folder in code.items():
        s3.upload_file(shutil.make_archive(str(folder), "zip", folder), bucket, f"{digest}.zip")


@pytest.mark.parametrize(
    ("account", "region"),
    [
        ("222222222222", "us-east-1"),
        ("222222222222", "eu-west-1"),
        ("333333333333", "us-east-1"),
    ],
)
def test_an_account_without_bootstrap_gets_the_connector(
    cloud: Cloud, release: tuple[Release, Path], account: str, region: str
) -> None:
    rolled_out, outdir = release
    publish(cloud, {k: outdir / path for k, path in rolled_out.code.items()}, account, region)
    cloudformation = cloud.client("cloudformation", region, account)
    cloudformation.create_stack(
        StackName=STACK, TemplateBody=rolled_out.template, Capabilities=["CAPABILITY_IAM"]
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    appflow = cloud.client("appflow", region, account)
    try:
        (connector,) = appflow.list_connectors()["connectors"]
        assert connector["connectorLabel"] == "datasette"
    finally:
        cloudformation.delete_stack(StackName=STACK)
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
        )
    assert appflow.list_connectors()["connectors"] == []
