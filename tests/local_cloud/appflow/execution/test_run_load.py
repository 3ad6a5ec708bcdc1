"""Many runs at once, and large ones: everything arrives, and little is held."""

from __future__ import annotations

import gc
import json
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from appflow_local.appflow.account.workers import Workers, one_ahead
from appflow_local.appflow.execution.pages import Page
from appflow_local.appflow.host import Invocation
from harness.model.appflow import Client, FakeHost
from harness.model.runs import (
    DataFunction,
    connected,
    finished,
    json_lines,
    orders,
    outward,
    run,
    start,
)

MANY = 50


def test_fifty_flows_over_one_connector_all_arrive(client: Client, host: FakeHost) -> None:
    connected(client, host, DataFunction([orders(20), orders(20, first=21)]))
    names = [f"flow{number}" for number in range(MANY)]
    for name in names:
        client.create_flow(**outward(name))
    for name in names:
        start(client, name)
    for name in names:
        done = finished(client, name)
        assert done["executionStatus"] == "Successful"
        assert done["executionResult"]["recordsProcessed"] == 40
    found: dict[str, list[int]] = {name: [] for name in names}
    for key, text in host.texts().items():
        found[key.split("/")[1]] += [record["id"] for record in json_lines(text)]
    assert all(ids == list(range(1, 41)) for ids in found.values())


class Endless(DataFunction):
    """A connector with 200 pages, that is asked for each while few of the others live."""

    PAGES = 200

    def __call__(self, request: Mapping[str, Any]) -> Invocation:
        if request["type"] != "QueryDataRequest":
            return super().__call__(request)
        number = int(request["nextToken"] or 0)
        records = [json.dumps(record) for record in orders(10)]
        token = str(number + 1) if number + 1 < self.PAGES else None
        return Invocation(
            json.dumps({"isSuccess": True, "records": records, "nextToken": token}).encode()
        )


def test_a_long_run_holds_a_few_pages_at_most(
    client: Client, host: FakeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: weakref.WeakSet[Page] = weakref.WeakSet()
    most = 0

    class Watched(Page):
        def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - handed on
            nonlocal most
            super().__init__(*arguments)
            alive.add(self)
            most = max(most, len(alive))

        __hash__ = object.__hash__
        __eq__ = object.__eq__

    monkeypatch.setattr("appflow_local.appflow.execution.sources.connector_source.Page", Watched)
    connected(client, host, Endless())
    client.create_flow(**outward())
    done = run(client)
    assert done["executionResult"]["recordsProcessed"] == 10 * Endless.PAGES
    assert len(host.texts()) == Endless.PAGES
    assert 1 <= most <= 3  # the one being written, the next one, and one changing hands
    gc.collect()
    assert not alive


def numbers(began: threading.Semaphore) -> Iterator[int]:
    for number in range(1, 4):
        began.release()
        yield number


def test_the_next_item_is_made_while_the_last_is_used() -> None:
    began, workers = threading.Semaphore(0), Workers(1, "test")
    ahead = one_ahead(numbers(began), workers)
    assert not began.acquire(timeout=0.01)  # nothing before it is asked for
    assert next(ahead) == 1
    assert began.acquire(timeout=5)
    assert began.acquire(timeout=5)  # the second, not asked for yet
    assert not began.acquire(timeout=0.01)  # but not the third
    assert list(ahead) == [2, 3]
    workers.close()


def test_an_error_arrives_where_the_item_would_have() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    workers = Workers(1, "test")
    ahead = one_ahead(failing(), workers)
    assert next(ahead) == 1
    with pytest.raises(ZeroDivisionError):
        next(ahead)
    workers.close()


def test_closing_waits_for_the_item_at_work() -> None:
    began, done = threading.Event(), threading.Event()

    def slow() -> Iterator[int]:
        yield 1
        began.set()
        time.sleep(0.05)
        done.set()
        yield 2

    workers = Workers(1, "test")
    ahead = one_ahead(slow(), workers)
    next(ahead)
    assert began.wait(5)
    ahead.close()
    assert done.is_set()
    workers.close()


def test_workers_take_turns_and_are_never_more_than_allowed() -> None:
    at_once, most, lock = 0, 0, threading.Lock()

    def work() -> int:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.002)
        with lock:
            at_once -= 1
        return threading.get_ident()

    workers = Workers(3, "test")
    futures = [workers.submit(work) for _ in range(30)]
    assert len({future.result(5) for future in futures}) == most == 3
    workers.close()
    assert workers.submit(work).cancelled()
