"""The connector in its cloud: deployed, registered and connected, again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from appflow_local.check.bench import said
from appflow_local.check.cloud_bench import CloudBench
from appflow_local.cloud import LocalCloud
from appflow_local.command_arguments import UsageError
from appflow_local.dev.flow_runs import FlowRuns, Refused
from appflow_local.driving.bundle import Bundle
from appflow_local.driving.credentials_file import GivenCredentials, offered, without_parameters
from appflow_local.driving.given_settings import check_declared
from appflow_local.driving.profile_requests import profile_request
from appflow_local.workbench_client import WorkbenchClient


class Workshop:
    """One connector.

    Args:
        cloud: the cloud, which is the workshop's own.
        label: what the connector, its function and its profile are called.
    """

    def __init__(self, cloud: LocalCloud, label: str) -> None:
        self._label = label
        self._cloud = cloud
        self._bench = CloudBench(cloud)
        self._appflow = self._bench.appflow
        self._function = self._bench.client("lambda")
        self.flows = FlowRuns(self._appflow, self._bench.client("s3"), label)
        self._workbench = WorkbenchClient(cloud)
        self._arn: str | None = None
        self._deployed: Bundle | None = None
        self._good: Bundle | None = None
        self._connection: object = None
        self._seen = 0

    @property
    def is_registered(self) -> bool:
        """Whether there is a registration."""
        return self._good is not None

    def register(self, bundle: Bundle) -> None:
        """Deploy the connector, and register it or renew its registration.

        Raises:
            Refused: then the last one that was good is there again, if there was one.
            UsageError: Lambda takes no such function.
        """
        if bundle == self._good and bundle == self._deployed:
            return
        self._deploy(bundle)
        try:
            self._register()
        except ClientError as error:
            if self._good is not None:
                self._deploy(self._good)
            raise Refused(said(error)) from error
        self._good = bundle

    def _deploy(self, bundle: Bundle) -> None:
        before, self._deployed = self._deployed, None
        if before is None and self._arn is None:
            self._arn = self._bench.deploy(bundle, self._label).function_arn
        else:
            self._function.update_function_code(FunctionName=self._arn, ZipFile=bundle.code)
            if before is None or (before.handler, before.runtime) != (
                bundle.handler,
                bundle.runtime,
            ):
                self._function.update_function_configuration(
                    FunctionName=self._arn, Handler=bundle.handler, Runtime=bundle.runtime
                )
        self._deployed = bundle

    def _register(self) -> None:
        where = {"lambda": {"lambdaArn": self._arn}}
        if self._good is None:
            self._appflow.register_connector(
                connectorLabel=self._label,
                connectorProvisioningType="LAMBDA",
                connectorProvisioningConfig=where,
            )
        else:
            self._appflow.update_connector_registration(
                connectorLabel=self._label, connectorProvisioningConfig=where
            )

    def connect(self, given: GivenCredentials | None, settings: Mapping[str, str]) -> None:
        """Make the profile, unless there is the same already.

        Raises:
            Refused: the connector refuses the credentials or settings.
            UsageError: they are not what it takes.
        """
        about = self._workbench.invoke(
            {"label": self._label, "operation": "DescribeConnectorConfiguration"}
        )["call"]["answer"]
        check_declared(settings, about)
        credentials = _credentials(given, about)
        wanted = (credentials, dict(settings))
        if wanted == self._connection:
            return
        if self._connection is not None:
            self._forget_connection()
        try:
            self._create_profile(credentials, settings)
        except ClientError as error:
            raise Refused(said(error)) from error
        self._connection = wanted

    def _forget_connection(self) -> None:
        self._appflow.delete_connector_profile(connectorProfileName=self._label, forceDelete=True)
        self._connection = None

    def _create_profile(self, credentials: GivenCredentials, settings: Mapping[str, str]) -> None:
        request = profile_request(self._label, self._label, credentials, settings)
        self._appflow.create_connector_profile(**request)

    def first_entity(self) -> str:
        """Return the first entity that has records.

        Raises:
            Refused: there is none, or the connector doesn't say.
        """
        try:
            self.flows.forget_metadata()
            found = self._entities(None)
        except ClientError as error:
            raise Refused(said(error)) from error
        if found is None:
            raise Refused("the connector lists no entity: name one with --entity")
        return found

    def _entities(self, path: str | None) -> str | None:
        given = {} if path is None else {"entitiesPath": path}
        answer = self._appflow.list_connector_entities(
            connectorProfileName=self._label,
            connectorType="CustomConnector",
            apiVersion=self.flows.api_version,
            **given,
        )
        for each in (one for group in answer["connectorEntityMap"].values() for one in group):
            name = str(each["name"])
            found = self._entities(name) if each.get("hasNestedEntities") else name
            if found is not None:
                return found
        return None

    def new_calls(self) -> list[dict[str, Any]]:
        """Return the calls since the last time, as the workbench shows them."""
        found: list[dict[str, Any]] = []
        while page := self._workbench.calls(self._seen, label=self._label):
            self._seen = page[-1]["id"]
            found += page
        return found


def _credentials(given: GivenCredentials | None, about: Mapping[str, Any]) -> GivenCredentials:
    types = offered(about)
    kind = "none" if given is None else given.type
    open_to_all = without_parameters(about)
    if kind == "none" and open_to_all is not None:
        return open_to_all
    if given is None or kind not in types:
        wanted = " or ".join(types) or "some type: its configuration has none"
        raise UsageError(f"the connector needs credentials: give --credentials FILE of the type "
                         f"{wanted}")  # fmt: skip
    return given
