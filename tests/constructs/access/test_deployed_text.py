"""What is known at deployment only, such as a parameter, never widens a policy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import (
    CfnDynamicReference,
    CfnDynamicReferenceService,
    CfnParameter,
    Fn,
    NestedStack,
    Stack,
    Token,
)
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ssm as ssm

from appflow_connector_provider import contract
from cdk_appflow_connector import ConnectorProfile, CustomConnector, RegistrationProvider
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised

# Spelled as what they are, so that IAM matches them and nothing else.
SPELLED = {"*": "${*}", "?": "${?}", "$": "${$}"}
WIDENING = ["*", "?*", "Shop*", "??", "${aws:username}", "*-?-$"]

Text = Callable[[Stack], str]

UNCHECKED: dict[str, Text] = {
    "an import": lambda _: Fn.import_value("label"),
    "a parameter of Parameter Store": lambda stack: ssm.StringParameter.value_for_string_parameter(
        stack, "/label"
    ),
    "a member of a list": lambda stack: Fn.select(
        0, CfnParameter(stack, "Given", type="CommaDelimitedList").value_as_list
    ),
    "a substitution": lambda _: Fn.sub("${Given}-x", {"Given": Fn.import_value("label")}),
    "a part of a label": lambda _: f"crm-{Fn.import_value('label')}",
    "a parameter with a pattern of its own": lambda stack: (
        CfnParameter(stack, "Given", allowed_pattern="prod-.*").value_as_string
    ),
}


def at_deployment(node: Any, value: str) -> str:  # noqa: ANN401 - a template's value
    """What a template's value becomes where each text from outside is this value."""
    match node:
        case {"Fn::Join": [str(separator), {"Fn::Split": [str(delimiter), source]}]}:
            return separator.join(at_deployment(source, value).split(delimiter))
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(at_deployment(part, value) for part in parts)
        case {"Ref": str(name)} if name.startswith("AWS::"):
            return name
        case {"Fn::GetAtt": _}:
            return "of this stack"
        case dict():
            return value
        case [single]:
            return at_deployment(single, value)
    return str(node)


def resources(stack: Stack) -> list[Any]:
    """Each resource of each statement in the stack's policies."""
    found = []
    template = Synthesised(stack)
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role"):
        for resource in template.of_type(kind).values():
            properties = resource["Properties"]
            documents = [properties.get("PolicyDocument"), *of_role(properties)]
            for document in filter(None, documents):
                for statement in document["Statement"]:
                    each = statement["Resource"]
                    found += each if isinstance(each, list) else [each]
    return found


def of_role(properties: dict[str, Any]) -> list[Any]:
    return [policy["PolicyDocument"] for policy in properties.get("Policies", [])]


def widened(stack: Stack) -> list[str]:
    """The resources in which a part of a value would not stand for itself."""
    found = resources(stack)
    return [text for value in WIDENING for text in _widened(found, value)]


def _widened(found: list[Any], value: str) -> list[str]:
    texts = [at_deployment(resource, value) for resource in found]
    assert any(spelled(value) in text for text in texts)
    # What the library itself writes: the end of a secret's name, all flows, all resources.
    given = [re.sub(r"(-|flow/|:|^)\*$", "", text) for text in texts]
    return [text for text in given if re.search(r"[*?$]", re.sub(r"\$\{[*?$]\}", "", text))]


def spelled(value: str) -> str:
    return "".join(SPELLED.get(character, character) for character in value)


def connect(stack: Stack, label: str) -> CustomConnector:
    return CustomConnector(stack, "Orders", function=connector_function(stack), label=label)


def parameter(stack: Stack, construct_id: str = "Label") -> dict[str, Any]:
    found: dict[str, Any] = Synthesised(stack).json["Parameters"][construct_id]
    return found


@pytest.fixture(scope="module")
def given_label() -> dict[str, Any]:
    """The parameter that is a connector's label."""
    stack = Stack(unbundled_app(), "Stack")
    connect(stack, CfnParameter(stack, "Label").value_as_string)
    return parameter(stack)


@pytest.mark.parametrize("value", WIDENING)
def test_a_parameter_that_is_a_label_is_refused_at_deployment(
    given_label: dict[str, Any], value: str
) -> None:
    assert not re.fullmatch(given_label["AllowedPattern"], value)
    assert "a connector's label" in given_label["ConstraintDescription"]


def test_a_parameter_that_is_a_part_of_a_label_is_refused_at_deployment(stack: Stack) -> None:
    connect(stack, f"crm-{CfnParameter(stack, 'Label').value_as_string}-eu")
    pattern = parameter(stack)["AllowedPattern"]
    assert [value for value in WIDENING if re.fullmatch(pattern, value)] == []


def test_a_parameter_that_is_a_label_may_be_any_label(stack: Stack) -> None:
    connect(stack, Fn.ref(CfnParameter(stack, "Label").logical_id))
    pattern = parameter(stack)["AllowedPattern"]
    for value in ("Shop", "a1", "S.h-o_p!@#", "x" * 256):
        assert contract.label_problem(value) is None
        assert re.fullmatch(pattern, value)


@pytest.mark.parametrize("value", ["x" * 257, "a", "-ab", "a b", ""])
def test_a_parameter_that_appflow_would_refuse_is_refused(
    given_label: dict[str, Any], value: str
) -> None:
    assert contract.label_problem(value) is not None
    assert not re.fullmatch(given_label["AllowedPattern"], value)


def test_a_parents_parameter_is_refused_there_for_a_nested_stacks_connector(stack: Stack) -> None:
    label = CfnParameter(stack, "Label").value_as_string
    connect(NestedStack(stack, "Nested"), label)
    assert not re.fullmatch(parameter(stack)["AllowedPattern"], "*")


def test_a_parameters_own_pattern_and_values_are_kept(stack: Stack) -> None:
    own = CfnParameter(stack, "Label", allowed_pattern="[a-z]{2,9}", constraint_description="short")
    connect(stack, own.value_as_string)
    listed = CfnParameter(stack, "Listed", allowed_values=["Shop", "Stock"])
    function = connector_function(stack, "Other")
    CustomConnector(stack, "Listed2", function=function, label=listed.value_as_string)
    assert parameter(stack)["AllowedPattern"] == "[a-z]{2,9}"
    assert parameter(stack)["ConstraintDescription"] == "short"
    assert "AllowedPattern" not in parameter(stack, "Listed")


@pytest.mark.parametrize("pattern", [".*", r"\S+", "[a-z*]+", r"[^ ]+", ".{2,}", r"\*|Shop"])
def test_a_parameter_whose_own_pattern_admits_wildcards_is_refused(
    stack: Stack, pattern: str
) -> None:
    label = CfnParameter(stack, "Label", allowed_pattern=pattern).value_as_string
    with pytest.raises(ValueError, match=r"the parameter 'Label', whose allowed_pattern .* admits"):
        connect(stack, label)


@pytest.mark.parametrize(
    ("argument", "value"),
    [("allowed_pattern", ".*"), ("type", "AWS::SSM::Parameter::Value<String>")],
)
def test_a_parameter_that_is_changed_after_the_connector_was_made_is_refused(
    stack: Stack, argument: str, value: str
) -> None:
    label = CfnParameter(stack, "Label")
    connect(stack, label.value_as_string)
    setattr(label, argument, value)
    with pytest.raises(RuntimeError, match="'Label' is a connector's label, and was changed after"):
        Synthesised(stack)


@pytest.mark.parametrize("given", [{"default": "*"}, {"allowed_values": ["Shop", "*"]}])
def test_a_parameter_whose_default_or_value_is_no_label_is_refused(
    stack: Stack, given: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"default or allowed value '\*' isn't a connector's"):
        connect(stack, CfnParameter(stack, "Label", **given).value_as_string)


def test_a_parameter_that_names_one_of_parameter_store_gets_no_pattern(stack: Stack) -> None:
    # The pattern would apply to the name, which begins with a slash.
    connect(stack, ssm.StringParameter.value_for_string_parameter(stack, "/label"))
    assert "AllowedPattern" not in json.dumps(Synthesised(stack).json["Parameters"])


@pytest.mark.parametrize("label", UNCHECKED.values(), ids=UNCHECKED)
def test_a_label_that_no_pattern_can_check_stands_for_itself_in_policies(
    stack: Stack, label: Text
) -> None:
    connect(stack, label(stack))
    assert widened(stack) == []


def test_an_imported_functions_arn_stands_for_itself_in_policies(stack: Stack) -> None:
    arn = CfnParameter(stack, "Function").value_as_string
    function = lambda_.Function.from_function_arn(stack, "Theirs", arn)
    CustomConnector(stack, "Orders", function=function, label="Orders")
    assert widened(stack) == []


def test_an_imported_profiles_name_stands_for_itself_in_policies(stack: Stack) -> None:
    connector = CustomConnector.from_connector_label(stack, "Imported", "Orders")
    name = CfnParameter(stack, "Name").value_as_string
    profile = ConnectorProfile.from_profile_name(stack, "Shop", name, connector=connector)
    profile.grant_use(iam.Role(stack, "Editor", assumed_by=iam.AccountRootPrincipal()))
    assert widened(stack) == []


def test_a_label_that_is_a_dynamic_reference_is_refused(stack: Stack) -> None:
    # CloudFormation resolves it after its functions: what it becomes can't be spelled out.
    reference = CfnDynamicReference(CfnDynamicReferenceService.SSM, "/label:1")
    with pytest.raises(ValueError, match=r"dynamic reference.*value_for_string_parameter"):
        connect(stack, Token.as_string(reference))


def test_an_imported_log_groups_name_stands_for_itself_in_policies(stack: Stack) -> None:
    name = CfnParameter(stack, "Group").value_as_string
    group = logs.LogGroup.from_log_group_name(stack, "Theirs", name)
    RegistrationProvider(stack, "Provider", log_group=group)
    assert widened(stack) == []


def test_an_imported_functions_plain_name_stands_in_policies_as_it_is() -> None:
    stack = Stack(unbundled_app(), "Stack")
    function = lambda_.Function.from_function_name(stack, "Theirs", "theirs")
    CustomConnector(stack, "Orders", function=function, label="Orders")
    assert "Fn::Split" not in json.dumps(resources(stack))


def test_plain_labels_stand_in_policies_as_they_are() -> None:
    stack = Stack(unbundled_app(), "Stack")
    connect(stack, "Orders")
    assert "Fn::Split" not in json.dumps(Synthesised(stack).json)
