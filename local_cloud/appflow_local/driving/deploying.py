"""Deploys a connector's function with the rights that AppFlow's connectors have."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from appflow_local.command_arguments import UsageError
from appflow_local.driving.bundle import Bundle
from appflow_local.environment import REGION

ACCOUNT = "000000000000"
_FUNCTION_SECONDS = 60
_MEGABYTES = 1024
_LONGEST_NAME = 64
_UNUSABLE = re.compile(r"[^A-Za-z0-9_-]")


def deploy_function(
    client: Callable[[str], Any],
    bundle: Bundle,
    label: str,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Create a function and its role, which may read the secrets of the label's profiles.

    Args:
        client: returns the client of a service, by its name.
        bundle: the function's code.
        label: the connector's, whose function and role get its name.
        variables: the function's environment.

    Returns:
        The function's ARN.

    Raises:
        UsageError: Lambda refuses the function.
    """
    name = _UNUSABLE.sub("-", label)[:_LONGEST_NAME]
    functions = client("lambda")
    try:
        arn = functions.create_function(
            FunctionName=name,
            Role=_role(client("iam"), name, label),
            Runtime=bundle.runtime,
            Handler=bundle.handler,
            Code={"ZipFile": bundle.code},
            Timeout=_FUNCTION_SECONDS,
            MemorySize=_MEGABYTES,
            Environment={"Variables": dict(variables or {})},
        )["FunctionArn"]
    except ClientError as error:
        raise UsageError(f"Lambda refuses the function: {error}") from error
    functions.add_permission(
        FunctionName=name,
        StatementId="AppFlow",
        Principal="appflow.amazonaws.com",
        Action="lambda:InvokeFunction",
        SourceAccount=ACCOUNT,
        SourceArn=f"arn:aws:appflow:{REGION}:{ACCOUNT}:*",
    )
    return str(arn)


def policy(**statement: object) -> str:
    """Return a policy of one statement that allows something."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def _role(iam: Any, name: str, label: str) -> str:  # noqa: ANN401 - botocore's
    trust = policy(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    own = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:appflow!{ACCOUNT}-{label}-*"
    read = policy(Action="secretsmanager:GetSecretValue", Resource=own)
    iam.put_role_policy(RoleName=name, PolicyName="Credentials", PolicyDocument=read)
    return str(arn)
