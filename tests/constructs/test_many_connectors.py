"""Many connectors of one provider, and what IAM lets its role hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import CustomConnector
from harness.functions import connector_function
from harness.templates import Synthesised

MOST = 20
LIMIT = 10_240
"""Characters, white space apart, of a role's inline policies (IAM User Guide, quotas)."""
GENERATED_NAME = 64  # the longest name of a function


def stack_of(connectors: int) -> Stack:
    account = Environment(account="123456789012", region="ap-southeast-2")
    stack = Stack(App(), "Connectors", env=account)
    function = connector_function(stack)
    for number in range(connectors):
        CustomConnector(stack, f"Connector{number}", function=function)
    return stack


@pytest.fixture(scope="module")
def full() -> Stack:
    """A stack with as many connectors as one provider takes."""
    return stack_of(MOST)


def resolved(node: Any) -> Any:  # noqa: ANN401 - a template's value
    """Put texts of the greatest length where a deployment puts names and ARNs."""
    match node:
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(str(resolved(part)) for part in parts)
        case {"Ref": "AWS::Partition"}:
            return "aws"
        case {"Fn::GetAtt": _}:
            return "arn:aws:lambda:ap-southeast-2:123456789012:function:" + "n" * GENERATED_NAME
        case dict():
            return {key: resolved(value) for key, value in node.items()}
        case list():
            return [resolved(item) for item in node]
    return node


def test_what_one_provider_takes_without_a_warning_fits_into_its_role(full: Stack) -> None:
    template = Synthesised(full)
    policies = [
        resource["Properties"]["PolicyDocument"]
        for resource in template.of_type("AWS::IAM::Policy").values()
        if "appflow:DescribeConnector" in json.dumps(resource)
    ]
    assert len(policies) == MOST
    own = template.the("AWS::IAM::Role", "AppFlowConnectorRegistration")["Properties"]["Policies"]
    held = [*(policy["PolicyDocument"] for policy in own), *policies]
    size = sum(len(json.dumps(resolved(each), separators=(",", ":"))) for each in held)
    assert size <= LIMIT


@pytest.mark.parametrize("connectors", [MOST, MOST + 1])
def test_one_connector_more_is_warned_of(full: Stack, connectors: int) -> None:
    stack = full if connectors == MOST else stack_of(connectors)
    found = Annotations.from_stack(stack).find_warning(
        "*", Match.string_like_regexp("More than 20 connectors share this provider")
    )
    provider = f"/{stack.node.find_child('AppFlowConnectorRegistration').node.path}"
    assert [each.id for each in found] == [provider] * (connectors - MOST)
