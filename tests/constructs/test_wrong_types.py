"""Every argument that is of no type at all is refused by its name and the construct's path."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, SecretValue, Stack

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    PythonConnectorFunction,
    RegistrationProvider,
)
from harness.synth.functions import connector_function
from tests.constructs.wrong_types import arguments_of, refusal


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> dict[Any, dict[str, Any]]:
    """What each call needs."""
    folder = tmp_path_factory.mktemp("connector")
    Path(folder, "crm.py").write_text("def handler(event, context): ...\n")
    Path(folder, "requirements.txt").touch()
    stack = Stack(App(), "Given")
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
)


@pytest.mark.parametrize(("call", "argument"), CALLS)
def test_it_is_refused(
    given: dict[Any, dict[str, Any]], call: Callable[..., object], argument: str
) -> None:
    stack = Stack(App(), "Stack")
    text = refusal(lambda wrong: call(stack, "Made", **{**given[call], **wrong}), argument)
    assert text.endswith("(at Stack/Made)")
