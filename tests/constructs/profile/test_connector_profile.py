"""Connector profiles: their resource, their order of creation, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from aws_cdk import CfnOutput, CfnParameter, Fn, SecretValue, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    ICustomConnector,
)
from harness.synth.apps import unbundled_app
from harness.synth.creation_order import awaited_by
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised, flat

PROFILE = "AWS::AppFlow::ConnectorProfile"
THROUGH_SECRETS_MANAGER = "StringEquals kms:ViaService secretsmanager.${AWS::Region}.amazonaws.com"
FUNCTION_ARN = "arn:aws:lambda:eu-west-1:123456789012:function:theirs"
ROLE_ARN = "arn:aws:iam::123456789012:role/theirs"
CREDENTIALS = ConnectorCredentials.api_key(SecretValue.secrets_manager("shop-token"))

MakeProfile = Callable[..., ConnectorProfile]


@pytest.fixture
def connector(stack: Stack, function: lambda_.Function) -> CustomConnector:
    return CustomConnector(stack, "Datasette", function=function, label="Datasette")


@pytest.fixture
def make_profile(stack: Stack, connector: CustomConnector) -> MakeProfile:
    return partial(ConnectorProfile, stack, "Shop", connector=connector, credentials=CREDENTIALS)


def profile_name(label: str, construct_id: str = "Shop", stack_name: str = "Stack") -> str:
    stack = Stack(unbundled_app(), stack_name)
    connector = CustomConnector(stack, "Datasette", function=connector_function(stack), label=label)
    ConnectorProfile(stack, construct_id, connector=connector, credentials=CREDENTIALS)
    name: str = Synthesised(stack).the(PROFILE)["Properties"]["ConnectorProfileName"]
    return name


def test_a_profile_has_its_settings_and_a_public_connection_to_the_connector(
    stack: Stack, make_profile: MakeProfile
) -> None:
    settings = {"baseUrl": "https://shop.example"}
    make_profile(settings=settings)
    template = Synthesised(stack)
    properties = template.the(PROFILE)["Properties"]
    assert properties["ConnectorType"] == "CustomConnector"
    assert properties["ConnectionMode"] == "Public"
    assert properties["ConnectorLabel"] == {"Ref": template.id_of("Custom::AppFlowConnector")}
    config = properties["ConnectorProfileConfig"]["ConnectorProfileProperties"]
    assert config == {"CustomConnector": {"ProfileProperties": settings}}
    assert "KMSArn" not in properties


def test_a_profile_waits_for_the_registration_the_permission_and_the_right_to_read_secrets(
    stack: Stack, make_profile: MakeProfile
) -> None:
    make_profile()
    template = Synthesised(stack)
    assert awaited_by(template, template.id_of(PROFILE)) >= {
        template.id_of("Custom::AppFlowConnector"),
        template.id_of("AWS::Lambda::Permission"),
        template.id_of("AWS::IAM::Role", "FunctionServiceRole"),
    }


def test_a_profiles_attributes_come_from_its_resource(
    stack: Stack, connector: CustomConnector, make_profile: MakeProfile
) -> None:
    profile = make_profile()
    for name, value in {
        "Name": profile.profile_name,
        "Arn": profile.profile_arn,
        "Secret": profile.credentials_arn,
    }.items():
        CfnOutput(stack, name, value=value)
    template = Synthesised(stack)
    resource = template.id_of(PROFILE)
    outputs = {name: flat(output["Value"]) for name, output in template.json["Outputs"].items()}
    assert outputs == {
        "Name": f"${{{resource}}}",
        "Arn": f"${{{resource}.ConnectorProfileArn}}",
        "Secret": f"${{{resource}.CredentialsArn}}",
    }
    assert profile.connector is connector


def test_a_profiles_default_name_is_stable_and_differs_by_path() -> None:
    assert profile_name("Orders") == profile_name("Orders")
    names = [profile_name("Orders", *path) for path in (("Shop",), ("Bar",), ("Shop", "Other"))]
    assert len(set(names)) == 3


def test_a_renamed_connector_gets_profiles_of_new_names() -> None:
    # CloudFormation creates the new profile while the old one still has its name.
    assert profile_name("Orders") != profile_name("Invoices")


def test_a_profiles_given_name_is_kept(stack: Stack, make_profile: MakeProfile) -> None:
    make_profile(profile_name="shop/eu@2+3=5!")
    name = Synthesised(stack).the(PROFILE)["Properties"]["ConnectorProfileName"]
    assert name == "shop/eu@2+3=5!"


@pytest.mark.parametrize("name", ["two words", "", "n" * 257, "shöp", "a:b"])
def test_a_profiles_name_that_appflow_refuses_is_refused(
    name: str, make_profile: MakeProfile
) -> None:
    with pytest.raises(ValueError, match=r"profile_name .* must be 1 to 256"):
        make_profile(profile_name=name)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"query": "select 1"}, r"settings\['query'\] 'select 1' holds white space"),
        ({"url": ""}, r"settings\['url'\] '' is empty"),
        ({"url": "u" * 2049}, r"settings\['url'\] .* has 2049 characters; AppFlow admits 2048"),
        ({"base-url": "x"}, "settings: the key 'base-url' must be 1 to 128"),
        ({f"key{i}": "x" for i in range(51)}, "settings has 51 entries; AppFlow admits 50"),
    ],
)
def test_a_setting_that_appflow_refuses_is_refused(
    settings: dict[str, str], problem: str, make_profile: MakeProfile
) -> None:
    with pytest.raises(ValueError, match=problem):
        make_profile(settings=settings)


def test_a_setting_that_is_not_a_string_is_refused(make_profile: MakeProfile) -> None:
    with pytest.raises(TypeError, match=r"settings\['port'\] 8001 must be a string"):
        make_profile(settings={"port": 8001})


def test_a_setting_and_a_name_may_be_parameters(stack: Stack, make_profile: MakeProfile) -> None:
    parameter = CfnParameter(stack, "Given").value_as_string
    make_profile(settings={"baseUrl": parameter}, profile_name=parameter)
    properties = Synthesised(stack).the(PROFILE)["Properties"]
    assert properties["ConnectorProfileName"] == {"Ref": "Given"}


def test_a_refused_profile_leaves_nothing_in_the_stack(make_profile: MakeProfile) -> None:
    with pytest.raises(ValueError, match="white space"):
        make_profile(settings={"a": "b c"})
    assert make_profile()


def test_a_key_encrypts_the_secret_and_the_function_may_decrypt_before_the_profile_is_made(
    stack: Stack, make_profile: MakeProfile
) -> None:
    key = kms.Key(stack, "Key")
    make_profile(key=key)
    template = Synthesised(stack)
    key_arn = {"Fn::GetAtt": [template.id_of("AWS::KMS::Key"), "Arn"]}
    assert template.the(PROFILE)["Properties"]["KMSArn"] == key_arn
    assert decrypt_statements(template) == [(key_arn, THROUGH_SECRETS_MANAGER)]
    policy = template.id_of("AWS::IAM::Policy", "FunctionServiceRole")
    assert policy in awaited_by(template, template.id_of(PROFILE))


def decrypt_statements(template: Synthesised) -> list[tuple[Any, Any]]:
    """On what the function may decrypt, and under which condition."""
    return [
        (statement["Resource"], condition_of(statement))
        for statement in template.statements("FunctionServiceRole")
        if statement["Action"] == "kms:Decrypt"
    ]


def condition_of(statement: dict[str, Any]) -> str:
    ((operator, keys),) = statement["Condition"].items()
    ((key, value),) = keys.items()
    return f"{operator} {key} {flat(value)}"


def test_a_key_given_by_its_alias_is_the_one_that_the_function_may_use(
    stack: Stack, make_profile: MakeProfile
) -> None:
    make_profile(key=kms.Alias(stack, "Alias", alias_name="shop", target_key=kms.Key(stack, "Key")))
    template = Synthesised(stack)
    key_arn = {"Fn::GetAtt": [template.id_of("AWS::KMS::Key"), "Arn"]}
    assert decrypt_statements(template) == [(key_arn, THROUGH_SECRETS_MANAGER)]


def test_an_imported_keys_arn_that_is_a_parameter_stands_for_itself(
    stack: Stack, make_profile: MakeProfile
) -> None:
    arn = Fn.import_value("key-arn")
    make_profile(key=kms.Key.from_key_arn(stack, "Key", arn))
    ((resource, condition),) = decrypt_statements(Synthesised(stack))
    assert condition == THROUGH_SECRETS_MANAGER
    assert "Fn::Split" in resource["Fn::Join"][1]


def with_immutable_role(stack: Stack) -> ICustomConnector:
    role = iam.Role.from_role_arn(stack, "Role", ROLE_ARN, mutable=False)
    return CustomConnector(stack, "Theirs", function=connector_function(stack, "F", role=role))


def with_unknown_role(stack: Stack) -> ICustomConnector:
    function = lambda_.Function.from_function_arn(stack, "Imported", FUNCTION_ARN)
    return CustomConnector(stack, "Theirs", function=function)


def with_unknown_function(stack: Stack) -> ICustomConnector:
    return CustomConnector.from_connector_label(stack, "Imported", "Orders")


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        (
            with_immutable_role,
            "function Stack/F accepts no policies from this stack.*kms:Decrypt.*kms:ViaService",
        ),
        (with_unknown_role, "grant its function kms:Decrypt.*kms:ViaService"),
        (with_unknown_function, "grant its function kms:Decrypt"),
    ],
)
def test_a_role_that_cannot_be_let_decrypt_with_the_key_is_warned_of(
    stack: Stack,
    make_profile: MakeProfile,
    theirs: Callable[[Stack], ICustomConnector],
    words: str,
) -> None:
    make_profile(connector=theirs(stack), key=kms.Key(stack, "Key"))
    Annotations.from_stack(stack).has_warning("/Stack/Shop", Match.string_like_regexp(words))


def test_using_a_profile_is_granted_for_that_profile_alone(
    stack: Stack, make_profile: MakeProfile
) -> None:
    role = iam.Role(stack, "Editor", assumed_by=iam.AccountRootPrincipal())
    make_profile().grant_use(role)
    template = Synthesised(stack)
    (statement,) = template.statements("Editor")
    assert statement["Action"] == "appflow:UseConnectorProfile"
    arn = {"Fn::GetAtt": [template.id_of(PROFILE), "ConnectorProfileArn"]}
    assert statement["Resource"] == arn


def test_an_imported_profile_is_granted_by_its_arn(stack: Stack) -> None:
    connector = CustomConnector.from_connector_label(stack, "Imported", "Orders")
    profile = ConnectorProfile.from_profile_name(stack, "Shop", "shop", connector=connector)
    role = iam.Role(stack, "Editor", assumed_by=iam.AccountRootPrincipal())
    profile.grant_use(role)
    (statement,) = Synthesised(stack).statements("Editor")
    assert flat(statement["Resource"]) == (
        "arn:${AWS::Partition}:appflow:${AWS::Region}:${AWS::AccountId}:connectorprofile/shop"
    )
    assert (profile.profile_name, profile.connector) == ("shop", connector)


def test_an_imported_profiles_name_is_checked(stack: Stack) -> None:
    connector = CustomConnector.from_connector_label(stack, "Imported", "Orders")
    with pytest.raises(ValueError, match="profile_name 'no good' must be"):
        ConnectorProfile.from_profile_name(stack, "Shop", "no good", connector=connector)
