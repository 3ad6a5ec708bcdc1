"""How long an invocation may take: AppFlow waits 10 s for metadata and 30 s for records."""

import time
from dataclasses import dataclass

from custom_connector_sdk.lambda_handler.responses import ErrorCode

from datasette_connector.errors import ConnectorError


@dataclass(frozen=True)
class Budget:
    """Seconds for all calls of an invocation, and for one silence of the server.

    The last call may start just before `total_s` ends and then last `call_s`: the sum has to
    stay below AppFlow's limit.
    """

    total_s: float
    call_s: float


METADATA = Budget(total_s=5.0, call_s=4.0)
RECORDS = Budget(total_s=17.0, call_s=10.0)


class Deadline:
    """Runs from the moment it is made.

    Args:
        budget: METADATA or RECORDS.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._end = time.monotonic() + budget.total_s

    def next_timeout(self) -> float:
        """Return the seconds that the next call may wait for the server.

        Raises:
            ConnectorError: RequestTimeout, if the time is up.
        """
        if time.monotonic() >= self._end:
            raise self.exceeded("The Datasette server")
        return self._budget.call_s

    def exceeded(self, server: str) -> ConnectorError:
        """Return the error for a server that is too slow for AppFlow."""
        return ConnectorError(
            ErrorCode.RequestTimeout,
            f"{server} didn't answer in time ({self._budget.call_s:g} s for a call, "
            f"{self._budget.total_s:g} s in all); AppFlow can't wait longer",
        )
