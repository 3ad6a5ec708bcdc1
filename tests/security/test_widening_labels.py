"""A label that is a parameter can't be deployed with a value that would widen policies."""

from __future__ import annotations

import json

import pytest
from aws_cdk import App, CfnParameter, DefaultStackSynthesizer, Stack
from botocore.exceptions import ClientError

from cdk_appflow_connector import CustomConnector
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised
from tests.security.lives import Lives


@pytest.fixture(scope="module")
def template() -> str:
    synthesizer = DefaultStackSynthesizer(generate_bootstrap_version_rule=False)
    stack = Stack(App(), "Widening", synthesizer=synthesizer)
    label = CfnParameter(stack, "Label").value_as_string
    CustomConnector(stack, "Orders", function=connector_function(stack), label=label)
    return json.dumps(Synthesised(stack).json)


@pytest.mark.parametrize("value", ["*", "?*", "Shop*", "${aws:username}", "{{resolve:ssm:/a:1}}"])
def test_a_stack_is_refused_before_it_creates_a_role(
    life: Lives, template: str, value: str
) -> None:
    cloudformation = life.cloud.client("cloudformation")
    before = life.cloud.client("iam").list_roles()["Roles"]
    with pytest.raises(ClientError, match="must be a connector's label"):
        cloudformation.create_stack(
            StackName="Widening",
            TemplateBody=template,
            Parameters=[{"ParameterKey": "Label", "ParameterValue": value}],
            Capabilities=["CAPABILITY_IAM"],
            DisableRollback=True,
        )
    assert life.cloud.client("iam").list_roles()["Roles"] == before
