"""What the fixture `appflow_local` is: an empty cloud to deploy connectors to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from appflow_local.driving.deploying import deploy_function
from appflow_local.testing.calls import Call, calls
from appflow_local.testing.clock import Clock
from appflow_local.testing.connector import Connector
from appflow_local.testing.errors import AppflowLocalError, told_plainly
from appflow_local.testing.faults import Faults
from appflow_local.workbench_client import WorkbenchClient

if TYPE_CHECKING:
    from appflow_local.testing.own_cloud import OwnCloud

_UNUSABLE = re.compile(r"[^A-Za-z0-9-]+")
_SHORTEST_LABEL = 2
_LONGEST_LABEL = 40


class AppflowLocal:
    """A running cloud, emptied before the test.

    Args:
        own: the cloud.
        folders: where a connector's folder is looked for, in this order.

    Attributes:
        clock: The cloud's time.
        faults: What goes wrong between AppFlow and connectors.
        sources: The folder, zip or jar of each connector that was deployed, by its label.
    """

    def __init__(self, own: OwnCloud, folders: Sequence[Path]) -> None:
        self._own = own
        self._folders = list(dict.fromkeys(folders))
        self.sources: dict[str, Path] = {}
        self.clock = Clock(own.workbench)
        self.faults = Faults(own.workbench)

    @property
    def url(self) -> str:
        """The endpoint of AppFlow and of the AWS around it."""
        return self._own.cloud.variables()["AWS_ENDPOINT_URL"]

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which a subprocess uses this cloud: `subprocess.run(…, env=…)`."""
        return self._own.cloud.environment()

    @property
    def workbench(self) -> WorkbenchClient:
        """What tells of the cloud's calls."""
        return self._own.workbench

    @property
    def calls(self) -> list[Call]:
        """All calls that AppFlow has made to connectors, oldest first."""
        return calls(self._own.workbench)

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's
        """Return boto3's client of a service, such as `s3`, as the account's root."""
        return self._own.client(service)

    @told_plainly
    def connector(
        self,
        target: str | Path,
        *,
        handler: str | None = None,
        runtime: str | None = None,
        label: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Connector:
        """Deploy a connector and register it; or find the one of a label.

        Args:
            target: the connector's folder, whose `requirements.txt`, `pyproject.toml` or
                `package.json` is heeded, or its zip or jar: a path from the test's file, from
                pytest's rootdir or from the current folder. Or a registered connector's label.
            handler: `FILE.FUNCTION`; found if there is only one.
            runtime: Lambda's name, such as `nodejs22.x`; by the files if it's left out.
            label: the connector's; by the target's name if it's left out.
            environment: the function's environment variables.

        Raises:
            AppflowLocalError: there is no such connector, or it can't be deployed.
            botocore.exceptions.ClientError: AppFlow doesn't register it.
        """
        path = self._path(target)
        if path is None:
            return self._registered(str(target))
        packed = self._own.bundles.of(path, handler, runtime)
        name = label or self._free_label(path)
        self.sources[name] = path
        arn = deploy_function(self.client, packed, name, environment)
        self.client("appflow").register_connector(
            connectorLabel=name,
            connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig={"lambda": {"lambdaArn": arn}},
        )
        return Connector(self._own, name)

    def _path(self, target: str | Path) -> Path | None:
        found = ((folder / target).resolve() for folder in self._folders)
        return next((each for each in found if each.exists()), None)

    def _registered(self, label: str) -> Connector:
        connector = Connector(self._own, label)
        try:
            connector.configuration  # noqa: B018 - asks for it
        except ClientError:
            places = ", ".join(map(str, self._folders))
            raise AppflowLocalError(
                f"there is no connector {label!r}: neither a folder, zip or jar of that name in "
                f"{places}, nor a registered label"
            ) from None
        return connector

    def _free_label(self, path: Path) -> str:
        stem = path.name if path.is_dir() else path.stem
        name = _UNUSABLE.sub("-", stem).strip("-")[:_LONGEST_LABEL]
        if len(name) < _SHORTEST_LABEL:
            name = f"{name}-connector".lstrip("-")
        numbers = (f"{name}-{number}" for number in range(2, len(self.sources) + 3))
        return next(each for each in (name, *numbers) if each not in self.sources)
