"""The connector over a shop that this test serves."""

from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from threading import Thread

import pytest
from shop_server import Shop

from appflow_local.testing import AppflowLocal


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a running shop."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_all_orders_arrive(appflow_local: AppflowLocal, address: str) -> None:
    """Page by page, in the order of the shop."""
    connector = appflow_local.connector("connector/", handler="orders.handler")
    key = {"type": "apiKey", "apiKey": "open-sesame"}
    run = connector.profile(key, settings={"baseUrl": address}).run("orders")
    assert [row["total"] for row in run.records] == [9.5, 19.0, 28.5, 38.0, 47.5]
