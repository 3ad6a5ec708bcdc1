"""What is set late in the synthesis is there, however and whenever the app is synthesised."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsii
import pytest
from aws_cdk import App, Aspects, IAspect, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import IConstruct

from cdk_appflow_connector import CustomConnector
from cdk_appflow_connector.construct_state import identity_of
from harness.synth.creation_order import awaited_by
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised


@jsii.implements(IAspect)
class Connecting:
    """Registers every function of the app with AppFlow."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, lambda_.Function) and node.node.id == "Crm":
            CustomConnector(Stack.of(node), "Made", function=node, label="Crm")


@jsii.implements(IAspect)
class Emptying:
    """Takes the roles' own policies out."""

    def visit(self, node: IConstruct) -> None:
        if isinstance(node, iam.CfnRole) and "Crm" in node.node.path:
            node.policies = None


@pytest.mark.parametrize("is_stabilised", [True, False], ids=["repeated", "once"])
def test_a_connector_that_an_aspect_makes_is_complete(is_stabilised: bool) -> None:
    app = App(context={"@aws-cdk/core:aspectStabilization": is_stabilised})
    stack = Stack(app, "Stack")
    connector_function(stack, "Crm")
    Aspects.of(stack).add(Connecting())
    assert_complete(Synthesised(stack))


def test_an_aspect_that_empties_roles_leaves_the_right_to_the_secrets(stack: Stack) -> None:
    CustomConnector(stack, "Made", function=connector_function(stack, "Crm"), label="Crm")
    Aspects.of(stack).add(Emptying())
    assert_complete(Synthesised(stack))


def assert_complete(template: Synthesised) -> None:
    registration = template.id_of("Custom::AppFlowConnector")
    assert len(template.json["Resources"][registration]["Properties"]["Revision"]) == 16
    awaited = awaited_by(template, registration)
    granted = json.dumps([template.json["Resources"][key] for key in sorted(awaited)])
    for right in (
        "lambda:InvokeFunction",
        "appflow:UnRegisterConnector",
        "secretsmanager:GetSecretValue",
    ):
        assert right in granted


def test_an_app_that_is_not_validated_is_refused(stack: Stack) -> None:
    CustomConnector(stack, "Made", function=connector_function(stack))
    app: Any = stack.node.root
    with pytest.raises(RuntimeError, match=r"\[Stack\] .*skip_validation=True.*leave that out"):
        app.synth(skip_validation=True)


def test_an_app_that_is_synthesised_again_with_one_connector_more_has_both(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    stack = Stack(app, "Stack")
    function = connector_function(stack)
    texts = []
    for label in ("Orders", "Stock"):
        CustomConnector(stack, label, function=function, label=label)
        app.synth(force=True)
        texts.append((tmp_path / "Stack.template.json").read_text())
    resources = json.loads(texts[1])["Resources"].values()
    registered = [each for each in resources if each["Type"] == "Custom::AppFlowConnector"]
    assert {each["Properties"]["ConnectorLabel"] for each in registered} == {"Orders", "Stock"}
    assert len({each["Properties"]["Revision"] for each in registered}) == 1
    for text, labels in zip(texts, (["Orders"], ["Orders", "Stock"]), strict=True):
        for label in labels:
            assert text.count(f":connector/{label}") == 1
            assert text.count(f"-{label}-*") == 1


def test_two_python_objects_of_one_construct_have_one_identity(stack: Stack) -> None:
    """jsii makes another one for each look at what the CDK made."""
    function = connector_function(stack)
    looks = [function.role, function.role, connector_function(stack, "Other").role]
    identities = [identity_of(each) for each in looks if each is not None]
    assert identities[0] == identities[1] != identities[2]
