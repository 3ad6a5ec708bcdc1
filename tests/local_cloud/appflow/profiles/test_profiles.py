"""Connector profiles: what is checked, what the connector is asked, what is kept."""

from __future__ import annotations

import pytest

from appflow_local.appflow.host import Invocation, InvocationTimedOut
from harness.model.appflow import (
    ACCOUNT,
    CONNECTOR_ARN,
    FUNCTION_ARN,
    START,
    Client,
    FakeHost,
    refusal,
    register,
    status,
)
from harness.model.profiles import (
    NOT_REGISTERED,
    PROFILE_ARN,
    SECRET_ARN,
    ConnectorFunction,
    config,
    connect,
    profile,
    profiles,
    setting,
)

SETTINGS = {"instanceUrl": "https://orders.example"}
AT_CREDENTIALS = "connectorProfileConfig.connectorProfileCredentials.CustomConnector"
AT_SETTINGS = "connectorProfileConfig.connectorProfileProperties.CustomConnector.profileProperties"


@pytest.fixture
def connector(client: Client, host: FakeHost) -> ConnectorFunction:
    return connect(client, host)


def null(path: str) -> tuple[str, str]:
    return (
        "ValidationException",
        f"1 validation error detected: Value null at '{path}' failed to satisfy constraint: "
        "Member must not be null",
    )


@pytest.mark.usefixtures("connector")
def test_a_profile_is_shown_as_it_was_created_without_its_credentials(client: Client) -> None:
    assert client.create_connector_profile(**profile())["connectorProfileArn"] == PROFILE_ARN
    (shown,) = client.describe_connector_profiles()["connectorProfileDetails"]
    assert shown == {
        "connectorProfileArn": PROFILE_ARN,
        "connectorProfileName": "prod",
        "connectorType": "CustomConnector",
        "connectorLabel": "Orders",
        "connectionMode": "Public",
        "credentialsArn": SECRET_ARN,
        "connectorProfileProperties": {"CustomConnector": {"profileProperties": SETTINGS}},
        "createdAt": START,
        "lastUpdatedAt": START,
    }


@pytest.mark.usefixtures("connector")
def test_the_connector_tries_the_credentials_then_validates_the_settings(
    client: Client, host: FakeHost
) -> None:
    client.create_connector_profile(**profile())
    credentials = {"secretArn": SECRET_ARN, "authenticationType": "BasicAuth"}
    assert host.invocations == [
        (
            FUNCTION_ARN,
            {
                "type": "ValidateCredentialsRequest",
                "credentials": credentials,
                "connectorRuntimeSettings": SETTINGS,
            },
            10.0,
        ),
        (
            FUNCTION_ARN,
            {
                "type": "ValidateConnectorRuntimeSettingsRequest",
                "scope": "CONNECTOR_PROFILE",
                "connectorRuntimeSettings": SETTINGS,
            },
            10.0,
        ),
    ]
    assert host.presented[-1] == (FUNCTION_ARN, ACCOUNT, CONNECTOR_ARN)


def test_a_connector_must_be_registered_before_its_profiles(client: Client) -> None:
    assert refusal(client.create_connector_profile, **profile()) == (
        "ResourceNotFoundException",
        NOT_REGISTERED,
    )


@pytest.mark.usefixtures("connector")
def test_a_taken_name_is_a_conflict_and_one_that_differs_in_case_is_refused(
    client: Client, host: FakeHost
) -> None:
    client.create_connector_profile(**profile())
    host.invocations.clear()
    assert refusal(client.create_connector_profile, **profile()) == (
        "ConflictException",
        "Connector Profile with name prod already exists.",
    )
    code, message = refusal(client.create_connector_profile, **profile("PROD"))
    assert code == "UnsupportedOperationException"
    assert message.startswith("Connector Profile with name prod already exists, and whether")
    assert host.invocations == []


@pytest.mark.usefixtures("connector")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"connectorType": "Salesforce"}, "Connector profiles of the connector type Salesforce"),
        ({"connectionMode": "Private"}, "Private connections are not emulated."),
    ],
)
def test_a_profile_that_the_emulator_does_not_support_is_refused(
    client: Client, changes: dict[str, str], words: str
) -> None:
    code, message = refusal(client.create_connector_profile, **profile(**changes))
    assert code == "UnsupportedOperationException"
    assert message.startswith(words)
    assert message.endswith("This is a limit of the local emulator, not of Amazon AppFlow.")


@pytest.mark.usefixtures("connector")
@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"connectorLabel": None}, "connectorLabel"),
        ({"connectorProfileConfig": config(None)}, f"{AT_CREDENTIALS}.authenticationType"),
    ],
)
def test_a_profile_needs_a_label_and_credentials(
    client: Client, host: FakeHost, changes: dict[str, object], path: str
) -> None:
    assert refusal(client.create_connector_profile, **profile(**changes)) == null(path)
    assert (host.invocations, host.secrets) == ([], {})


@pytest.mark.usefixtures("connector")
@pytest.mark.parametrize(
    ("settings", "hint"),
    [
        ({}, ""),
        (
            {"instanceurl": "x", "other": "y"},
            " The connector has no setting 'instanceurl', 'other' for a CONNECTOR_PROFILE.",
        ),
    ],
)
def test_a_missing_setting_is_named_beside_those_that_the_connector_does_not_have(
    client: Client, host: FakeHost, settings: dict[str, str], hint: str
) -> None:
    mistaken = config(**settings)
    if not settings:
        mistaken["connectorProfileProperties"]["CustomConnector"]["profileProperties"] = {}
    code, message = null(f"{AT_SETTINGS}.instanceUrl")
    got = refusal(client.create_connector_profile, **profile(connectorProfileConfig=mistaken))
    assert got == (code, f"{message}{hint}")
    assert (host.invocations, host.secrets) == ([], {})


def test_settings_of_other_scopes_are_not_required(client: Client, host: FakeHost) -> None:
    connect(client, host, connectorRuntimeSetting=[setting("view", "SOURCE")])
    client.create_connector_profile(**profile())


@pytest.mark.usefixtures("connector")
@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"connectorProfileName": "a b"}, r"pattern: [\w/!@#+=.-]+"),
        ({"connectorProfileConfig": config(instanceUrl="with space")}, r"pattern: \S+"),
        ({"connectorProfileConfig": config(**{"not-a-word": "x"})}, r"pattern: [\w]+"),
        (
            {"connectorProfileConfig": config(**{f"key{n}": "x" for n in range(51)})},
            "Member must have length less than or equal to 50",
        ),
    ],
)
def test_names_and_settings_keep_to_their_patterns(
    client: Client, changes: dict[str, object], constraint: str
) -> None:
    code, message = refusal(client.create_connector_profile, **profile(**changes))
    assert code == "ValidationException"
    assert constraint in message


def test_refused_settings_are_named_in_the_connectors_words(
    client: Client, host: FakeHost, connector: ConnectorFunction
) -> None:
    connector.refuse("ValidateConnectorRuntimeSettings", errorsByInputField={"instanceUrl": "Down"})
    assert refusal(client.create_connector_profile, **profile()) == (
        "ValidationException",
        "The connector refused the connector runtime settings: instanceUrl: Down",
    )
    assert (profiles(client), host.secrets) == ([], {})


def test_a_connector_that_fails_to_validate_settings_is_the_connectors_error(
    client: Client, connector: ConnectorFunction
) -> None:
    connector.refuse("ValidateConnectorRuntimeSettings", errorDetails={"errorMessage": "Down"})
    assert refusal(client.create_connector_profile, **profile()) == (
        "ConnectorServerException",
        "Error while communicating to connector: Failed to validate Connection while attempting "
        '"ValidateConnectorRuntimeSettings with CustomConnector" with connector failure Down',
    )


def test_a_connector_has_ten_seconds_to_try_credentials(client: Client, host: FakeHost) -> None:
    connect(client, host)

    def too_slow(_request: object) -> Invocation:
        raise InvocationTimedOut

    host.functions[FUNCTION_ARN] = too_slow
    code, message = refusal(client.create_connector_profile, **profile())
    assert code == "ConnectorServerException"
    assert message.endswith("The connector did not respond within 10 seconds.")
    assert host.secrets == {}


@pytest.mark.usefixtures("connector")
def test_a_function_that_no_longer_admits_appflow_is_not_called(
    client: Client, host: FakeHost
) -> None:
    host.closed_to_appflow.add(FUNCTION_ARN)
    code, message = refusal(client.create_connector_profile, **profile())
    assert code == "AccessDeniedException"
    assert message.startswith("Amazon AppFlow is not authorized to perform: lambda:InvokeFunction")
    assert (host.invocations, host.secrets) == ([], {})


@pytest.mark.usefixtures("connector")
def test_a_retry_with_the_same_token_makes_one_profile(client: Client, host: FakeHost) -> None:
    for _ in range(2):
        client.create_connector_profile(**profile(clientToken="token-1"))
    assert len(host.invocations) == 2
    assert profiles(client) == ["prod"]


@pytest.mark.usefixtures("connector")
def test_profiles_are_found_by_name_type_and_label(client: Client) -> None:
    register(client, "Invoices")
    client.create_connector_profile(**profile("a"))
    client.create_connector_profile(**profile("b", connectorLabel="Invoices"))
    assert profiles(client) == ["a", "b"]
    assert profiles(client, connectorProfileNames=["b", "c"]) == ["b"]
    assert profiles(client, connectorProfileNames=[]) == []
    assert profiles(client, connectorLabel="Orders") == ["a"]
    assert profiles(client, connectorType="CustomConnector") == ["a", "b"]
    assert profiles(client, connectorType="Salesforce") == []
    first = client.describe_connector_profiles(maxResults=1)
    assert profiles(client, nextToken=first["nextToken"]) == ["b"]


@pytest.mark.usefixtures("connector")
def test_wrong_credentials_are_http_401(client: Client, connector: ConnectorFunction) -> None:
    connector.refuse("ValidateCredentials", errorDetails={"errorMessage": "No"})
    assert status(client.create_connector_profile, **profile()) == 401
