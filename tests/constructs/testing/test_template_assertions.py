"""The assertions for people's own tests pass, or name what they found instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import CfnResource, Duration, SecretValue, Stack
from aws_cdk.assertions import Match, Template
from aws_cdk.aws_appflow import CfnConnectorProfile
from aws_cdk.aws_events import Schedule
from cdklabs import cdk_appflow as library

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    OnConflict,
)
from cdk_appflow_connector.flows import (
    CustomConnectorDestination,
    CustomConnectorSource,
    ScheduledFlow,
    map_all,
)
from cdk_appflow_connector.testing import (
    has_connector,
    has_flow,
    has_profile,
    hides_credentials,
)
from harness.synth.functions import connector_function
from tests.constructs.flows.shop_flows import Shop

EVERY = pytest.mark.parametrize("check", [has_connector, has_profile, has_flow, hides_credentials])


@pytest.fixture(scope="module")
def template() -> Template:
    """A connector, two profiles, a scheduled flow from it, and one back into it."""
    shop = Shop()
    stack = shop.stack
    connector = CustomConnector(
        stack,
        "Crm",
        function=connector_function(stack, "CrmFunction"),
        label="Crm",
        description="Customers",
        on_conflict=OnConflict.ADOPT,
    )
    key = ConnectorCredentials.api_key(SecretValue.secrets_manager("key"))
    profile = ConnectorProfile(
        stack,
        "CrmProfile",
        connector=connector,
        credentials=key,
        settings={"baseUrl": "https://crm.example.com", "tenant": "7"},
        profile_name="crm",
    )
    theirs = CustomConnector.from_connector_label(stack, "Theirs", "Theirs")
    login = ConnectorCredentials.basic("ann", SecretValue.secrets_manager("login"))
    ConnectorProfile(stack, "TheirProfile", connector=theirs, credentials=login)
    ScheduledFlow(
        stack,
        "Hourly",
        source=CustomConnectorSource(profile, "order"),
        destination=shop.to_bucket,
        mappings=[map_all()],
        schedule=Schedule.rate(Duration.hours(1)),
        name="hourly",
    )
    operation = library.WriteOperation.upsert(["id"])
    shop.write_back(CustomConnectorDestination(profile, "invoice", operation=operation))
    return Template.from_stack(stack)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"label": "Crm"},
        {"label": Match.string_like_regexp("^Cr.$")},
        {"label": "Crm", "description": "Customers", "on_conflict": "ADOPT"},
        {"on_conflict": Match.absent()},
    ],
)
def test_a_connector_is_found(template: Template, given: dict[str, Any]) -> None:
    has_connector(template, **given)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"label": "Crm"},
        {"label": "Theirs", "authentication_type": "BASIC"},
        {"name": "crm", "settings": {"tenant": "7"}},
        {"settings": {"baseUrl": Match.string_like_regexp("^https://")}},
        {"label": "Crm", "authentication_type": "APIKEY"},
        {"label": Match.string_like_regexp("^(Crm|Theirs)$"), "authentication_type": "APIKEY"},
        {"label": Match.string_like_regexp("^(Crm|Theirs)$"), "authentication_type": "BASIC"},
    ],
)
def test_a_profile_is_found(template: Template, given: dict[str, Any]) -> None:
    has_profile(template, **given)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"source_entity": "order", "schedule": "rate(1hours)", "name": "hourly"},
        {"destination_entity": "invoice", "write_operation": "UPSERT"},
    ],
)
def test_a_flow_is_found(template: Template, given: dict[str, Any]) -> None:
    has_flow(template, **given)


@pytest.mark.parametrize(
    ("check", "given", "shown"),
    [
        (has_connector, {"label": "Crn"}, '"ConnectorLabel": "Crm"'),
        (has_connector, {"label": "Crm", "on_conflict": Match.absent()}, '"OnConflict": "ADOPT"'),
        (has_profile, {"label": "Crm", "authentication_type": "BASIC"}, '"APIKEY"'),
        (has_profile, {"label": "Theirs", "settings": {"tenant": "7"}}, '"ProfileProperties"'),
        (has_profile, {"settings": {"tennant": "7"}}, '"tenant": "7"'),
        (has_profile, {"name": "crn"}, '"crm"'),
        (has_flow, {"source_entity": "orders"}, '"order"'),
        (has_flow, {"source_entity": "order", "schedule": "rate(2hours)"}, '"rate(1hours)"'),
        (has_flow, {"destination_entity": "invoice", "write_operation": "INSERT"}, '"UPSERT"'),
    ],
)
def test_what_is_not_there_is_an_error_that_shows_what_is(
    template: Template, check: Callable[..., None], given: dict[str, Any], shown: str
) -> None:
    with pytest.raises(AssertionError) as caught:
        check(template, **given)
    assert shown in str(caught.value)


@pytest.mark.parametrize("check", [has_connector, has_profile, has_flow])
def test_a_template_without_any_says_so(stack: Stack, check: Callable[..., None]) -> None:
    with pytest.raises(AssertionError, match=r"there is no (connector|profile|flow)"):
        check(Template.from_stack(stack))


def test_what_belongs_to_a_connector_of_appflows_own_is_not_found(stack: Stack) -> None:
    theirs = {"ConnectorType": "Salesforce"}
    profile = {**theirs, "ConnectorProfileName": "crm"}
    CfnResource(stack, "P", type="AWS::AppFlow::ConnectorProfile", properties=profile)
    flow = {
        "FlowName": "crm",
        "SourceFlowConfig": theirs,
        "DestinationFlowConfigList": [{"ConnectorType": "S3"}],
    }
    CfnResource(stack, "F", type="AWS::AppFlow::Flow", properties=flow)
    template = Template.from_stack(stack)
    with pytest.raises(AssertionError, match="there is no profile"):
        has_profile(template, name="crm")
    with pytest.raises(AssertionError, match="there is no flow"):
        has_flow(template, name="crm")


def test_references_hide_credentials(template: Template) -> None:
    hides_credentials(template)


@pytest.mark.parametrize("by", ["factory", "resource"])
def test_plain_credentials_are_found_and_not_shown(stack: Stack, by: str) -> None:
    plain = SecretValue.unsafe_plain_text("hunter2")
    credentials = ConnectorCredentials.basic("ann", plain, unsafe_plain_text=True)
    if by == "factory":
        connector = CustomConnector.from_connector_label(stack, "Crm", "Crm")
        ConnectorProfile(stack, "Shown", connector=connector, credentials=credentials)
    else:
        CfnConnectorProfile(
            stack,
            "Shown",
            connection_mode="Public",
            connector_type="CustomConnector",
            connector_profile_name="crm",
            connector_profile_config=credentials.bind(stack, {}),
        )
    with pytest.raises(AssertionError, match="shows its Password") as caught:
        hides_credentials(Template.from_stack(stack))
    assert "hunter2" not in str(caught.value)


@EVERY
@pytest.mark.parametrize("value", [None, {}, "Stack"])
def test_something_that_is_no_template_is_refused(
    check: Callable[..., None], value: object
) -> None:
    with pytest.raises(TypeError, match=r"Template\.from_stack"):
        check(value)


@EVERY
def test_a_stack_is_no_template(stack: Stack, check: Callable[..., None]) -> None:
    with pytest.raises(TypeError, match=r"Template\.from_stack"):
        check(stack)
