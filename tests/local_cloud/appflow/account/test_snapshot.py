"""What AppFlow keeps can be taken as JSON and given to another one, which goes on from there."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from appflow_local.appflow.account import Accounts
from appflow_local.appflow.account.dataclass_json import Misfit, from_json, to_json
from appflow_local.appflow.account.executions import Execution
from appflow_local.appflow.account.store import Store
from appflow_local.appflow.flow_definition import FlowDefinition, read_definition
from appflow_local.appflow.service import AppFlow
from harness.model.appflow import Client, Cloud, Server, refusal, register, registration
from harness.model.profiles import connect, flow, flows, profile, profiles

TOKEN = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
CREATED = "2026-01-02T03:04:05+00:00"
CONNECTOR: dict[str, Any] = {
    "label": "Orders",
    "arn": "arn",
    "function_arn": "arn",
    "description": None,
    "registered_at": CREATED,
    "registered_by": "arn",
    "configuration": {},
}


def filled(cloud: Cloud, client: Client) -> None:
    """Keep a connector with tags, a profile, a flow and a client token."""
    connect(client, cloud.host)
    client.create_connector_profile(**profile(clientToken=TOKEN))
    client.create_flow(**flow(tags={"team": "sales"}))


def reborn(cloud: Cloud, server: Server) -> AppFlow:
    """Put an AppFlow in the place of the cloud's that was given its snapshot, as text."""
    text = json.dumps(cloud.appflow.snapshot())
    after = AppFlow(cloud.host, cloud.clock)
    after.restore(json.loads(text))
    server.appflow = after
    return after


def test_everything_is_as_it_was(cloud: Cloud, client: Client, server: Server) -> None:
    filled(cloud, client)
    operations = ("describe_connectors", "describe_connector_profiles", "list_flows")
    before = [getattr(client, operation)() for operation in operations]
    after = reborn(cloud, server)
    assert profiles(client) == ["prod"]
    for answer, operation in zip(before, operations, strict=True):
        again = getattr(client, operation)()
        del answer["ResponseMetadata"], again["ResponseMetadata"]
        assert again == answer
    assert after.snapshot() == cloud.appflow.snapshot()


def test_a_restored_model_continues_where_the_snapshot_was_taken(
    cloud: Cloud, client: Client, server: Server
) -> None:
    filled(cloud, client)
    reborn(cloud, server)
    assert refusal(client.create_flow, **flow())[0] == "ConflictException"
    client.delete_flow(flowName="nightly")
    client.delete_connector_profile(connectorProfileName="prod")
    client.unregister_connector(connectorLabel="Orders")
    assert flows(client) == []


def test_accounts_and_regions_stay_apart(cloud: Cloud, client: Client, server: Server) -> None:
    register(client)
    reborn(cloud, server)
    elsewhere = server.client(region="eu-central-1")
    assert elsewhere.list_connectors()["connectors"] == []


def test_a_definition_that_makes_no_sense_is_named(cloud: Cloud, client: Client) -> None:
    filled(cloud, client)
    snapshot = cloud.appflow.snapshot()
    (region,) = (regions := next(iter(snapshot["stores"]["flows"].values())))
    regions[region]["nightly"]["definition"]["tasks"] = []
    with pytest.raises(Misfit, match=r"nightly\.definition is not a flow's definition: Task Val"):
        AppFlow(cloud.host, cloud.clock).restore(snapshot)


def test_a_client_token_is_remembered_for_the_rest_of_its_hours(
    cloud: Cloud, client: Client, server: Server
) -> None:
    parameters = registration(clientToken=TOKEN)
    arn = client.register_connector(**parameters)["connectorArn"]
    cloud.clock.advance(timedelta(hours=7))
    reborn(cloud, server)
    assert client.register_connector(**parameters)["connectorArn"] == arn
    assert refusal(client.register_connector, **{**parameters, "description": "Other"})[1] == (
        f"The clientToken '{TOKEN}' was already used with other parameters."
    )
    cloud.clock.advance(timedelta(hours=2))
    assert refusal(client.register_connector, **parameters)[1] == (
        "Connector with label Orders is already registered."
    )


def test_no_credentials_are_in_a_snapshot(cloud: Cloud, client: Client) -> None:
    filled(cloud, client)
    text = json.dumps(cloud.appflow.snapshot())
    assert TOKEN in text
    assert "s3cret" not in text


def test_a_run_that_was_at_work_has_failed(cloud: Cloud, server: Server, client: Client) -> None:
    filled(cloud, client)
    began = to_json(cloud.clock.now())
    run = {"id": "1", "flow": "nightly", "number": 1, "scheduled": False, "status": "InProgress"}
    snapshot = cloud.appflow.snapshot()
    (account,) = snapshot["stores"]["flows"]
    (region,) = snapshot["stores"]["flows"][account]
    runs = {"1": {**run, "started_at": began, "last_updated_at": began}}
    snapshot["stores"]["executions"] = {account: {region: runs}}
    server.appflow = after = AppFlow(cloud.host, cloud.clock)
    after.restore(snapshot)
    (found,) = client.describe_flow_execution_records(flowName="nightly")["flowExecutions"]
    assert found["executionStatus"] == "Error"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"label": None}, r"connectors\.1\.eu\.Orders\.label is null, not str"),
        ({"registered_at": "today"}, r"Orders\.registered_at is not a time"),
        ({"registered_at": "2026-01-02"}, r"Orders\.registered_at has no time zone"),
        ({"registered_at": 5}, r"Orders\.registered_at is not a time"),
        ({"configuration": []}, r"Orders\.configuration is list, not an object"),
        ({"colour": "red"}, r"Orders has an unknown colour"),
        ({"description": 1}, r"Orders\.description is int, not NoneType"),
        ({"tags": {"team": 1}}, r"Orders\.tags\.team is int, not str"),
    ],
)
def test_a_broken_snapshot_is_refused_by_place_and_restores_nothing(
    cloud: Cloud, change: dict[str, Any], place: str
) -> None:
    stores = {"connectors": {"1": {"eu": {"Orders": {**CONNECTOR, **change}}}}}
    with pytest.raises(Misfit, match=place):
        cloud.appflow.restore({"stores": stores, "tokens": []})
    assert cloud.appflow.snapshot()["stores"]["connectors"] == {}


@pytest.mark.parametrize(
    ("snapshot", "place"),
    [
        ([], "AppFlow is list, not an object"),
        ({"stores": {}}, "AppFlow has no tokens"),
        ({"stores": {"planes": {}}, "tokens": []}, "AppFlow has an unknown planes"),
        ({"stores": {}, "tokens": [{}]}, r"AppFlow\.tokens\[0\] has no account_id"),
        ({"stores": {"flows": {"1": []}}, "tokens": []}, r"flows\.1 is list, not an object"),
    ],
)
def test_a_broken_snapshot_is_refused(cloud: Cloud, snapshot: object, place: str) -> None:
    with pytest.raises(Misfit, match=place):
        cloud.appflow.restore(snapshot)


def test_a_member_that_an_old_snapshot_lacks_takes_its_default(cloud: Cloud) -> None:
    stores = {"connectors": {"1": {"eu": {"Orders": CONNECTOR}}}}
    cloud.appflow.restore({"stores": stores, "tokens": []})
    (kept,) = cloud.appflow.snapshot()["stores"]["connectors"]["1"]["eu"].values()
    assert kept["tags"] == {}


@pytest.mark.parametrize(
    "kind",
    [get_args(hint)[0] for hint in get_type_hints(Accounts).values() if get_origin(hint) is Store],
    ids=lambda kind: str(kind.__name__),
)
def test_every_store_keeps_what_can_be_kept(kind: Any) -> None:  # noqa: ANN401 - a dataclass
    thing = example(kind)
    assert from_json(kind, json.loads(json.dumps(to_json(thing))), "thing") == thing


def test_a_value_that_has_no_json_is_an_error_and_not_a_loss() -> None:
    with pytest.raises(Misfit, match="a set cannot be kept"):
        to_json({"fields": {1, 2}})


def test_numbers_are_not_taken_for_truth() -> None:
    hint = get_type_hints(Execution)["scheduled"]
    with pytest.raises(Misfit, match="scheduled is int, not bool"):
        from_json(hint, 1, "scheduled")


def example(hint: Any) -> Any:  # noqa: ANN401 - of the hint's type
    """Return some value of the hint."""
    scalars = {
        str: "text",
        int: 7,
        float: 0.5,
        bool: True,
        datetime: datetime.fromisoformat(CREATED),
    }
    if hint in scalars:
        return scalars[hint]
    if hint is FlowDefinition:
        return read_definition(flow())
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{field.name: example(hints[field.name]) for field in fields(hint)})  # type: ignore[operator] # a class
    arguments = get_args(hint)
    if type(None) in arguments:
        return example(arguments[0])
    if get_origin(hint) in (list, tuple):
        return get_origin(hint)([example(arguments[0])])
    return {"key": {"nested": [1, "two", None]} if arguments[1] is Any else example(arguments[1])}
