"""The model, emptied while it goes on running."""

from __future__ import annotations

from harness.model.appflow import Client, Cloud, labels, register
from harness.model.profiles import flows, profile, profiles
from harness.model.runs import Gate, start


def test_everything_is_gone_and_the_names_are_free_again(
    client: Client, cloud: Cloud, gate: Gate
) -> None:
    start(client)
    assert gate.reached.wait(10)
    cloud.appflow.reset()
    assert (labels(client), profiles(client), flows(client)) == ([], [], [])
    gate.opened.set()
    register(client, clientToken="again")
    client.create_connector_profile(**profile("other"))  # secrets are not the model's
    assert profiles(client) == ["other"]


def test_a_client_token_is_forgotten(client: Client, cloud: Cloud) -> None:
    register(client, clientToken="once")
    cloud.appflow.reset()
    register(client, "Sales", clientToken="once")
    assert labels(client) == ["Sales"]


def test_a_call_that_is_under_way_is_not_one_of_the_time_after(
    client: Client, cloud: Cloud, gate: Gate
) -> None:
    start(client)
    assert gate.reached.wait(10)
    cloud.appflow.reset()
    waiting = cloud.appflow.journal.newest
    gate.opened.set()
    register(client)  # a later call is kept
    kept = [each.operation for each in cloud.appflow.journal.calls()]
    assert kept == ["DescribeConnectorConfiguration"]
    assert cloud.appflow.journal.newest == waiting + 1
