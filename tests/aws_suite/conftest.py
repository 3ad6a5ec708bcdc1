"""What AWS's suite needs in the account: the connector's function, a secret and a bucket."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from harness.cloud.assembly import Assembly
from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import shared_synthesizer
from tests.aws_suite.suite import FOLDER, Account
from tests.examples.datasette_connector.loopback import KEY

_STACK = "AwsSuite"
_BUCKET = "aws-suite-flows"
_BUCKET_ACTIONS = [
    *("s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"),
    *("s3:ListMultipartUploadParts", "s3:PutObjectAcl"),
]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """Who signs the certificates of the Datasette servers."""
    return trustme.CA()


@pytest.fixture(scope="module")
def account(
    cloud: Cloud, authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Account]:
    """An account with all that; other tests count its connectors, so the stack goes again."""
    folder = tmp_path_factory.mktemp("aws-suite")
    trusted = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    _deploy(cloud, folder, trusted)
    try:
        secret = cloud.client("secretsmanager").create_secret(
            Name="aws-suite-token", SecretString=json.dumps({"accessToken": KEY})
        )
        _make_bucket(cloud)
        yield Account(_function_arn(cloud), secret["ARN"], _BUCKET)
    finally:
        cloud.client("cloudformation").delete_stack(StackName=_STACK)
        assert cloud.settle(_STACK) == "DELETE_COMPLETE"


def _deploy(cloud: Cloud, folder: Path, trusted: Path) -> None:
    variables = {"SUITE_STACK": _STACK, "SUITE_AUTHORITY": str(trusted)}
    shared_synthesizer().synthesise(str(FOLDER / "app.py"), folder / "cdk.out", variables)
    Assembly(folder / "cdk.out", _STACK).deploy(cloud, _STACK)
    assert cloud.settle(_STACK) == "CREATE_COMPLETE", cloud.reasons(_STACK)


def _function_arn(cloud: Cloud) -> str:
    (stack,) = cloud.client("cloudformation").describe_stacks(StackName=_STACK)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return str(outputs["FunctionArn"])


def _make_bucket(cloud: Cloud) -> None:
    # Source: AppFlow User Guide, Amazon S3 bucket policies for Amazon AppFlow.
    who = {
        "Effect": "Allow",
        "Principal": {"Service": "appflow.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceAccount": "000000000000"}},
    }
    bucket = f"arn:aws:s3:::{_BUCKET}"
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                **who,
                "Action": ["s3:ListBucket", "s3:GetBucketAcl", "s3:ListBucketMultipartUploads"],
                "Resource": bucket,
            },
            {**who, "Action": _BUCKET_ACTIONS, "Resource": f"{bucket}/*"},
        ],
    }
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=_BUCKET)
    s3.put_bucket_policy(Bucket=_BUCKET, Policy=json.dumps(policy))
