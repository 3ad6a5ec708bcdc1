"""What became of each record of a WriteData request, and the answer that says so."""

from collections.abc import Iterable

from custom_connector_sdk.lambda_handler.responses import (
    ErrorCode,
    WriteDataResponse,
    WriteRecordResult,
)

from datasette_connector.errors import ConnectorError, shorten

# The answer repeats a message for each record, and may have 6 MB in all.
_MAX_MESSAGE_CHARS = 200


class WriteResults:
    """The fate of every record, by its position in the request.

    Args:
        count: How many records there are; each of them is open at first.
    """

    def __init__(self, count: int) -> None:
        self._messages: list[str | None] = [None] * count
        self._ids: list[str | None] = [None] * count
        self._open = dict.fromkeys(range(count))

    @property
    def any_refused(self) -> bool:
        """Whether a record was refused."""
        return any(message is not None for message in self._messages)

    @property
    def any_written(self) -> bool:
        """Whether a record was written."""
        return any(
            message is None and position not in self._open
            for position, message in enumerate(self._messages)
        )

    def name(self, position: int, record_id: str | None) -> None:
        """Say by which id a record is known; None if the server will choose it."""
        self._ids[position] = record_id

    def accept(self, positions: Iterable[int]) -> None:
        """Note that records are written."""
        for position in positions:
            del self._open[position]

    def refuse(self, positions: Iterable[int], message: str) -> None:
        """Note that records are not written, and why."""
        for position in positions:
            del self._open[position]
            self._messages[position] = shorten(message, _MAX_MESSAGE_CHARS)

    def refuse_rest(self, message: str) -> None:
        """Note that the records that are still open are not written."""
        self.refuse(list(self._open), message)

    def response(self) -> WriteDataResponse:
        """Return AppFlow's answer: a result for each record, in the request's order."""
        results = [
            WriteRecordResult(message is None, record_id, message)
            for record_id, message in zip(self._ids, self._messages, strict=True)
        ]
        failure = self._failure()
        return WriteDataResponse(
            is_success=failure is None,
            error_details=failure and failure.details(),
            write_record_results=results,
        )

    def _failure(self) -> ConnectorError | None:
        refused = [(n, text) for n, text in enumerate(self._messages, 1) if text is not None]
        if not refused:
            return None
        number, text = refused[0]
        return ConnectorError(
            ErrorCode.PartialWriteFailure,
            f"{len(refused)} of {len(self._messages)} records were not written; "
            f"the first of them is record {number}: {text}",
        )
