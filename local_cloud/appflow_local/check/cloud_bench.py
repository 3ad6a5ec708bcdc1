"""The bench in a running local cloud, and the function deployed there."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from appflow_local.aws_client import aws_client
from appflow_local.check.bench import Connector
from appflow_local.check.bundle import Bundle
from appflow_local.cloud import LocalCloud
from appflow_local.command_arguments import UsageError
from appflow_local.environment import REGION
from appflow_local.workbench_client import WorkbenchClient

_ACCOUNT = "000000000000"
_FUNCTION_SECONDS = 60
_MEGABYTES = 1024


class CloudBench:
    """A running cloud.

    Args:
        cloud: the cloud.
    """

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._workbench = WorkbenchClient(cloud)
        self._clients: list[Any] = []

    @cached_property
    def appflow(self) -> Any:  # noqa: ANN401 - botocore's
        """AppFlow's client."""
        return self._client("appflow")

    @cached_property
    def _secrets(self) -> Any:  # noqa: ANN401 - botocore's
        return self._client("secretsmanager")

    def _client(self, service: str) -> Any:  # noqa: ANN401 - botocore's
        self._clients.append(aws_client(self._cloud, service))
        return self._clients[-1]

    def close(self) -> None:
        """Close all connections: a cloud that ends would wait for them."""
        self._workbench.close()
        for each in self._clients:
            each.close()

    def invoke(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask a connector by hand."""
        return self._workbench.invoke(question)

    def read_secret(self, arn: str) -> str:
        """Return the text of a secret."""
        return str(self._secrets.get_secret_value(SecretId=arn)["SecretString"])

    def make_secret(self, name: str, text: str) -> tuple[str, Callable[[], None]]:
        """Make a secret; return its ARN, and what deletes it."""
        arn = str(self._secrets.create_secret(Name=name, SecretString=text)["ARN"])

        def delete() -> None:
            self._secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)

        return arn, delete

    def deploy(self, bundle: Bundle) -> Connector:
        """Create the function and its role, which may read the secrets of its profiles."""
        label = f"check-{secrets.token_hex(4)}"
        function = self._client("lambda")
        try:
            arn = function.create_function(
                FunctionName=label,
                Role=self._role(label),
                Runtime=bundle.runtime,
                Handler=bundle.handler,
                Code={"ZipFile": bundle.code},
                Timeout=_FUNCTION_SECONDS,
                MemorySize=_MEGABYTES,
            )["FunctionArn"]
        except ClientError as error:
            raise UsageError(f"Lambda refuses the function: {error}") from error
        function.add_permission(
            FunctionName=label,
            StatementId="AppFlow",
            Principal="appflow.amazonaws.com",
            Action="lambda:InvokeFunction",
            SourceAccount=_ACCOUNT,
            SourceArn=f"arn:aws:appflow:{REGION}:{_ACCOUNT}:*",
        )
        return Connector(label, str(arn))

    def _role(self, label: str) -> str:
        iam = self._client("iam")
        trust = _policy(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
        arn = iam.create_role(RoleName=label, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        own = f"arn:aws:secretsmanager:{REGION}:{_ACCOUNT}:secret:appflow!{_ACCOUNT}-{label}-*"
        read = _policy(Action="secretsmanager:GetSecretValue", Resource=own)
        iam.put_role_policy(RoleName=label, PolicyName="Credentials", PolicyDocument=read)
        return str(arn)

    def registered(self, label: str) -> Connector | None:
        """The registered connector of a label; None if there is none."""
        try:
            found = self.appflow.describe_connector(
                connectorType="CustomConnector", connectorLabel=label
            )["connectorConfiguration"]
        except ClientError:
            return None
        arn = found["connectorProvisioningConfig"]["lambda"]["lambdaArn"]
        return Connector(label, str(arn), is_registered=True)


def _policy(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
