"""A custom connector as a destination: WriteData, batch by batch.

`allOrNone` is the flow's failOnFirstDestinationError.

Inferred (SDK, WriteDataResponse): results are in the order of the records; a batch that fails
without results for its records ends the run; a record too large for any request counts as refused
by the connector.
Inferred: when the connector asks for a retry and says which records it has written, only the others
are sent again; with `allOrNone`, where a failed request writes nothing, all are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from appflow_local.appflow.connectors.connection import LARGEST_REQUEST, Remainder
from appflow_local.appflow.connectors.connector_errors import (
    check_success,
    communication_error,
    error_code,
)
from appflow_local.appflow.execution.destinations.error_bucket import ErrorBucket
from appflow_local.appflow.execution.destinations.write_batches import batches, size_of
from appflow_local.appflow.execution.failures import RunFailed
from appflow_local.appflow.execution.pages import Record, Tally
from appflow_local.appflow.execution.record_texts import record_text
from appflow_local.appflow.flow_definition.ends import ConnectorDestinationEnd
from appflow_local.appflow.transfer.write_rules import WriteRules

TOO_LARGE = "The record is too large: Lambda takes requests of up to 6 MB."
_PARTIAL_FAILURE = "PartialWriteFailure"

Ask = Callable[[Mapping[str, Any], Remainder], dict[str, Any]]


class ConnectorDestination:
    """Writes records to one entity.

    Args:
        ask: sends a request to the connector, and what remains when the connector asks for a retry.
        end: the entity, and how to write to it.
        context: the connectorContext, with the definition of the entity.
        tally: counts bytes written and failures.
        refused: collects the records that the connector refuses.
        rules: what the entity admits.
    """

    def __init__(
        self,
        ask: Ask,
        end: ConnectorDestinationEnd,
        context: Mapping[str, Any],
        tally: Tally,
        refused: ErrorBucket,
        rules: WriteRules,
    ) -> None:
        self._ask = ask
        self._tally = tally
        self._refused = refused
        self._check = rules.check
        self._all_or_none = end.error_handling.fails_at_first_error
        self._request = {
            "type": "WriteDataRequest",
            "entityIdentifier": end.entity,
            "connectorContext": context,
            "operation": end.operation,
            "idFieldNames": list(end.id_fields),
            "allOrNone": self._all_or_none,
        }
        self._rest = size_of({**self._request, "records": []})

    def write(self, records: Sequence[Record]) -> None:
        """Send records in batches.

        Raises:
            AppFlowError: the connector failed, or its answer is invalid.
            FlowTerminated: the entity has no such field, or its field can't be null.
            RunFailed: JSON can't express a record; or one was refused, and the flow fails at the
                first error.
        """
        for batch in batches(self._texts(records), self._rest):
            self._send(batch)

    def finish(self) -> None:
        """Put the refused records into their bucket."""
        self._refused.finish()

    def close(self) -> None:
        """Drop refused records that weren't put."""
        self._refused.close()

    def _texts(self, records: Sequence[Record]) -> Iterator[tuple[str, int]]:
        """Yield the text and size of each record that fits in a request; refuse the others.

        Raises:
            RunFailed: see `write`.
        """
        for record in records:
            self._check(record)
            text = record_text(record)
            size = size_of(text)
            if self._rest + size > LARGEST_REQUEST:
                self._refuse([(text, TOO_LARGE)], TOO_LARGE)
            else:
                yield text, size

    def _send(self, batch: Sequence[str]) -> None:
        left = batch

        def remainder(answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
            nonlocal left
            left = self._unwritten(answer, left)
            return self._request_for(left) if left else None

        answer = self._ask(self._request_for(batch), remainder)
        if not left:
            return
        if error_code(answer) != _PARTIAL_FAILURE:
            check_success(answer, self._request)
        failures = self._count(answer, left)
        if failures:
            self._refuse(failures, f"The connector refused a record: {failures[0][1]}")

    def _request_for(self, batch: Sequence[str]) -> Mapping[str, Any]:
        return {**self._request, "records": batch}

    def _unwritten(self, answer: Mapping[str, Any], batch: Sequence[str]) -> Sequence[str]:
        if self._all_or_none or not answer.get("writeRecordResults"):
            return batch
        return [text for text, _ in self._count(answer, batch)]

    def _count(self, answer: Mapping[str, Any], batch: Sequence[str]) -> list[tuple[str, str]]:
        """Count the bytes of the records that were written; return the others with reasons."""
        failures = _failures(answer, batch)
        self._tally.bytes_written += sum(map(len, batch)) - sum(len(text) for text, _ in failures)
        return failures

    def _refuse(self, failures: Sequence[tuple[str, str]], message: str) -> None:
        """Keep records with their reasons; end the run with the message if the flow says so."""
        for text, reason in failures:
            self._refused.add(text, reason)
        self._tally.put_failures += len(failures)
        if self._all_or_none:
            self._refused.finish()
            raise RunFailed(message)


def _failures(answer: Mapping[str, Any], batch: Sequence[str]) -> list[tuple[str, str]]:
    """Return each refused record with the connector's reason."""
    partly = answer.get("isSuccess") is False
    results = answer.get("writeRecordResults")
    if results is None and not partly:
        return []
    if not isinstance(results, list) or not all(isinstance(item, Mapping) for item in results):
        raise _invalid("writeRecordResults that are not a list of objects")
    if len(results) != len(batch) and (partly or results):
        raise _invalid(f"{len(results)} results for {len(batch)} records")
    return [
        (text, str(result.get("errorMessage") or "no reason given"))
        for text, result in zip(batch, results, strict=False)
        if result.get("isSuccess") is not True
    ]


def _invalid(what: str) -> Exception:
    return communication_error(f"The connector's response to WriteData has {what}.")
