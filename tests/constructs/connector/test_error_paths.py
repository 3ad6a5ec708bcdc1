"""An error about an argument says of which construct, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, SecretValue, Stack
from constructs import Construct

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    PythonConnectorFunction,
    RegistrationProvider,
)
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function

KEY = ConnectorCredentials.api_key(SecretValue.secrets_manager("key"))


def no_label(scope: Construct) -> object:
    return CustomConnector(scope, "Wrong", function=connector_function(scope), label="no label")


def no_function(scope: Construct) -> object:
    function: Any = "arn:aws:lambda:eu-west-1:123456789012:function:crm"
    return CustomConnector(scope, "Wrong", function=function)


def no_timeout(scope: Construct) -> object:
    return RegistrationProvider(scope, "Wrong", timeout=Duration.seconds(1))


def no_setting(scope: Construct) -> object:
    connector = CustomConnector.from_connector_label(scope, "Shop", "Shop")
    settings = {"url": "with space"}
    return ConnectorProfile(scope, "Wrong", connector=connector, credentials=KEY, settings=settings)


def no_folder(scope: Construct) -> object:
    return PythonConnectorFunction(scope, "Wrong", entry="nowhere", handler="crm.handler")


def no_arn(scope: Construct) -> object:
    return CustomConnector.from_connector_arn(scope, "Wrong", "nonsense")


def no_prefix(scope: Construct) -> object:
    return CustomConnector.from_ssm(scope, construct_id="Wrong", prefix="/aws/shop")


EVERY = [no_label, no_function, no_timeout, no_setting, no_folder, no_arn, no_prefix]


@pytest.mark.parametrize("make", EVERY, ids=lambda make: make.__name__)
def test_the_constructs_path_is_in_the_error(make: Callable[[Construct], object]) -> None:
    scope = Construct(Stack(unbundled_app(), "Stack"), "Part")
    with pytest.raises((TypeError, ValueError), match=r" \(at Stack/Part/Wrong\)$") as caught:
        make(scope)
    assert str(caught.value).count("Stack/Part/Wrong") == 1


def test_what_is_wrong_with_the_shared_provider_names_that_one(stack: Stack) -> None:
    Stack(stack, "AppFlowConnectorRegistration")
    with pytest.raises(TypeError, match="'Stack' belongs to something else") as caught:
        CustomConnector(stack, "Orders", function=connector_function(stack))
    assert str(caught.value).count(" (at ") == 1


def test_a_forgotten_argument_is_named_with_the_construct(stack: Stack) -> None:
    with pytest.raises(TypeError, match=r"'function' \(at Stack/Orders\)$"):
        CustomConnector(stack, "Orders")  # type: ignore[call-arg] # what is tested
