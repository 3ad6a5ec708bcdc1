"""Who may look at connectors and profiles, and what can be measured of connectors and providers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import CfnParameter, Duration, SecretValue, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    ICustomConnector,
    RegistrationProvider,
)
from harness.synth.templates import Synthesised, flat

METRICS: dict[str, Callable[..., cloudwatch.Metric]] = {
    "Errors": ICustomConnector.metric_errors,
    "Duration": ICustomConnector.metric_duration,
    "Throttles": ICustomConnector.metric_throttles,
}
ENTITIES = {"appflow:DescribeConnectorEntity", "appflow:ListConnectorEntities"}


@pytest.fixture
def role(stack: Stack) -> iam.Role:
    return iam.Role(stack, "Support", assumed_by=iam.AccountRootPrincipal())


def granted(stack: Stack) -> dict[str, Any]:
    """The one statement that the role has."""
    (statement,) = Synthesised(stack).statements("Support")
    return dict(statement)


def test_who_may_describe_a_connector_may_describe_no_other(
    stack: Stack, function: lambda_.Function, role: iam.Role
) -> None:
    CustomConnector(stack, "Crm", function=function, label="Crm").grant_describe(role)
    statement = granted(stack)
    assert statement["Action"] == "appflow:DescribeConnector"
    assert flat(statement["Resource"]).endswith(":connector/Crm")


def test_a_connectors_own_function_may_describe_it(
    stack: Stack, function: lambda_.Function
) -> None:
    connector = CustomConnector(stack, "Crm", function=function, label="Crm")
    assert connector.grant_describe(function).success
    actions = [each["Action"] for each in Synthesised(stack).statements("FunctionServiceRole")]
    assert "appflow:DescribeConnector" in actions


def test_an_imported_connector_can_be_granted_without_a_wildcard(
    stack: Stack, role: iam.Role
) -> None:
    label = CfnParameter(stack, "Label").value_as_string
    CustomConnector.from_connector_label(stack, "Theirs", label).grant_describe(role)
    assert '"${*}"' in str(granted(stack)["Resource"]).replace("'", '"')


@pytest.mark.parametrize("is_imported", [False, True])
def test_who_may_describe_a_profile_may_list_what_is_behind_it(
    stack: Stack, role: iam.Role, is_imported: bool
) -> None:
    connector = CustomConnector.from_connector_label(stack, "Crm", "Crm")
    key = ConnectorCredentials.api_key(SecretValue.secrets_manager("key"))
    profile = (
        ConnectorProfile.from_profile_name(stack, "Profile", "crm", connector=connector)
        if is_imported
        else ConnectorProfile(stack, "Profile", connector=connector, credentials=key)
    )
    profile.grant_describe(role)
    statement = granted(stack)
    assert set(statement["Action"]) == ENTITIES
    expected = "connectorprofile/crm" if is_imported else ".ConnectorProfileArn}"
    assert flat(statement["Resource"]).endswith(expected)


def test_grants_of_a_profile_imported_by_its_arn_name_that_arn(
    stack: Stack, role: iam.Role
) -> None:
    connector = CustomConnector.from_connector_label(stack, "Crm", "Crm")
    arn = "arn:aws:appflow:eu-west-1:123456789012:connectorprofile/crm"
    profile = ConnectorProfile.from_profile_arn(stack, "Profile", arn, connector=connector)
    profile.grant_describe(role)
    assert granted(stack)["Resource"] == arn


@pytest.mark.parametrize("name", METRICS)
def test_a_connectors_metrics_are_its_functions(
    stack: Stack, function: lambda_.Function, name: str
) -> None:
    connector = CustomConnector(stack, "Crm", function=function)
    period = Duration.minutes(1)
    metric = getattr(connector, METRICS[name].__name__)(period=period, statistic="p99")
    assert (metric.namespace, metric.metric_name) == ("AWS/Lambda", name)
    assert (metric.statistic, metric.period.to_seconds()) == ("p99", 60)


@pytest.mark.parametrize("name", METRICS)
def test_a_connector_without_its_function_has_no_metrics(stack: Stack, name: str) -> None:
    theirs = CustomConnector.from_connector_label(stack, "Theirs", "Theirs")
    asked = METRICS[name].__name__
    with pytest.raises(
        ValueError, match=f"{asked}: the connector 'Stack/Theirs' .*from_function_name"
    ):
        getattr(theirs, asked)()


def test_a_providers_failures_are_counted_in_its_log_once(stack: Stack) -> None:
    provider = RegistrationProvider(stack, "Provider")
    first, second = provider.metric_failures(), provider.metric_failures(statistic="Maximum")
    assert (first.statistic, second.statistic) == ("Sum", "Maximum")
    properties = Synthesised(stack).the("AWS::Logs::MetricFilter")["Properties"]
    (counted,) = properties["MetricTransformations"]
    assert counted["MetricName"] == first.metric_name == second.metric_name
    assert counted["MetricNamespace"] == first.namespace
    assert properties["FilterPattern"] == '?"Create failed" ?"Update failed" ?"Delete failed"'


def test_providers_are_counted_separately(stack: Stack) -> None:
    first, second = (RegistrationProvider(stack, each) for each in ("First", "Second"))
    assert first.metric_failures().metric_name != second.metric_failures().metric_name
