"""Connector profiles that are updated, deleted, or lose their connector."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from harness.model.appflow import (
    CALLER,
    CONNECTOR_ARN,
    START,
    Client,
    Cloud,
    FakeHost,
    labels,
    refusal,
    register,
)
from harness.model.denials import assert_denied_without
from harness.model.profiles import (
    API_KEY,
    NOT_REGISTERED,
    PROFILE_ARN,
    SECRET_ARN,
    ConnectorFunction,
    config,
    connect,
    flow,
    profile,
    profile_update,
    profiles,
)


@pytest.fixture
def connector(client: Client, host: FakeHost) -> ConnectorFunction:
    return connect(client, host)


UNKNOWN = ("ResourceNotFoundException", "Connector Profile with name prod does not exist.")


@pytest.mark.usefixtures("connector")
def test_update_changes_the_properties_and_has_them_validated(
    client: Client, host: FakeHost, cloud: Cloud
) -> None:
    client.create_connector_profile(**profile())
    host.invocations.clear()
    cloud.clock.advance(timedelta(hours=1))
    change = profile_update(connectorProfileConfig=config(None, instanceUrl="https://new.example"))
    assert client.update_connector_profile(**change)["connectorProfileArn"] == PROFILE_ARN
    (shown,) = client.describe_connector_profiles()["connectorProfileDetails"]
    assert shown["connectorProfileProperties"]["CustomConnector"] == {
        "profileProperties": {"instanceUrl": "https://new.example"}
    }
    assert (shown["createdAt"], shown["lastUpdatedAt"]) == (START, START + timedelta(hours=1))
    told = [request.get("credentials") for _, request, _ in host.invocations]
    assert told == [{"secretArn": SECRET_ARN, "authenticationType": "BasicAuth"}, None]


@pytest.mark.parametrize("operation", ["update_connector_profile", "delete_connector_profile"])
def test_a_profile_that_does_not_exist_is_not_found(client: Client, operation: str) -> None:
    needed = (
        profile_update() if operation.startswith("update") else {"connectorProfileName": "prod"}
    )
    assert refusal(getattr(client, operation), **needed) == UNKNOWN


@pytest.mark.usefixtures("connector")
def test_delete_forgets_the_profile_and_frees_its_name(client: Client, host: FakeHost) -> None:
    client.create_connector_profile(**profile())
    client.delete_connector_profile(connectorProfileName="prod")
    assert (profiles(client), host.secrets) == ([], {})
    client.create_connector_profile(**profile())


@pytest.mark.usefixtures("connector")
def test_a_profile_in_use_is_deleted_only_by_force(client: Client) -> None:
    client.create_connector_profile(**profile())
    for name in ("nightly", "adhoc"):
        client.create_flow(**flow(name))
    for options in ({}, {"forceDelete": False}):
        assert refusal(client.delete_connector_profile, connectorProfileName="prod", **options) == (
            "ConflictException",
            "Connector Profile with name prod is in use by flow adhoc, flow nightly",
        )
    client.delete_connector_profile(connectorProfileName="prod", forceDelete=True)
    assert profiles(client) == []


@pytest.mark.usefixtures("connector")
def test_a_connector_with_profiles_is_unregistered_only_by_force(client: Client) -> None:
    for name in ("prod", "dev"):
        client.create_connector_profile(**profile(name))
    assert refusal(client.unregister_connector, connectorLabel="Orders") == (
        "ConflictException",
        "Connector Orders is in use by connector profile dev, connector profile prod",
    )
    client.unregister_connector(connectorLabel="Orders", forceDelete=True)
    assert labels(client) == []


@pytest.mark.usefixtures("connector")
def test_profiles_outlive_a_forced_unregistration_but_are_of_no_use(client: Client) -> None:
    client.create_connector_profile(**profile())
    client.unregister_connector(connectorLabel="Orders", forceDelete=True)
    assert profiles(client) == ["prod"]
    expected = ("ResourceNotFoundException", NOT_REGISTERED)
    assert refusal(client.update_connector_profile, **profile_update()) == expected
    assert refusal(client.create_flow, **flow()) == expected
    register(client)
    client.update_connector_profile(**profile_update())
    client.delete_connector_profile(connectorProfileName="prod")


@pytest.mark.usefixtures("connector")
@pytest.mark.parametrize(
    ("operation", "parameters", "action", "resource"),
    [
        ("create_connector_profile", profile("new"), "appflow:CreateConnectorProfile", "*"),
        ("create_connector_profile", profile("new"), "appflow:DescribeConnector", CONNECTOR_ARN),
        ("describe_connector_profiles", {}, "appflow:DescribeConnectorProfiles", "*"),
        (
            "update_connector_profile",
            profile_update(connectorProfileConfig=config(API_KEY)),
            "appflow:UpdateConnectorProfile",
            PROFILE_ARN,
        ),
        (
            "delete_connector_profile",
            {"connectorProfileName": "prod"},
            "appflow:DeleteConnectorProfile",
            PROFILE_ARN,
        ),
    ],
)
def test_a_caller_without_permission_is_denied(
    client: Client,
    host: FakeHost,
    operation: str,
    parameters: dict[str, object],
    action: str,
    resource: str,
) -> None:
    client.create_connector_profile(**profile())
    secrets = dict(host.secrets)
    assert_denied_without(host, action, resource, getattr(client, operation), parameters)
    assert host.secrets == secrets


@pytest.mark.usefixtures("connector")
def test_connectors_and_profiles_are_in_use_by_their_own_users_only(client: Client) -> None:
    register(client, "Unused")
    for name in ("prod", "unused"):
        client.create_connector_profile(**profile(name))
    client.create_flow(**flow())
    client.unregister_connector(connectorLabel="Unused")
    client.delete_connector_profile(connectorProfileName="unused")


@pytest.mark.usefixtures("connector")
def test_a_caller_that_changes_an_answer_does_not_change_the_profile(cloud: Cloud) -> None:
    cloud.appflow.call("CreateConnectorProfile", CALLER, profile())

    def settings() -> dict[str, str]:
        (shown,) = cloud.appflow.call("DescribeConnectorProfiles", CALLER, {})[
            "connectorProfileDetails"
        ]
        found: dict[str, str] = shown["connectorProfileProperties"]["CustomConnector"]
        return found

    before = json.dumps(settings())
    for value in settings().values():
        value.clear()  # type: ignore[attr-defined]
    assert json.dumps(settings()) == before
