"""Pages of ListConnectors and DescribeConnectors."""

from __future__ import annotations

import base64
import json

import pytest

from harness.model.appflow import (
    ACCOUNT,
    REGION,
    Client,
    Server,
    labels,
    refusal,
    register,
)


@pytest.mark.parametrize("operation", ["list_connectors", "describe_connectors"])
def test_pages_join_to_the_whole_list(client: Client, operation: str) -> None:
    every = [f"c{number:02}" for number in range(5)]
    for label in reversed(every):
        register(client, label)
    seen: list[str] = []
    sizes: list[int] = []
    token: dict[str, str] = {}
    while True:
        response = getattr(client, operation)(maxResults=2, **token)
        seen += [item["connectorLabel"] for item in response["connectors"]]
        sizes.append(len(response["connectors"]))
        if "nextToken" not in response:
            break
        token = {"nextToken": response["nextToken"]}
    assert (seen, sizes) == (every, [2, 2, 1])


def test_a_page_has_twenty_items_by_default(client: Client) -> None:
    for number in range(21):
        register(client, f"c{number:02}")
    response = client.list_connectors()
    assert len(response["connectors"]) == 20
    assert len(client.list_connectors(nextToken=response["nextToken"])["connectors"]) == 1


def test_a_full_last_page_has_no_token(client: Client) -> None:
    for label in ("c1", "c2"):
        register(client, label)
    assert "nextToken" not in client.list_connectors(maxResults=2)


def test_a_token_stays_right_while_connectors_come_and_go(client: Client) -> None:
    for label in ("c1", "c2", "c3"):
        register(client, label)
    token = client.list_connectors(maxResults=2)["nextToken"]
    client.unregister_connector(connectorLabel="c2")
    register(client, "c0")
    following = client.list_connectors(nextToken=token)["connectors"]
    assert [item["connectorLabel"] for item in following] == ["c3"]
    assert labels(client) == ["c0", "c1", "c3"]


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "AAAA",
        "Ä",
        encoded("1"),
        encoded("[]"),
        encoded("{}"),
        encoded("[" * 1500),
        encoded(json.dumps([ACCOUNT, REGION, "ListConnectors", 1])),
    ],
)
def test_a_token_that_was_not_given_is_refused(client: Client, token: str) -> None:
    assert refusal(client.list_connectors, nextToken=token) == (
        "ValidationException",
        "The nextToken is not valid for this request.",
    )


def test_a_token_is_good_for_its_own_operation_and_region_only(
    client: Client, server: Server
) -> None:
    for label in ("c1", "c2"):
        register(client, label)
    token = client.list_connectors(maxResults=1)["nextToken"]
    for call in (client.describe_connectors, server.client(region="us-east-1").list_connectors):
        assert refusal(call, nextToken=token)[0] == "ValidationException"
