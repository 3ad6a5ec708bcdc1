"""For how long AppFlow remembers what a connector said of its entities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from appflow_local.appflow.account import Account, Accounts
from appflow_local.appflow.connectors.registration import register_connector
from appflow_local.appflow.host import Invocation
from appflow_local.appflow.metadata.entities import (
    describe_connector_entity,
    list_connector_entities,
)
from appflow_local.appflow.profiles.profile_operations import create_connector_profile
from harness.model.appflow import (
    CALLER,
    FUNCTION_ARN,
    Client,
    Cloud,
    FakeHost,
    refusal,
    registration,
)
from harness.model.entities import (
    ASK,
    ID,
    ORDER,
    connect_with_entities,
    describe_answer,
    list_answer,
)
from harness.model.profiles import ConnectorFunction, profile, profile_update, without

ENTITY = {**ASK, "connectorEntityName": "Order"}


@pytest.fixture(autouse=True)
def connector(client: Client, host: FakeHost) -> ConnectorFunction:
    return connect_with_entities(client, host)


def questions(host: FakeHost) -> list[str]:
    """Return what the connector was asked about its entities, in order."""
    kinds = [request["type"].removesuffix("Request") for _, request, _ in host.invocations]
    return [kind for kind in kinds if kind in ("ListEntities", "DescribeEntity")]


def ask_all(client: Client) -> None:
    client.list_connector_entities(**ASK)
    client.list_connector_entities(**ASK, entitiesPath="Archive")
    client.describe_connector_entity(**ENTITY)


def test_an_answer_is_good_for_an_hour(client: Client, cloud: Cloud) -> None:
    ask_all(client)
    cloud.clock.advance(timedelta(seconds=3599))
    ask_all(client)
    assert questions(cloud.host) == ["ListEntities", "ListEntities", "DescribeEntity"]
    cloud.clock.advance(timedelta(seconds=1))
    ask_all(client)
    assert len(questions(cloud.host)) == 6


@pytest.mark.parametrize(
    ("control", "seconds"),
    [
        ({"timeToLive": 20, "timeToLiveUnit": "MINUTES"}, 1200),
        ({"timeToLive": 2, "timeToLiveUnit": "DAYS"}, 172800),
        ({"timeToLive": 700_000, "timeToLiveUnit": "MILLISECONDS"}, 700),
        ({"timeToLive": 900}, 900),
        ({"timeToLive": 900, "timeToLiveUnit": None}, 900),
        ({"timeToLive": 5, "timeToLiveUnit": "SECONDS"}, 600),
        ({"timeToLive": -5, "timeToLiveUnit": "DAYS"}, 600),
        ({"timeToLive": 10**300, "timeToLiveUnit": "DAYS"}, 86400 * 3650),
    ],
)
def test_the_connector_says_for_how_long_from_ten_minutes_on(
    client: Client, cloud: Cloud, connector: ConnectorFunction, control: object, seconds: int
) -> None:
    connector.answers["ListEntitiesRequest"] = list_answer(ORDER, cacheControl=control)
    connector.answers["DescribeEntityRequest"] = describe_answer(ID, cacheControl=control)
    for step in (0, seconds - 1):
        cloud.clock.advance(timedelta(seconds=step))
        ask_all(client)
    assert len(questions(cloud.host)) == 3
    cloud.clock.advance(timedelta(seconds=1))
    ask_all(client)
    assert len(questions(cloud.host)) == 6


@pytest.mark.parametrize(
    "change",
    [
        {"entitiesPath": "Archive"},
        {"maxResults": 5},
        {"nextToken": "page-2"},
        {"connectorProfileName": "test"},
        {"apiVersion": "v52.0"},
    ],
)
def test_each_question_has_its_own_cached_answer(
    client: Client, host: FakeHost, connector: ConnectorFunction, change: dict[str, object]
) -> None:
    configuration = connector.answers["DescribeConnectorConfigurationRequest"]
    configuration["supportedApiVersions"] = ["v51.0", "v52.0"]
    client.update_connector_registration(connectorLabel="Orders")
    client.create_connector_profile(**profile("test"))
    client.list_connector_entities(**ASK)
    client.list_connector_entities(**{**ASK, **change})
    assert questions(host) == ["ListEntities", "ListEntities"]


def test_a_failure_is_not_remembered(
    client: Client, host: FakeHost, connector: ConnectorFunction
) -> None:
    connector.refuse("ListEntities", errorDetails={"errorMessage": "Down"})
    assert refusal(client.list_connector_entities, **ASK)[0] == "ConnectorServerException"
    connector.answers["ListEntitiesRequest"] = list_answer(ORDER)
    client.list_connector_entities(**ASK)
    assert questions(host) == ["ListEntities", "ListEntities"]


def update_profile(client: Client) -> None:
    client.update_connector_profile(**profile_update())


def replace_profile(client: Client) -> None:
    client.delete_connector_profile(connectorProfileName="prod")
    client.create_connector_profile(**profile())


def update_connector(client: Client) -> None:
    client.update_connector_registration(connectorLabel="Orders")


def replace_connector(client: Client) -> None:
    client.unregister_connector(connectorLabel="Orders", forceDelete=True)
    client.register_connector(**registration())


@pytest.mark.parametrize(
    "change", [update_profile, replace_profile, update_connector, replace_connector]
)
def test_answers_go_with_the_profile_and_the_registration_they_were_asked_with(
    client: Client, host: FakeHost, change: Callable[[Client], None]
) -> None:
    ask_all(client)
    change(client)
    ask_all(client)
    assert len(questions(host)) == 6


def test_answers_outlive_a_tag_on_the_connector(client: Client, host: FakeHost) -> None:
    ask_all(client)
    connector = client.describe_connector(connectorType="CustomConnector", connectorLabel="Orders")
    arn = connector["connectorConfiguration"]["connectorArn"]
    client.tag_resource(resourceArn=arn, tags={"team": "sales"})
    ask_all(client)
    assert len(questions(host)) == 3


@pytest.mark.parametrize(
    ("scope", "asked_again"),
    [
        ({}, ["ListEntities"]),
        ({"entitiesPath": "Archive"}, ["ListEntities"]),
        ({"connectorEntityName": "Order"}, ["DescribeEntity"]),
        ({"connectorEntityName": "Order", "entitiesPath": "Archive"}, ["DescribeEntity"]),
        ({"connectorEntityName": "Other"}, []),
        ({"apiVersion": "v52.0"}, []),
    ],
)
def test_a_reset_forgets_names_or_one_entity(
    client: Client, host: FakeHost, scope: dict[str, object], asked_again: list[str]
) -> None:
    ask_all(client)
    host.invocations.clear()
    client.reset_connector_metadata_cache(**{**ASK, **scope})
    ask_all(client)
    assert questions(host) == asked_again


def test_a_reset_forgets_the_names_at_its_path_only(client: Client, host: FakeHost) -> None:
    ask_all(client)
    client.reset_connector_metadata_cache(**ASK, entitiesPath="Archive")
    client.list_connector_entities(**ASK)
    assert len(questions(host)) == 3
    client.list_connector_entities(**ASK, entitiesPath="Archive")
    assert len(questions(host)) == 4


def test_a_reset_needs_the_api_version(client: Client) -> None:
    code, message = refusal(
        client.reset_connector_metadata_cache, **without(ASK, "apiVersion", "connectorType")
    )
    assert code == "ValidationException"
    assert "Value null at 'apiVersion'" in message


def test_a_reset_while_the_connector_is_asked_wins(
    client: Client, host: FakeHost, connector: ConnectorFunction
) -> None:
    def reset_meanwhile(request: Mapping[str, Any]) -> Invocation:
        host.functions[FUNCTION_ARN] = connector
        client.reset_connector_metadata_cache(**ASK)
        return connector(request)

    host.functions[FUNCTION_ARN] = reset_meanwhile
    client.list_connector_entities(**ASK)
    client.list_connector_entities(**ASK)
    assert questions(host) == ["ListEntities", "ListEntities"]


@pytest.fixture
def account(cloud: Cloud) -> Account:
    """Another AppFlow with three answers in its cache."""
    account = Accounts.empty(cloud.host, cloud.clock).of(CALLER)
    cloud.host.secrets.clear()
    register_connector(account, registration())
    create_connector_profile(account, profile())
    list_connector_entities(account, ASK)
    list_connector_entities(account, {**ASK, "entitiesPath": "Archive"})
    describe_connector_entity(account, ENTITY)
    assert account.metadata.size() == 3
    return account


def test_an_expired_answer_is_dropped(account: Account, cloud: Cloud) -> None:
    cloud.clock.advance(timedelta(hours=1))
    list_connector_entities(account, ASK)
    assert account.metadata.size() == 1


def test_another_account_and_region_have_their_own_answers(account: Account) -> None:
    for other in (replace(CALLER, account_id="999999999999"), replace(CALLER, region="us-east-1")):
        account.metadata.reset(other.place, "prod", "v51.0", entity=None, path=None)
    assert account.metadata.size() == 3
    account.metadata.reset(CALLER.place, "prod", "v51.0", entity=None, path=None)
    assert account.metadata.size() == 2
