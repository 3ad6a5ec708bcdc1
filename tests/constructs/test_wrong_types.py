"""What an argument can't be is refused by its name, its value and the construct's path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from aws_cdk import Aws, CfnOutput, Duration, SecretValue, Stack
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    PythonConnectorFunction,
    RegistrationProvider,
    installed_code,
)
from cdk_appflow_connector.connector.imported_connector import ImportedConnector
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.function.function_options import FunctionOptions, known_options
from cdk_appflow_connector.metric_options import MetricOptions
from cdk_appflow_connector.profile.imported_profile import ImportedConnectorProfile
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from tests.constructs.wrong_types import arguments_of, check_refusals

_SECRET = SecretValue.secrets_manager("key")


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[Any, dict[str, Any]]:
    """What each call needs."""
    folder = tmp_path_factory.mktemp("connector")
    Path(folder, "crm.py").write_text("def handler(event, context): ...\n")
    Path(folder, "requirements.txt").touch()
    stack = Stack(unbundled_app(), "Given")
    shop = CustomConnector.from_connector_label(stack, "Shop", "Shop")
    key = ConnectorCredentials.api_key(SecretValue.secrets_manager("key"))
    place = "arn:aws:appflow:eu-west-1:123456789012"
    return {
        CustomConnector: {"function": connector_function(stack)},
        RegistrationProvider: {},
        PythonConnectorFunction: {"entry": folder, "handler": "crm.handler"},
        ConnectorProfile: {"connector": shop, "credentials": key},
        CustomConnector.from_connector_label: {"connector_label": "Shop"},
        CustomConnector.from_connector_arn: {"connector_arn": f"{place}:connector/Shop"},
        CustomConnector.from_connector_attributes: {"connector_label": "Shop"},
        CustomConnector.from_ssm: {"prefix": "/shop"},
        ConnectorProfile.from_profile_name: {"profile_name": "shop", "connector": shop},
        ConnectorProfile.from_profile_arn: {
            "profile_arn": f"{place}:connectorprofile/shop",
            "connector": shop,
        },
    }


CALLS = arguments_of(
    CustomConnector,
    RegistrationProvider,
    PythonConnectorFunction,
    ConnectorProfile,
    CustomConnector.from_connector_label,
    CustomConnector.from_connector_arn,
    CustomConnector.from_connector_attributes,
    CustomConnector.from_ssm,
    ConnectorProfile.from_profile_name,
    ConnectorProfile.from_profile_arn,
    options=sorted(known_options() & FunctionOptions.__annotations__.keys()),
)


@pytest.mark.parametrize(("call", "argument"), CALLS)
def test_it_is_refused(
    given: dict[Any, dict[str, Any]], call: Callable[..., object], argument: str
) -> None:
    stack = Stack(unbundled_app(), "Stack")
    check_refusals(
        lambda wrong: call(stack, "Made", **{**given[call], **wrong}),
        argument,
        "(at Stack/Made)",
        admitted=[["x"]] if argument == "exclude" else [],
    )


METHODS: dict[str, tuple[Callable[..., object], str]] = {
    "grant_describe": (CustomConnector.grant_describe, "Own"),
    "apply_removal_policy": (CustomConnector.apply_removal_policy, "Own"),
    "metric_errors": (CustomConnector.metric_errors, "Own"),
    "metric_duration": (CustomConnector.metric_duration, "Own"),
    "metric_throttles": (CustomConnector.metric_throttles, "Own"),
    "of_imported": (ImportedConnector.grant_describe, "Imported"),
    "metric_of_imported": (ImportedConnector.metric_errors, "Imported"),
    "grant_use": (ConnectorProfile.grant_use, "Login"),
    "grant_describe_of_profile": (ConnectorProfile.grant_describe, "Login"),
    "metric_refresh_failures": (ConnectorProfile.metric_refresh_failures, "Login"),
    "grant_use_of_imported": (ImportedConnectorProfile.grant_use, "Theirs"),
    "grant_describe_of_imported": (ImportedConnectorProfile.grant_describe, "Theirs"),
    "metric_failures": (RegistrationProvider.metric_failures, "Provider"),
}


@pytest.fixture(scope="module")
def made() -> Stack:
    """A stack with one of each, by its id."""
    stack = Stack(unbundled_app(), "Stack")
    function = connector_function(stack)
    provider = RegistrationProvider(stack, "Provider")
    own = CustomConnector(stack, "Own", function=function, provider=provider)
    CustomConnector.from_connector_attributes(
        stack, "Imported", connector_label="Shop", function=function
    )
    secret = secretsmanager.Secret(stack, "Secret")
    key = ConnectorCredentials.api_key(secret.secret_value)
    ConnectorProfile(stack, "Login", connector=own, credentials=key, refresh_on_rotation=secret)
    ConnectorProfile.from_profile_name(stack, "Theirs", "shop", connector=own)
    return stack


@pytest.mark.parametrize("name", METHODS)
def test_a_methods_argument_is_refused_with_the_path_of_its_construct(
    made: Stack, name: str
) -> None:
    method, construct_id = METHODS[name]
    construct = made.node.find_child(construct_id)
    for parameter in arguments_of(method, options=MetricOptions.__annotations__):
        argument = parameter.values[1]
        # A mapping is what dimensions are.
        admitted = [{"1 x": "y"}] if argument == "dimensions_map" else []
        check_refusals(
            lambda wrong: method(construct, **wrong),
            argument,
            f"(at Stack/{construct_id})",
            admitted=admitted,
        )


def test_what_the_cdk_refuses_in_a_method_has_the_path_too(made: Stack) -> None:
    own: Any = made.node.find_child("Own")
    with pytest.raises(RuntimeError, match=r"'period' must be .* \(at Stack/Own\)$"):
        own.metric_errors(period=Duration.seconds(7))
    with pytest.raises(TypeError, match=r"'perido'.* \(at Stack/Own\)$"):
        own.metric_errors(perido=Duration.minutes(1))


def test_a_provider_without_a_vpc_says_that_it_has_no_connections(made: Stack) -> None:
    provider: Any = made.node.find_child("Provider")
    with pytest.raises(ValueError, match=r"^connections need a VPC.*vpc=\) \(at Stack/Provider\)$"):
        _ = provider.connections


OF_PLACE: list[tuple[object, object, str]] = [
    (None, "Made", "^scope None has another type than expected: give a stack"),
    ("Stack", "Made", "^scope 'Stack' has another type"),
    (Stack, "Made", "^scope <class .* has another type"),
    ("app", "Made", r"^scope <aws_cdk.App object .* is in no stack: give a stack"),
    (None, 3, "^scope None has another type"),
    ("stack", None, r"^construct_id None has another type.*\(at Stack\)$"),
    ("stack", 3, r"^construct_id 3 has another type.*\(at Stack/3\)$"),
    ("stack", "", r"^construct_id '' is empty: give a text, such as 'Orders' \(at Stack\)$"),
    ("stack", "token", r"^construct_id '\$\{Token.* is known at deployment only: give plain"),
    ("stack", "Taken", r"^construct_id 'Taken' is taken: 'Stack' has .*\(at Stack/Taken\)$"),
]


@pytest.mark.parametrize(("scope", "construct_id", "problem"), OF_PLACE)
@pytest.mark.parametrize(
    "call",
    [RegistrationProvider, CustomConnector, ConnectorProfile, CustomConnector.from_connector_label],
)
def test_a_place_where_no_construct_can_be_is_refused(
    given: dict[Any, dict[str, Any]],
    call: Callable[..., object],
    scope: object,
    construct_id: object,
    problem: str,
) -> None:
    stack = Stack(unbundled_app(), "Stack")
    Construct(stack, "Taken")
    place = {"stack": stack, "app": unbundled_app()}.get(str(scope), scope)
    with pytest.raises((TypeError, ValueError), match=problem):
        call(place, Aws.REGION if construct_id == "token" else construct_id, **given[call])


def test_an_argument_of_something_made_on_the_way_is_not_taken_for_the_callers() -> None:
    @names_construct
    def make(scope: Construct, construct_id: str, *, role: str) -> None:
        CfnOutput(scope, construct_id, value=cast("Any", 3), description=role)

    stack = Stack(unbundled_app(), "Stack")
    with pytest.raises(TypeError, match=r"^type of argument value must be str.*\(at Stack/Made\)$"):
        make(stack, "Made", role="mine")


def test_a_package_that_is_no_name_and_no_folder_is_refused() -> None:
    check_refusals(lambda wrong: installed_code("crhelper", wrong["packages"]), "packages")
    missing: Any = None
    with pytest.raises(TypeError, match=r"^packages None .*: give names to import"):
        installed_code(missing)


def test_a_credential_that_is_refused_is_not_shown() -> None:
    secret: Any = "hunter2"
    value = SecretValue.secrets_manager("key")
    makes: list[Callable[[], object]] = [
        lambda: ConnectorCredentials.api_key(secret),
        lambda: ConnectorCredentials.api_key(value, secret),
        lambda: ConnectorCredentials.basic("me", secret),
        lambda: ConnectorCredentials.custom("pair", secret),
        lambda: ConnectorCredentials.custom("pair", {"key": secret}),
    ]
    for make in makes:
        with pytest.raises(TypeError, match=r" is (a|of the type) str[,:]") as caught:
            make()
        assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("argument", "make"),
    [
        ("key", lambda: ConnectorCredentials.api_key(cast("Any", None))),
        ("username", lambda: ConnectorCredentials.basic(cast("Any", None), _SECRET)),
        ("password", lambda: ConnectorCredentials.basic("me", cast("Any", None))),
        ("credentials", lambda: ConnectorCredentials.custom("pair", cast("Any", None))),
        (
            "access_token",
            lambda: ConnectorCredentials.oauth2_tokens(
                cast("Any", None), token_url="https://example.com"
            ),
        ),
        (
            "token_url_properties",
            lambda: ConnectorCredentials.oauth2_tokens(
                _SECRET,
                token_url="https://example.com",
                token_url_properties=cast("Any", "scope=all"),
            ),
        ),
    ],
)
def test_a_missing_credential_is_named(argument: str, make: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match=f"^{argument} "):
        make()


@pytest.mark.parametrize(
    ("argument", "make"),
    [
        (argument, make)
        for make, arguments in {
            RegistrationProvider: ["memory_size"],
            PythonConnectorFunction: ["entry", "handler", "exclude", "preflight", "memory_size"],
            CustomConnector: ["function", "on_conflict", "force_unregister"],
        }.items()
        for argument in arguments
    ],
)
def test_what_cannot_be_left_out_is_not_none(
    given: dict[Any, dict[str, Any]], argument: str, make: Callable[..., object]
) -> None:
    with pytest.raises(TypeError, match=rf"^{argument} None .*\(at Stack/Made\)$"):
        make(Stack(unbundled_app(), "Stack"), "Made", **{**given[make], argument: None})
