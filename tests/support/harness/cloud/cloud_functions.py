"""Connector functions in a running local cloud, under roles of their own."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import boto3

from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def policy(*statements: dict[str, Any]) -> str:
    """Return a policy that allows what the statements name."""
    allowed = [{"Effect": "Allow", **statement} for statement in statements]
    return json.dumps({"Version": "2012-10-17", "Statement": allowed})


def package(files: Mapping[str, str | bytes]) -> bytes:
    """Pack files into a function's package."""
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return code.getvalue()


def invoke(cloud: Cloud, name: str, event: object = None) -> tuple[str | None, Any]:
    """Invoke a function; return Lambda's word for its failure, if it failed, and its answer."""
    payload = json.dumps(event).encode()
    answer = cloud.client("lambda").invoke(FunctionName=name, Payload=payload)
    return answer.get("FunctionError"), json.loads(answer["Payload"].read())


def create_function(
    cloud: Cloud,
    name: str,
    source: str | bytes,
    statements: Sequence[dict[str, Any]] = (),
    *,
    runtime: str = "python3.13",
    handler: str = "index.handler",
    **settings: Any,  # noqa: ANN401 - botocore's
) -> str:
    """Create a function that AppFlow may invoke and its role, which may do what is given.

    `source` is the text of `index.py`, or a package.
    """
    iam, lambda_ = cloud.client("iam"), cloud.client("lambda")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(_TRUST))
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="Own", PolicyDocument=policy(*statements))
    arn = lambda_.create_function(
        FunctionName=name,
        Role=role["Role"]["Arn"],
        Runtime=runtime,
        Handler=handler,
        Code={"ZipFile": source if isinstance(source, bytes) else package({"index.py": source})},
        Timeout=30,
        **settings,
    )["FunctionArn"]
    lambda_.add_permission(
        FunctionName=name,
        StatementId="AppFlow",
        Action="lambda:InvokeFunction",
        Principal="appflow.amazonaws.com",
        SourceAccount="000000000000",
        SourceArn="arn:aws:appflow:us-east-1:000000000000:*",
    )
    return str(arn)


def appflow_of_user(cloud: Cloud, name: str, *statements: dict[str, Any]) -> Client:
    """Return AppFlow's client with the keys of a new user, who may do what is given."""
    iam = cloud.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="Own", PolicyDocument=policy(*statements))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return boto3.client(
        "appflow",
        region_name="us-east-1",
        endpoint_url=cloud.url,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        verify=str(cloud.home / str(cloud.port) / "ca.pem"),
    )
