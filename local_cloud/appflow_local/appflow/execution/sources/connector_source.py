"""A custom connector as a source: QueryData, page by page.

Inferred (SDK, QueryDataRequest, its default): a page has 1,000 records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from appflow_local.appflow.account.run_traces import MOST_RECORDS
from appflow_local.appflow.connectors.connector_errors import check_success, communication_error
from appflow_local.appflow.execution.pages import DonePage, HandedPage, Page, Record
from appflow_local.appflow.execution.record_texts import record_reader
from appflow_local.appflow.transfer.column_texts import columns_reader

PAGE_SIZE = 1000
"""The `maxResults` of QueryData: the SDK's default."""

Ask = Callable[[Mapping[str, Any]], dict[str, Any]]
HandOver = Callable[[list[str]], Callable[[], DonePage | None] | None]
"""Has a page worked on elsewhere; returns None if nobody can.

What it returns waits for that, and returns None if the page has to be read here after all.
"""


class ConnectorSource:
    """Reads the records of one entity.

    Args:
        ask: sends a request to the connector.
        entity: the entity's identifier.
        context: the connectorContext, with the definition of the entity.
        selected_fields: the fields to ask for.
        filter_expression: in the SDK's language; None for all records.
        decimals: the fields whose numbers keep all their digits.
        in_columns: whether pages after the first records may come in columns, where a field that a
            record leaves out is null.
        hand_over: what a page is offered to that may come in columns.
    """

    def __init__(
        self,
        ask: Ask,
        entity: str,
        context: Mapping[str, Any],
        selected_fields: tuple[str, ...],
        filter_expression: str | None,
        decimals: frozenset[str] = frozenset(),
        *,
        in_columns: bool = False,
        hand_over: HandOver | None = None,
    ) -> None:
        self._ask = ask
        self._read = record_reader(decimals)
        in_columns = in_columns and not decimals
        self._read_columns = columns_reader(selected_fields) if in_columns else None
        self._hand_over = hand_over
        self._given = 0  # records, as they are: a run's trace keeps the first of them
        self._request = {
            "type": "QueryDataRequest",
            "entityIdentifier": entity,
            "connectorContext": context,
            "selectedFieldNames": list(selected_fields),
            "filterExpression": filter_expression,
            "maxResults": PAGE_SIZE,
        }

    def pages(self) -> Iterator[Page | HandedPage]:
        """Yield the connector's pages until one has no nextToken.

        Known (SDK, QueryDataResponse): a run sends `QueryData` until no `nextToken` comes.
        Inferred: an empty `nextToken` ends a run, too.

        Raises:
            AppFlowError: the connector failed, or its answer is invalid.
        """
        token: str | None = None
        while True:
            page, token = self._fetch(token)
            yield page
            del page  # otherwise two pages are in memory while the next one is fetched
            if not token:
                return

    def _fetch(self, token: str | None) -> tuple[Page | HandedPage, str | None]:
        request = {**self._request, "nextToken": token}
        answer = check_success(self._ask(request), request)
        following = answer.get("nextToken")
        if following is not None and not isinstance(following, str):
            raise _invalid("a nextToken that is not a string")
        return self._page(answer.get("records")), following

    def _page(self, texts: object) -> Page | HandedPage:
        if texts is None:
            return Page([], 0)
        if not isinstance(texts, list):
            raise _invalid("records that are not a list")
        if self._hand_over is not None and self._may_be_columns:
            work = self._hand_over(texts)
            if work is not None:
                return HandedPage(lambda: work() or self._read_page(texts))
        return self._read_page(texts)

    def _read_page(self, texts: list[Any]) -> Page:
        try:
            records = self._records(texts)
            joined = "".join(texts)
            size = len(joined) if joined.isascii() else len(joined.encode())
        except (ValueError, RecursionError):
            raise _invalid("a record that is not the text of a JSON object") from None
        return Page(records, size)

    @property
    def _may_be_columns(self) -> bool:
        return self._read_columns is not None and self._given >= MOST_RECORDS

    def _records(self, texts: Sequence[Any]) -> Sequence[Record]:
        if self._read_columns is not None and self._may_be_columns:
            try:
                return self._read_columns(texts)
            except (TypeError, ValueError, RecursionError):
                pass  # one by one, then
        self._given += len(texts)
        return [self._read(text) for text in texts]


def _invalid(what: str) -> Exception:
    return communication_error(f"The connector's response to QueryData has {what}.")
