"""Asks a running cloud's workbench: what calls there were, and to make one."""

from __future__ import annotations

import json
import ssl
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection, RemoteDisconnected
from typing import Any
from urllib.parse import urlencode

from appflow_local.cloud import CloudError, LocalCloud
from appflow_local.command_arguments import UsageError

PREFIX = "/_appflow/"
TOKEN_HEADER = "x-appflow-local-token"  # noqa: S105 - a header's name
_SECONDS = 60.0


class WorkbenchClient:
    """The workbench of one running cloud.

    Args:
        cloud: the cloud.
    """

    def __init__(self, cloud: LocalCloud) -> None:
        self._cloud = cloud
        self._context = ssl.create_default_context(cafile=str(cloud.state.authority))
        self._open: HTTPSConnection | None = None

    def calls(self, after: int = 0, **wanted: str | None) -> list[dict[str, Any]]:
        """Return the oldest calls that are newer than the number `after`, a hundred at most."""
        given = {name: value for name, value in wanted.items() if value is not None}
        answer: list[dict[str, Any]] = self._ask(
            "GET", f"calls?{urlencode({'after': after, **given})}"
        )
        return answer

    def names(self) -> dict[str, list[str]]:
        """Return what `calls` can be asked for: the names of each kind."""
        answer: dict[str, list[str]] = self._ask("GET", "names")
        return answer

    def invoke(self, question: dict[str, Any]) -> dict[str, Any]:
        """Call a connector by hand; return the `call`, and the `error` of AppFlow's if any."""
        answer: dict[str, Any] = self._ask("POST", "invoke", question)
        return answer

    def clock(self, **given: object) -> dict[str, Any]:
        """Tell the cloud's time, or move it; see `workbench_controls.clock`."""
        answer: dict[str, Any] = self._ask("POST", "clock", given)
        return answer

    def advance(self, step: timedelta) -> dict[str, Any]:
        """Move the cloud's time, with all scheduled runs that are due on the way.

        Raises:
            UsageError: it can't be moved so.
        """
        answer = self.clock(by=step.total_seconds())
        while not answer["reached"]:
            answer = self.clock(until=answer["until"])
        return answer

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults that are planned."""
        answer: list[dict[str, Any]] = self._ask("GET", "faults")
        return answer

    def plan_fault(self, **fault: object) -> dict[str, Any]:
        """Plan a fault, with the members of `appflow.account.faults.Fault`; return it.

        Raises:
            UsageError: there is no such fault.
        """
        answer: dict[str, Any] = self._ask("POST", "faults", fault)
        return answer

    def clear_faults(self, number: int | None = None) -> int:
        """Remove one fault, or all; return how many."""
        return int(self._ask("POST", "faults/clear", number))

    def running(self) -> list[dict[str, Any]]:
        """Return the `flow` and the `run` of each run that has not ended."""
        answer: list[dict[str, Any]] = self._ask("GET", "running")
        return answer

    def deactivate(self) -> list[str]:
        """Deactivate all schedules; return the flows' names."""
        answer: list[str] = self._ask("POST", "deactivate")
        return answer

    def __enter__(self) -> WorkbenchClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection: a cloud that ends would wait for it."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def reset(self) -> None:
        """Empty the cloud, which goes on running."""
        self._send("POST", "/_ministack/reset", b"")

    def _ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self._send(method, PREFIX + path, json.dumps(body).encode()))

    def _send(self, method: str, path: str, body: bytes) -> bytes:
        try:
            status, answer = self._exchange(method, path, body)
        except (OSError, HTTPException) as error:
            raise CloudError(
                f"the local cloud on port {self._cloud.port} did not answer ({error}): look at "
                f"`appflow-local status --port {self._cloud.port}`"
            ) from error
        if status == HTTPStatus.BAD_REQUEST:
            raise UsageError(json.loads(answer)["message"])
        if status != HTTPStatus.OK:
            raise CloudError(f"the local cloud answered {status}: {answer.decode()[:500]}")
        return answer

    def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Send a request over the open connection; over a new one if the server has closed it."""
        is_used, connection = self._open is not None, self._open or self._connection()
        self._open = None
        headers = {TOKEN_HEADER: self._cloud.state.token}
        try:
            connection.request(method, path, body=body, headers=headers)
            response = connection.getresponse()
        except (RemoteDisconnected, BrokenPipeError, ConnectionResetError, ssl.SSLError):
            connection.close()
            if not is_used:
                raise
            return self._exchange(method, path, body)
        except BaseException:
            connection.close()
            raise
        answer = response.read()
        self._open = connection
        return response.status, answer

    def _connection(self) -> HTTPSConnection:
        return HTTPSConnection(
            "localhost", self._cloud.port, timeout=_SECONDS, context=self._context
        )
