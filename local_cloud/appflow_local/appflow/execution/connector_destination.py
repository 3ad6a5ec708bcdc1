"""A custom connector as a destination: WriteData, batch by batch.

Not documented: how many records AppFlow sends at once; here up to 1,000, and 5 MB so that a request
stays below Lambda's 6 MB. `allOrNone` is the flow's failOnFirstDestinationError. Inferred: results
are in the order of the records; a batch that fails without results for its records ends the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from appflow_local.appflow.connectors.connector_call import communication_error
from appflow_local.appflow.profiles.connection_call import error_code

from .connector_source import Ask
from .data_call import succeeded
from .error_bucket import ErrorBucket
from .failures import RunFailed
from .transport import Record, Tally

MOST_RECORDS = 1000
MOST_BYTES = 5 * 1024 * 1024
_PARTIAL_FAILURE = "PartialWriteFailure"


class ConnectorDestination:
    """Writes records to one entity.

    Args:
        ask: sends a request to the connector.
        properties: the CustomConnectorDestinationProperties.
        context: the connectorContext, with the definition of the entity.
        tally: where bytes written and failures are counted.
        refused: where the records go that the connector refuses.
    """

    def __init__(
        self,
        ask: Ask,
        properties: Mapping[str, Any],
        context: Mapping[str, Any],
        tally: Tally,
        refused: ErrorBucket,
    ) -> None:
        self._ask = ask
        self._tally = tally
        self._refused = refused
        self._all_or_none = fails_at_first_error(properties)
        self._request = {
            "type": "WriteDataRequest",
            "entityIdentifier": properties["entityName"],
            "connectorContext": context,
            # Source of the default: API reference CustomConnectorDestinationProperties.
            "operation": properties.get("writeOperationType", "INSERT"),
            "idFieldNames": list(properties.get("idFieldNames", [])),
            "allOrNone": self._all_or_none,
        }

    def write(self, records: Sequence[Record]) -> None:
        """Send records, in as many batches as it takes.

        Raises:
            AppFlowError: the connector failed, or its answer makes no sense.
            RunFailed: it refused a record, and the flow fails at the first error.
        """
        for batch in _batches(records):
            self._send(batch)

    def finish(self) -> None:
        """Put the refused records into their bucket."""
        self._refused.finish()

    def close(self) -> None:
        """Drop refused records that were not put."""
        self._refused.close()

    def _send(self, batch: list[str]) -> None:
        request = {**self._request, "records": batch}
        answer = self._ask(request)
        if error_code(answer) != _PARTIAL_FAILURE:
            succeeded(answer, request)
        failures = _failures(answer, batch)
        for text, reason in failures:
            self._refused.add(json.loads(text), reason)
        self._tally.put_failures += len(failures)
        self._tally.bytes_written += sum(map(len, batch)) - sum(len(text) for text, _ in failures)
        if failures and self._all_or_none:
            self._refused.finish()
            raise RunFailed(f"The connector refused a record: {failures[0][1]}")


def fails_at_first_error(properties: Mapping[str, Any]) -> bool:
    """Tell whether a run to this destination ends with the first record that is refused."""
    return bool(properties.get("errorHandlingConfig", {}).get("failOnFirstDestinationError", False))


def _batches(records: Sequence[Record]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for record in records:
        text = json.dumps(record)
        if batch and (len(batch) == MOST_RECORDS or size + len(text) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch


def _failures(answer: Mapping[str, Any], batch: Sequence[str]) -> list[tuple[str, str]]:
    """Return each refused record with the connector's reason."""
    partly = answer.get("isSuccess") is False
    results = answer.get("writeRecordResults")
    if results is None and not partly:
        return []
    if not isinstance(results, list) or not all(isinstance(item, Mapping) for item in results):
        raise _nonsense("writeRecordResults that are not a list of objects")
    if len(results) != len(batch) and (partly or results):
        raise _nonsense(f"{len(results)} results for {len(batch)} records")
    return [
        (text, str(result.get("errorMessage") or "no reason given"))
        for text, result in zip(batch, results, strict=False)
        if result.get("isSuccess") is not True
    ]


def _nonsense(what: str) -> Exception:
    return communication_error(f"The connector's response to WriteData has {what}.")
