"""The warning for a flow that imports its API version from the connector's stack."""

from __future__ import annotations

import pytest
from aws_cdk import App, NestedStack, SecretValue, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match
from cdklabs import cdk_appflow as library

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, map_all
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function

KEY = ConnectorCredentials.api_key(SecretValue.secrets_manager("shop-token"))


def flow(stack: Stack, connector: CustomConnector, api_version: str | None = None) -> None:
    profile = ConnectorProfile(stack, "Shop", connector=connector, credentials=KEY)
    bucket = s3.Bucket(stack, "Bucket")
    library.OnDemandFlow(
        stack,
        "Flow",
        source=CustomConnectorSource(profile, "shop/orders", api_version=api_version),
        destination=library.S3Destination(location=library.S3Location(bucket=bucket)),
        mappings=[map_all()],
    )


def warnings_of(stack: Stack) -> list[str]:
    words = Match.string_like_regexp("is an export of that connector's stack: while it is in use")
    return [found.id for found in Annotations.from_stack(stack).find_warning("*", words)]


@pytest.mark.parametrize(
    ("strength", "api_version", "warned"),
    [
        (None, None, ["/User/Flow"]),
        (None, "v1", []),
        ("strong", None, ["/User/Flow"]),
        ("both", None, []),
        ("weak", None, []),
    ],
)
def test_the_newest_version_of_another_stacks_connector_is_an_export_unless_weak(
    strength: str | None, api_version: str | None, warned: list[str]
) -> None:
    app = App(context={"@aws-cdk/core:defaultCrossStackReferences": strength} if strength else {})
    owner, user = Stack(app, "Owner"), Stack(app, "User")
    flow(user, CustomConnector(owner, "Crm", function=connector_function(owner)), api_version)
    assert warnings_of(user) == warned


def test_a_flow_in_the_connectors_stack_imports_nothing() -> None:
    stack = Stack(unbundled_app(), "Stack")
    flow(stack, CustomConnector(stack, "Crm", function=connector_function(stack)))
    assert warnings_of(stack) == []


def test_a_flow_in_a_nested_stack_gets_the_version_as_a_parameter() -> None:
    stack = Stack(unbundled_app(), "Stack")
    nested = NestedStack(stack, "Nested")
    flow(nested, CustomConnector(stack, "Crm", function=connector_function(stack)))
    assert warnings_of(stack) == []  # includes those of nested stacks
