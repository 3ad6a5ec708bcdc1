"""The examples of flows synthesise, each with what it is there to show."""

from __future__ import annotations

import json
import runpy
from typing import Any

import pytest
from aws_cdk import App
from aws_cdk.cx_api import CloudAssembly

APPS = (
    "flow_same_stack.app",
    "flow_other_stack.app",
    "flow_other_app.connector_app",
    "flow_other_app.flow_app",
    "write_back.app",
)


@pytest.fixture(scope="module")
def assemblies() -> dict[str, CloudAssembly]:
    """The synthesised apps by their modules, told of a server by the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SERVER_URL", "http://127.0.0.1:8001")
        patch.setenv("SECRET_NAME", "their-secret")
        return {name: synthesised(name) for name in APPS}


def synthesised(name: str) -> CloudAssembly:
    app = runpy.run_module(f"examples.{name}")["app"]
    assert isinstance(app, App)
    return app.synth()


def resources(assembly: CloudAssembly) -> dict[str, Any]:
    """All resources of all stacks."""
    templates = [json.loads(json.dumps(stack.template)) for stack in assembly.stacks]
    return {key: value for each in templates for key, value in each["Resources"].items()}


def of_type(assembly: CloudAssembly, resource_type: str) -> list[dict[str, Any]]:
    found = resources(assembly).values()
    return [resource["Properties"] for resource in found if resource["Type"] == resource_type]


@pytest.mark.parametrize("name", [name for name in APPS if name != "flow_other_app.connector_app"])
def test_an_example_has_a_flow_over_a_profile_of_the_server_it_was_told(
    assemblies: dict[str, CloudAssembly], name: str
) -> None:
    assert len(of_type(assemblies[name], "AWS::AppFlow::Flow")) == 1
    (profile,) = of_type(assemblies[name], "AWS::AppFlow::ConnectorProfile")
    config = profile["ConnectorProfileConfig"]
    settings = config["ConnectorProfileProperties"]["CustomConnector"]["ProfileProperties"]
    assert settings == {"baseUrl": "http://127.0.0.1:8001"}
    credentials = config["ConnectorProfileCredentials"]["CustomConnector"]
    assert credentials["ApiKey"]["ApiKey"].startswith("{{resolve:secretsmanager:their-secret:")


def test_the_stack_of_the_flow_depends_on_the_connectors(
    assemblies: dict[str, CloudAssembly],
) -> None:
    assembly = assemblies["flow_other_stack.app"]
    consumer = assembly.get_stack_by_name("FlowOtherStack")
    producer = assembly.get_stack_by_name("FlowOtherStackConnector")
    assert producer.id in [artifact.id for artifact in consumer.dependencies]


def test_the_app_of_the_flow_does_not_register_the_connector(
    assemblies: dict[str, CloudAssembly],
) -> None:
    kinds = {
        resource["Type"] for resource in resources(assemblies["flow_other_app.flow_app"]).values()
    }
    assert "Custom::AppFlowConnector" not in kinds
    assert "AWS::Lambda::Function" not in kinds


def test_every_example_but_the_scheduled_one_waits_to_be_started(
    assemblies: dict[str, CloudAssembly],
) -> None:
    triggers = {
        name: flow["TriggerConfig"]["TriggerType"]
        for name, assembly in assemblies.items()
        for flow in of_type(assembly, "AWS::AppFlow::Flow")
    }
    assert triggers == {
        "flow_same_stack.app": "OnDemand",
        "flow_other_stack.app": "Scheduled",
        "flow_other_app.flow_app": "OnDemand",
        "write_back.app": "OnDemand",
    }
