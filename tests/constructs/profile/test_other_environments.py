"""A profile's connector is in the profile's account and Region, where AppFlow can use it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aws_cdk import Environment, SecretValue, Stack, Stage

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    ICustomConnector,
)
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function

HOME = Environment(account="111111111111", region="eu-west-1")
OTHERS = [
    (Environment(account="222222222222", region="eu-west-1"), "account"),
    (Environment(account="111111111111", region="us-east-1"), "Region"),
    (Environment(account="222222222222", region="us-east-1"), "account and Region"),
]
ELSEWHERE = pytest.mark.parametrize(("other", "differs"), OTHERS, ids=[each for _, each in OTHERS])
KEY = ConnectorCredentials.api_key(SecretValue.secrets_manager("key"))
Connector = Callable[[Stack], ICustomConnector]


def own(stack: Stack) -> ICustomConnector:
    return CustomConnector(stack, "Connector", function=connector_function(stack))


def by_label(stack: Stack) -> ICustomConnector:
    return CustomConnector.from_connector_label(stack, "Connector", "Shop")


def published(stack: Stack) -> ICustomConnector:
    return CustomConnector.from_ssm(stack, "Connector", "/shop")


EVERY_CONNECTOR = pytest.mark.parametrize("connector", [own, by_label, published])


@ELSEWHERE
@EVERY_CONNECTOR
def test_a_profile_of_a_connector_elsewhere_is_refused(
    connector: Connector, other: Environment, differs: str
) -> None:
    app = unbundled_app()
    found = connector(Stack(app, "Other", env=other))
    here = Stack(app, "Here", env=HOME)
    words = f"the connector 'Other/Connector' is in another {differs} than 'Here/Profile'"
    with pytest.raises(ValueError, match=words):
        ConnectorProfile(here, "Profile", connector=found, credentials=KEY)


@ELSEWHERE
def test_an_imported_profile_of_a_connector_elsewhere_is_refused(
    other: Environment, differs: str
) -> None:
    app = unbundled_app()
    found = own(Stack(app, "Other", env=other))
    here = Stack(app, "Here", env=HOME)
    with pytest.raises(ValueError, match=f"in another {differs} than 'Here/Profile'"):
        ConnectorProfile.from_profile_name(here, "Profile", "shop", connector=found)


def test_an_arn_of_elsewhere_is_refused_though_its_stack_knows_no_environment() -> None:
    app = unbundled_app()
    arn = "arn:aws:appflow:eu-west-1:222222222222:connector/Shop"
    found = CustomConnector.from_connector_arn(Stack(app, "Anywhere"), "Connector", arn)
    with pytest.raises(ValueError, match="not in the stack's account 111111111111"):
        ConnectorProfile(Stack(app, "Here", env=HOME), "Profile", connector=found, credentials=KEY)


@EVERY_CONNECTOR
def test_a_profile_of_a_connector_in_another_stack_of_the_environment_is_not_refused(
    connector: Connector,
) -> None:
    app = unbundled_app()
    found = connector(Stack(Stage(app, "Other", env=HOME), "Other"))
    here = Stack(app, "Here", env=HOME)
    if connector is by_label:
        ConnectorProfile(here, "Profile", connector=found, credentials=KEY)
    unknown = connector(Stack(app, "Unknown"))
    ConnectorProfile(here, "OfUnknown", connector=unknown, credentials=KEY)
