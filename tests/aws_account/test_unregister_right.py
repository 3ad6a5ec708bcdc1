"""Whether `appflow:UnRegisterConnector` on `…:/unregister-connector` reaches every connector.

The provider's role holds it (SECURITY.md). `make test-aws` runs this.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.aws_account.test_life import no_account

# Until IAM's changes reach AppFlow; a local cloud has them at once.
SECONDS_FOR_IAM = 0 if "APPFLOW_LOCAL_PORT" in os.environ else 15


@pytest.fixture
def narrow() -> Iterator[Any]:
    """AppFlow, for a role that has nothing but this right."""
    if problem := no_account():
        pytest.fail(f"this makes a role in an AWS account: {problem}", pytrace=False)
    session = boto3.session.Session()
    caller = boto3.client("sts").get_caller_identity()
    partition, account = caller["Arn"].split(":")[1], caller["Account"]
    right = f"arn:{partition}:appflow:{session.region_name}:{account}:/unregister-connector"
    name = f"AppFlowConnectorTest{uuid.uuid4().hex[:8]}"
    trusted = {"AWS": f"arn:{partition}:iam::{account}:root"}
    iam = boto3.client("iam")
    role = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=policy("sts:AssumeRole", Principal=trusted)
    )["Role"]
    document = policy("appflow:UnRegisterConnector", Resource=right)
    iam.put_role_policy(RoleName=name, PolicyName="Right", PolicyDocument=document)
    try:
        time.sleep(SECONDS_FOR_IAM)
        given = boto3.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="test")
        keys = given["Credentials"]
        yield boto3.client(
            "appflow",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
    finally:
        iam.delete_role_policy(RoleName=name, PolicyName="Right")
        iam.delete_role(RoleName=name)


def policy(action: str, **members: Any) -> str:  # noqa: ANN401 - JSON
    statement = {"Effect": "Allow", "Action": action, **members}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_the_right_alone_reaches_no_connector(narrow: Any) -> None:  # noqa: ANN401 - botocore's
    # A label that is not registered: "not found" would mean that the right was enough.
    with pytest.raises(ClientError) as refusal:
        narrow.unregister_connector(connectorLabel=f"none-{uuid.uuid4().hex[:8]}")
    assert refusal.value.response["Error"]["Code"] == "AccessDeniedException"
