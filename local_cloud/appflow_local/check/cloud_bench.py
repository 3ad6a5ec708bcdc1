"""The bench in a running local cloud, and the function deployed there."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from appflow_local.aws_client import aws_session, client_arguments
from appflow_local.check.bench import Connector
from appflow_local.cloud import LocalCloud
from appflow_local.driving.bundle import Bundle
from appflow_local.driving.deploying import deploy_function
from appflow_local.workbench_client import WorkbenchClient


class CloudBench:
    """A running cloud.

    Args:
        cloud: the cloud.
    """

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._workbench = WorkbenchClient(cloud)
        self._clients: dict[str, Any] = {}

    @property
    def appflow(self) -> Any:  # noqa: ANN401 - botocore's
        """AppFlow's client."""
        return self.client("appflow")

    @property
    def _secrets(self) -> Any:  # noqa: ANN401 - botocore's
        return self.client("secretsmanager")

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - botocore's
        return aws_session(self._cloud)

    def client(self, service: str) -> Any:  # noqa: ANN401 - botocore's
        """Return the client of a service."""
        if service not in self._clients:
            made = self._session.create_client(service, **client_arguments(self._cloud))
            self._clients[service] = made
        return self._clients[service]

    def close(self) -> None:
        """Close all connections: a cloud that ends would wait for them."""
        self._workbench.close()
        for each in self._clients.values():
            each.close()

    def traffic_notes(self) -> list[str]:
        """Say what is new of the connector's traffic; see `LocalCloud.traffic_notes`."""
        return self._cloud.traffic_notes()

    def invoke(self, question: dict[str, Any]) -> dict[str, Any]:
        """Ask a connector by hand."""
        return self._workbench.invoke(question)

    def last_answer(self, label: str, operation: str) -> object:
        """Return what the last call of an operation answered, as the journal keeps it."""
        answer, after = None, 0
        while found := self._workbench.calls(after, label=label):
            after = found[-1]["id"]
            answers = [each["answer"] for each in found if each["operation"] == operation]
            answer = answers[-1] if answers else answer
        return answer

    def read_secret(self, arn: str) -> str:
        """Return the text of a secret."""
        return str(self._secrets.get_secret_value(SecretId=arn)["SecretString"])

    def make_secret(self, name: str, text: str) -> tuple[str, Callable[[], None]]:
        """Make a secret; return its ARN, and what deletes it."""
        arn = str(self._secrets.create_secret(Name=name, SecretString=text)["ARN"])

        def delete() -> None:
            self._secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)

        return arn, delete

    def deploy(self, bundle: Bundle, label: str | None = None) -> Connector:
        """Create the function and its role, which may read the secrets of its profiles.

        Args:
            bundle: the function's package.
            label: what both are called, and the connector; None for a name of its own.
        """
        label = label or f"check-{secrets.token_hex(4)}"
        return Connector(label, deploy_function(self.client, bundle, label))

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
