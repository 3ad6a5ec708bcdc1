"""Connectors used in their own stack, in another stack of the app, and in another app."""

from __future__ import annotations

import pytest
from aws_cdk import Aws, SecretValue, Stack

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from harness.synth.apps import unbundled_app
from harness.synth.creation_order import awaited_by
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised, flat

CONNECTOR = "Custom::AppFlowConnector"
PROFILE = "AWS::AppFlow::ConnectorProfile"
PARAMETER = "AWS::SSM::Parameter"
KEY = ConnectorCredentials.api_key(SecretValue.secrets_manager("shop-token"))


def registered(stack: Stack, publish_to_ssm: str | None = None) -> CustomConnector:
    return CustomConnector(
        stack,
        "Datasette",
        function=connector_function(stack),
        publish_to_ssm=publish_to_ssm,
    )


def test_another_stack_of_the_app_waits_for_the_connectors_and_gets_the_registered_label() -> None:
    app = unbundled_app()
    producer, consumer = Stack(app, "Producer"), Stack(app, "Consumer")
    ConnectorProfile(consumer, "Shop", connector=registered(producer), credentials=KEY)
    app.synth()
    assert [stack.node.id for stack in consumer.dependencies] == ["Producer"]
    assert producer.dependencies == []
    label = Synthesised(consumer).the(PROFILE)["Properties"]["ConnectorLabel"]
    template = Synthesised(producer)
    exports = {
        output["Export"]["Name"]: output["Value"] for output in template.json["Outputs"].values()
    }
    assert exports[label["Fn::ImportValue"]] == {"Ref": template.id_of(CONNECTOR)}


def test_the_published_parameters_are_what_was_registered(stack: Stack) -> None:
    registered(stack, publish_to_ssm="/connectors/datasette")
    template = Synthesised(stack)
    resource = template.id_of(CONNECTOR)
    parameters = [each["Properties"] for each in template.of_type(PARAMETER).values()]
    assert {each["Name"]: flat(each["Value"]) for each in parameters} == {
        "/connectors/datasette/connector-arn": f"${{{resource}.ConnectorArn}}",
        "/connectors/datasette/connector-label": f"${{{resource}}}",
        "/connectors/datasette/api-version": f"${{{resource}.ApiVersion}}",
    }
    assert {each["Type"] for each in parameters} == {"String"}
    for parameter in template.of_type(PARAMETER):
        assert resource in awaited_by(template, parameter)


def test_nothing_is_published_unless_asked_for(stack: Stack) -> None:
    registered(stack)
    assert Synthesised(stack).of_type(PARAMETER) == {}


def test_another_app_reads_what_was_published(stack: Stack) -> None:
    connector = CustomConnector.from_ssm(stack, "Datasette", "/connectors/datasette")
    ConnectorProfile(stack, "Shop", connector=connector, credentials=KEY)
    template = Synthesised(stack)
    label = template.the(PROFILE)["Properties"]["ConnectorLabel"]["Ref"]
    parameter = template.json["Parameters"][label]
    assert parameter["Type"] == "AWS::SSM::Parameter::Value<String>"
    assert parameter["Default"] == "/connectors/datasette/connector-label"


def test_publishing_and_importing_use_the_same_parameter_names() -> None:
    producer, consumer = Stack(unbundled_app(), "Producer"), Stack(unbundled_app(), "Consumer")
    registered(producer, publish_to_ssm="/connectors/datasette")
    connector = CustomConnector.from_ssm(consumer, "Datasette", "/connectors/datasette")
    values = [connector.connector_arn, connector.connector_label, connector.api_version]
    read = {
        Synthesised(consumer).json["Parameters"][consumer.resolve(value)["Ref"]]["Default"]
        for value in values
    }
    published = Synthesised(producer).of_type(PARAMETER).values()
    assert read == {parameter["Properties"]["Name"] for parameter in published}


@pytest.mark.parametrize(
    "prefix", ["connectors", "/", "", "/connectors/", "/a b", "/aws/appflow", "/ssm-connectors"]
)
def test_a_prefix_that_parameter_store_refuses_is_refused(stack: Stack, prefix: str) -> None:
    with pytest.raises(ValueError, match="publish_to_ssm"):
        registered(stack, publish_to_ssm=prefix)
    with pytest.raises(ValueError, match="prefix"):
        CustomConnector.from_ssm(stack, "Imported", prefix)


def test_a_prefix_that_is_known_at_deployment_only_is_refused(stack: Stack) -> None:
    with pytest.raises(ValueError, match="publish_to_ssm is known at deployment only"):
        registered(stack, publish_to_ssm=f"/{Aws.REGION}/connectors")
    with pytest.raises(ValueError, match="prefix is known at deployment only"):
        CustomConnector.from_ssm(stack, "Imported", f"/{Aws.REGION}/connectors")


def test_a_connector_imported_with_an_api_version_has_it(stack: Stack) -> None:
    arn = "arn:aws:appflow:eu-west-1:123456789012:connector/Orders"
    by_label = CustomConnector.from_connector_label(stack, "A", "Orders", api_version="v2")
    by_arn = CustomConnector.from_connector_arn(stack, "B", arn, api_version="v3")
    unknown = CustomConnector.from_connector_label(stack, "C", "Orders")
    assert [c.api_version for c in (by_label, by_arn, unknown)] == ["v2", "v3", None]


def test_an_api_version_with_white_space_is_refused() -> None:
    with pytest.raises(ValueError, match="api_version 'v 1' holds white space"):
        CustomConnector.from_connector_label(
            Stack(unbundled_app(), "Stack"), "Imported", "Orders", api_version="v 1"
        )
