"""What `cdk synth` refuses says what the page of troubleshooting says it does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from unittest.mock import patch

import pytest
from aws_cdk import App, Duration, Environment, RemovalPolicy, SecretValue, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.aws_events import Schedule
from cdklabs import cdk_appflow as library

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, ScheduledFlow, map_all
from harness.synth.functions import connector_function
from tests.troubleshooting.page import has, messages, stale, way_to

SECTION = "Synth"
URL = "http://shop.example.com/token"


def profile(
    credentials: ConnectorCredentials | None = None, api_version: str | None = "v1"
) -> ConnectorProfile:
    stack = Stack(App(), "Stack")
    connector = CustomConnector.from_connector_label(
        stack, "Connector", "Shop", api_version=api_version
    )
    given = credentials or ConnectorCredentials.api_key(SecretValue.secrets_manager("shop"))
    return ConnectorProfile(stack, "Profile", connector=connector, credentials=given)


def schedule(**changes: object) -> ScheduledFlow:
    made = profile()
    stack = Stack.of(made)
    location = library.S3Location(bucket=s3.Bucket(stack, "Lake"))
    hourly = {"schedule": Schedule.rate(Duration.hours(1)), "mappings": [map_all()], **changes}
    return ScheduledFlow(
        stack,
        "Flow",
        source=CustomConnectorSource(made, "orders"),
        destination=library.S3Destination(location=location),
        **hourly,  # type: ignore[arg-type]  # what is changed is what it refuses
    )


def without_the_extra() -> None:
    flows = "cdk_appflow_connector.flows"
    with patch.dict(sys.modules, {"cdklabs": None}):
        for name in [each for each in sys.modules if each.startswith(flows)]:
            del sys.modules[name]
        import_module(flows)


def one_label_twice() -> None:
    stack = Stack(App(), "Stack")
    function = connector_function(stack)
    for name in ("First", "Second"):
        CustomConnector(stack, name, function=function, label="Shop")


def secret_of_elsewhere() -> None:
    stack = Stack(App(), "Stack", env=Environment(account="111111111111", region="us-east-1"))
    connector = CustomConnector.from_connector_label(stack, "Connector", "Shop", api_version="v1")
    arn = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:shop-AbCdEf"
    secret = secretsmanager.Secret.from_secret_complete_arn(stack, "Key", arn)
    ConnectorProfile(
        stack,
        "Profile",
        connector=connector,
        credentials=ConnectorCredentials.api_key(SecretValue.secrets_manager(arn)),
        refresh_on_rotation=[secret],
    )


def plain(secret: SecretValue) -> Callable[[], object]:
    return lambda: profile(ConnectorCredentials.api_key(secret))


WAYS: dict[str, Callable[[], object]] = {
    "is not installed": without_the_extra,
    "api_version is missing": lambda: CustomConnectorSource(profile(api_version=None), "orders"),
    "in the same account and Region": one_label_twice,
    "everyone who can read": plain(SecretValue.unsafe_plain_text("hunter2")),
    "SecureString": plain(SecretValue.ssm_secure("/shop/key")),
    "no rule is told": secret_of_elsewhere,
    "RemovalPolicy.SNAPSHOT": lambda: profile().apply_removal_policy(RemovalPolicy.SNAPSHOT),
    "must begin with https://": lambda: ConnectorCredentials.oauth2_client_credentials(
        client_id="me", client_secret=SecretValue.secrets_manager("shop"), token_url=URL
    ),
    "at most once a minute": lambda: schedule(schedule=Schedule.expression("rate(30 seconds)")),
    "needs a timestamp_field": lambda: schedule(
        pull_config=library.DataPullConfig(mode=library.DataPullMode.INCREMENTAL)
    ),
    "mappings is empty": lambda: schedule(mappings=[]),
}


@pytest.mark.parametrize("message", messages(SECTION))
def test_synth_says_what_the_page_says(message: str) -> None:
    with pytest.raises((ValueError, ImportError)) as caught:
        way_to(message, WAYS)()
    assert has(str(caught.value), message), f"it says: {caught.value}"


def test_every_way_leads_to_a_message() -> None:
    assert stale(WAYS, SECTION) == []
