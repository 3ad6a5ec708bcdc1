"""The pages of QueryData: they end, agree with each other, and come again as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from appflow_local.appflow.execution.sources.connector_source import PAGE_SIZE
from appflow_local.check.model import JAVA_SDK, Check
from appflow_local.check.reading import (
    SMALL,
    Reading,
    all_records,
    disagreement,
    entities,
    query_request,
    read,
    records_of,
    text,
)
from appflow_local.check.reply import short
from appflow_local.check.subject import Subject

_REQUEST = f"{JAVA_SDK}, class QueryDataRequest"
_RESPONSE = f"{JAVA_SDK}, class QueryDataResponse"


def _readings(subject: Subject) -> Iterator[Reading]:
    for entity in entities(subject):
        for size in (PAGE_SIZE, SMALL):
            yield read(subject, entity, size=size)


def _paging_ends(subject: Subject) -> Iterator[str]:
    for reading in _readings(subject):
        if reading.endless:
            yield f"'{reading.entity.name}': {reading.endless}"


def _later_pages(subject: Subject) -> Iterator[str]:
    for reading in _readings(subject):
        for reply in reading.replies[1:]:
            if not reply.is_success and not reply.over_limits:
                yield f"sent {reply.sent}; {reply.reason}"


def _same_page(subject: Subject) -> Iterator[str]:
    for reading in _readings(subject):
        for reply in reading.replies[:2]:
            page = records_of(reply)
            if page is None:
                continue
            again = subject.ask(reply.request, again=True)
            if again.over_limits:
                continue
            second = records_of(again)
            if second != page:
                shown = again.reason if second is None else short(second[:1])
                yield f"sent {reply.sent} twice; came back: {short(page[:1])}, then {shown}"


def _keys(reading: Reading) -> list[list[str]]:
    key = reading.entity.key
    return [[text({key: each.get(key)} if key else each) for each in page] for page in
            reading.pages]  # fmt: skip


def _no_duplicates(subject: Subject) -> Iterator[str]:
    for reading in _readings(subject):
        name, pages = reading.entity.name, _keys(reading)
        if reading.endless:
            continue
        if reading.entity.key:
            counted = Counter(each for page in pages for each in page)
            for key, count in counted.items():
                if count > 1:
                    yield f"'{name}' has {short(key)} {count} times, in {len(pages)} pages"
            continue
        for before, after in pairwise(pages):
            if before and after and (before[-1] == after[0] or before == after):
                yield f"'{name}': {short(after[0])} is on two pages"


def _pages_agree(subject: Subject) -> Iterator[str]:
    for reading in all_records(subject):
        yield from disagreement(subject, reading)


def _max_results(subject: Subject) -> Iterator[str]:
    for reading in all_records(subject):
        reply = subject.ask(query_request(subject, reading.entity, size=SMALL))
        page = records_of(reply)
        if page is not None and len(page) > SMALL:
            yield f"sent {reply.sent}; {len(page)} records came back"


CHECKS = (
    Check("query.later-pages", "error", "Every page can be fetched by its token", _REQUEST,
          "Accept the tokens that you give", _later_pages),
    Check("query.paging-ends", "error", "The pages come to an end", _RESPONSE,
          "Leave nextToken out of the last page", _paging_ends),
    Check("query.same-page", "error", "The same token gives the same page",
          f"{_REQUEST}; AppFlow repeats a request after a failure",
          "Put the position into the token, keep none in the function, and order the records",
          _same_page),
    Check("query.no-duplicates", "error", "No record is on two pages", _RESPONSE,
          "Begin each page after the end of the one before, in a fixed order", _no_duplicates),
    Check("query.pages-agree", "error", "Small pages and large ones have the same records",
          _REQUEST, "Begin each page after the end of the one before, in a fixed order",
          _pages_agree),
    Check("query.max-results", "warning", "No page is larger than asked for", _REQUEST,
          "Cut pages at maxResults", _max_results),
)  # fmt: skip
