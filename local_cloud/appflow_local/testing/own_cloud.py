"""The local cloud of one process of pytest: started once, emptied before each test."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from typing import Any

import boto3

from appflow_local.aws_client import aws_session, client_arguments
from appflow_local.cloud import CloudError, LocalCloud
from appflow_local.testing.bundles import Bundles
from appflow_local.workbench_client import WorkbenchClient

_LOOK_SECONDS = 0.02
_GRACE_SECONDS = 2.0


class OwnCloud:
    """A cloud on a free port, which ends with this process, however that ends.

    Raises:
        CloudError: it didn't start.
    """

    def __init__(self) -> None:
        self.bundles = Bundles()
        self._owner = os.getpid()
        self._begin()

    def _begin(self) -> None:
        self.cloud = LocalCloud(0)
        self._server = self.cloud.start()
        self._connect()

    def _connect(self) -> None:
        """Make clients of this process's own: a connection can't be shared with a fork."""
        self._user = os.getpid()
        self._clients: dict[str, Any] = {}
        self._session: Any = boto3.Session(botocore_session=aws_session(self.cloud))
        self.workbench = WorkbenchClient(self.cloud)
        self.workbench.clock(skipsPauses=True)

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's
        """Return boto3's client of a service, as the account's root."""
        if service not in self._clients:
            made = self._session.client(service, **client_arguments(self.cloud))
            self._clients[service] = made
        return self._clients[service]

    def empty(self) -> None:
        """Empty the cloud; start another one if a test has ended it.

        Raises:
            CloudError: it doesn't answer, or another one doesn't start.
        """
        if self._owner == os.getpid() and self._server.poll() is not None:
            self.cloud.keep_log()  # it may say why
            self.cloud.clean()
            self._begin()
        if self._user != os.getpid():
            self._connect()
        self.workbench.reset()

    def left(self) -> str | None:
        """Say which flows a test leaves running that don't end within moments; None for none.

        Active schedules are no runs: they are deactivated before, so that they start none.
        """
        self.workbench.deactivate()
        running = ", ".join(f"{each['flow']} (run {each['run']})" for each in self._running())
        if not running:
            return None
        return (
            f"the test leaves a flow running: {running}. Wait for it with run.wait(), or cancel it "
            "with run.cancel()"
        )

    def _running(self) -> list[dict[str, Any]]:
        deadline = time.monotonic() + _GRACE_SECONDS
        while (found := self.workbench.running()) and time.monotonic() < deadline:
            time.sleep(_LOOK_SECONDS)
        return found

    def end(self) -> None:
        """End the cloud, unless it's that of a process that this one is a fork of."""
        if self._owner != os.getpid():
            return
        # Else the server waits for them.
        self.workbench.close()
        for client in self._clients.values():
            client.close()
        with suppress(CloudError):  # a test may have killed it
            self.cloud.end(self._server)
