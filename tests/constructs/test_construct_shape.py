"""The constructs are what CDK people expect of resources: owned ones, and imported ones."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import (
    CfnOutput,
    CfnParameter,
    CfnResource,
    RemovalPolicy,
    Resource,
    SecretValue,
    Stack,
)
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template
from constructs import Construct

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    IConnectorProfile,
    ICustomConnector,
    RegistrationProvider,
)
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function

ENVIRONMENT = {"account": "123456789012", "region": "eu-west-1"}
PLACE = "arn:aws:appflow:eu-west-1:123456789012"
ARN = f"{PLACE}:connector/Shop"
PROFILE_ARN = f"{PLACE}:connectorprofile/shop"
KEY = ConnectorCredentials.api_key(SecretValue.secrets_manager("key"))


@pytest.fixture
def stack() -> Stack:
    return Stack(unbundled_app(), "Stack", env=ENVIRONMENT)


@pytest.fixture
def connector(stack: Stack) -> CustomConnector:
    return CustomConnector(stack, "Orders", function=connector_function(stack), label="orders")


@pytest.fixture
def profile(stack: Stack, connector: CustomConnector) -> ConnectorProfile:
    return ConnectorProfile(stack, "Login", connector=connector, credentials=KEY)


def imported(scope: Construct) -> list[tuple[ICustomConnector | IConnectorProfile, str]]:
    shop = CustomConnector.from_connector_label(scope, "Shop", "Shop")
    return [
        (shop, "label='Shop'"),
        (CustomConnector.from_connector_arn(scope, "ByArn", ARN), "label='Shop'"),
        (ConnectorProfile.from_profile_name(scope, "Name", "shop", connector=shop), "name='shop'"),
        (
            ConnectorProfile.from_profile_arn(scope, "Arn", PROFILE_ARN, connector=shop),
            "name='shop'",
        ),
    ]


def test_each_is_a_resource_whose_default_child_is_what_cloudformation_makes(
    connector: CustomConnector, profile: ConnectorProfile
) -> None:
    kinds = {
        connector: "Custom::AppFlowConnector",
        profile: "AWS::AppFlow::ConnectorProfile",
        connector.provider: "AWS::Lambda::Function",
    }
    for construct, kind in kinds.items():
        assert isinstance(construct, Resource)
        assert isinstance(construct.node.default_child, CfnResource)
        assert construct.node.default_child.cfn_resource_type == kind
        assert construct.stack is connector.stack
        assert construct.env.region == "eu-west-1"


def test_what_is_imported_has_an_environment_and_no_removal_policy(stack: Stack) -> None:
    anywhere = Stack(unbundled_app(), "Anywhere")
    connector = CustomConnector.from_connector_arn(anywhere, "Shop", ARN)
    assert (connector.env.account, connector.env.region) == ("123456789012", "eu-west-1")
    for construct, _ in imported(stack):
        assert construct.stack is stack
        assert construct.node.scope is stack
        with pytest.raises(ValueError, match=rf"'{construct.node.path}' is imported, so it has no"):
            construct.apply_removal_policy(RemovalPolicy.RETAIN)


def test_their_repr_names_class_path_and_what_tells_them_apart(
    stack: Stack, connector: CustomConnector, profile: ConnectorProfile
) -> None:
    assert repr(connector) == "<CustomConnector 'Stack/Orders' label='orders'>"
    assert repr(profile) == "<ConnectorProfile 'Stack/Login' connector='Stack/Orders'>"
    assert repr(RegistrationProvider(stack, "Own")) == "<RegistrationProvider 'Stack/Own'>"
    for construct, fact in imported(stack):
        assert construct.node.path in repr(construct)
        assert fact in repr(construct)


def test_a_repr_leaves_out_what_only_aws_knows(stack: Stack) -> None:
    name = CfnParameter(stack, "Name").value_as_string
    connector = CustomConnector.from_connector_label(stack, "Crm", name)
    profile = ConnectorProfile.from_profile_name(stack, "Login", name, connector=connector)
    own = CustomConnector(stack, "Own", function=connector_function(stack), label=name)
    published = CustomConnector.from_ssm(stack, "Published", "/connectors/shop")
    assert repr(connector) == "<ImportedConnector 'Stack/Crm'>"
    assert repr(profile) == "<ImportedConnectorProfile 'Stack/Login'>"
    assert repr(own) == "<CustomConnector 'Stack/Own'>"
    assert repr(published) == "<PublishedConnector 'Stack/Published'>"


def test_the_repr_of_credentials_shows_their_type_and_no_secret() -> None:
    plain = SecretValue.unsafe_plain_text("hunter2")
    made = ConnectorCredentials.basic("me", plain, unsafe_plain_text=True)
    assert repr(made) == "<ConnectorCredentials 'BASIC'>"


def test_one_that_was_refused_has_a_repr_for_the_debugger() -> None:
    assert repr(CustomConnector.__new__(CustomConnector)) == "<CustomConnector, not made>"


def test_an_imported_connectors_label_is_plain_text_where_it_is_known(stack: Stack) -> None:
    assert CustomConnector.from_connector_arn(stack, "Shop", ARN).label == "Shop"
    published = CustomConnector.from_ssm(stack, "Published", "/connectors/shop")
    assert published.label == published.connector_label


def test_a_connector_is_imported_with_what_is_known_of_it(stack: Stack) -> None:
    function = connector_function(stack)
    connector = CustomConnector.from_connector_attributes(
        stack, "Shop", connector_label="Shop", api_version="v1", function=function
    )
    assert (connector.label, connector.api_version) == ("Shop", "v1")
    assert connector.function is function
    assert connector.connector_arn.endswith(":connector/Shop")
    by_both = CustomConnector.from_connector_attributes(
        stack, "Both", connector_label="Shop", connector_arn=ARN
    )
    assert by_both.connector_arn == ARN
    assert by_both.function is None


def test_the_function_of_an_imported_connector_is_granted_a_profiles_key(stack: Stack) -> None:
    function = lambda_.Function(
        stack,
        "Function",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    shop = CustomConnector.from_connector_attributes(
        stack, "Shop", connector_label="Shop", function=function
    )
    key = kms.Key(stack, "Key")
    ConnectorProfile(stack, "Login", connector=shop, credentials=KEY, key=key)
    granted = {"PolicyDocument": {"Statement": [Match.object_like({"Action": "kms:Decrypt"})]}}
    Template.from_stack(stack).has_resource_properties("AWS::IAM::Policy", granted)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "connector_label and connector_arn are both missing: give the one"),
    ({"connector_label": "Crm", "connector_arn": ARN}, "connector_label 'Crm' is not the one in"),
    ({"connector_label": "no label"}, "label 'no label' must be"),
    ({"connector_label": "no label", "connector_arn": ARN}, "label 'no label' must be"),
    ({"connector_label": "Shop", "api_version": ""}, "api_version '' is empty"),
    ({"connector_label": "Shop", "function": "crm"}, "function 'crm' is not an IFunction"),
    ({"connector_label": 3}, "label 3 must be a string"),
    ({"connector_arn": 3}, "connector_arn 3 has another type than expected: give the ARN"),
    ({"connector_arn": PROFILE_ARN}, r"is not a connector's: give arn:PARTITION:appflow"),
    ({"connector_arn": ARN.replace("eu-west-1", "eu-west-2")}, "is not in the stack's account"),
]


@pytest.mark.parametrize(("given", "problem"), REFUSED)
def test_a_wrong_import_of_a_connector_is_refused_with_its_path(
    stack: Stack, given: dict[str, Any], problem: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=rf"{problem}.* \(at Stack/Shop\)$"):
        CustomConnector.from_connector_attributes(stack, "Shop", **given)


def test_a_profile_is_imported_by_its_arn(stack: Stack) -> None:
    shop = CustomConnector.from_connector_label(stack, "Shop", "Shop")
    profile = ConnectorProfile.from_profile_arn(stack, "Login", PROFILE_ARN, connector=shop)
    assert (profile.profile_name, profile.profile_arn) == ("shop", PROFILE_ARN)
    output = CfnOutput(stack, "Theirs", value="unused", export_name="x").import_value
    later = ConnectorProfile.from_profile_arn(stack, "Later", output, connector=shop)
    assert later.profile_arn == output
    assert later.profile_name != ""


@pytest.mark.parametrize(
    ("arn", "problem"),
    [
        (ARN, "profile_arn .* is not a connectorprofile's: give arn:PARTITION"),
        (PROFILE_ARN.replace("123456789012", "210987654321"), "is not in the stack's account"),
        (3, "profile_arn 3 has another type"),
        (f"{PLACE}:connectorprofile/my shop", "profile_name 'my shop' must be"),
    ],
)
def test_a_profile_of_another_arn_is_refused_with_its_path(
    stack: Stack, arn: str, problem: str
) -> None:
    shop = CustomConnector.from_connector_label(stack, "Shop", "Shop")
    with pytest.raises((TypeError, ValueError), match=rf"{problem}.* \(at Stack/Login\)$"):
        ConnectorProfile.from_profile_arn(stack, "Login", arn, connector=shop)


def test_the_right_to_use_a_profile_is_for_the_given_arn(stack: Stack) -> None:
    shop = CustomConnector.from_connector_label(stack, "Shop", "Shop")
    profile = ConnectorProfile.from_profile_arn(stack, "Login", PROFILE_ARN, connector=shop)
    profile.grant_use(connector_function(stack))
    right = {"Action": "appflow:UseConnectorProfile", "Effect": "Allow", "Resource": PROFILE_ARN}
    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::Policy", {"PolicyDocument": {"Statement": [right]}}
    )
