"""`hides_credentials` finds each way in which a template shows what should be secret."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import App, SecretValue, Stack
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.testing import hides_credentials
from harness.synth.apps import unbundled_app

HIDDEN = "{{resolve:secretsmanager:crm:SecretString:key::}}"
PLAIN = "hunter2"
SECTIONS = {
    "Conditions": {"Live": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
    "Mappings": {"Keys": {"prod": {"plain": PLAIN, "hidden": HIDDEN}, "test": {"plain": "x"}}},
    "Parameters": {
        "Secret": {"Type": "String", "NoEcho": True},
        "AlsoSecret": {"Type": "String", "NoEcho": "true"},
        "Echoed": {"Type": "String"},
        "Preset": {"Type": "String", "NoEcho": True, "Default": PLAIN},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "NoEcho": True, "Default": "/k"},
    },
}
RESOURCES = {
    "Vault": {"Type": "AWS::SecretsManager::Secret"},
    "Key": {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": "ann"}},
    "Kept": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": PLAIN}},
    "Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://x"}},
}


def of_credentials(credentials: Any, **config: Any) -> Template:  # noqa: ANN401 - JSON
    """The template of a profile, as another tool than the CDK may have written it."""
    given = {"ConnectorProfileCredentials": {"CustomConnector": credentials}, **config}
    return of_properties({"ConnectorProfileConfig": given})


def of_properties(properties: Any) -> Template:  # noqa: ANN401 - JSON
    profile = {"Type": "AWS::AppFlow::ConnectorProfile", "Properties": properties}
    return Template.from_json({**SECTIONS, "Resources": {**RESOURCES, "Login": profile}})


def with_key(value: Any) -> Template:  # noqa: ANN401 - JSON
    return of_credentials({"AuthenticationType": "APIKEY", "ApiKey": {"ApiKey": value}})


@pytest.mark.parametrize(
    "value",
    [
        HIDDEN,
        "{{resolve:ssm-secure:crm:1}}",
        {"Ref": "Secret"},
        {"Ref": "AlsoSecret"},
        {"Ref": "Stored"},
        {"Ref": "AWS::NoValue"},
        {"Fn::GetAtt": ["Key", "SecretAccessKey"]},
        {"Fn::GetAtt": "Key.SecretAccessKey"},
        {"Fn::Join": ["", ["{{resolve:secretsmanager:", {"Ref": "Vault"}, ":SecretString:a::}}"]]},
        {
            "Fn::Join": [
                ":",
                ["{{resolve", "secretsmanager", {"Fn::ImportValue": "x"}, "SecretString}}"],
            ]
        },
        {"Fn::Sub": "{{resolve:secretsmanager:${Vault}:SecretString:a}}"},
        {"Fn::Sub": "${Secret}"},
        {"Fn::Sub": "${Key.SecretAccessKey}"},
        {"Fn::Sub": ["${Name}", {"Name": HIDDEN}]},
        {"Fn::Sub": ["{{resolve:secretsmanager:${Name}}}", {"Name": PLAIN}]},
        {"Fn::If": ["Live", HIDDEN, {"Ref": "AWS::NoValue"}]},
        {"Fn::Select": [0, [HIDDEN, PLAIN]]},
        {"Fn::Select": ["1", {"Fn::Split": [":", HIDDEN]}]},
        {"Fn::Base64": {"Ref": "Secret"}},
        {"Fn::FindInMap": ["Keys", "prod", "hidden"]},
        {"Fn::ToJsonString": {"key": HIDDEN}},
        None,
        "",
    ],
)
def test_a_reference_hides(value: Any) -> None:  # noqa: ANN401 - JSON
    hides_credentials(with_key(value))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (PLAIN, "is plain text"),
        (12345, "is plain text"),
        (True, "is plain text"),
        ([HIDDEN, PLAIN], "is plain text"),
        (f"{HIDDEN}{PLAIN}", "has plain text beside its reference"),
        ("{{resolve:secretsmanager:crm", "is plain text"),
        ("{{resolve:ssm:/crm/key:1}}", "is a parameter of Parameter Store that isn't encrypted"),
        ({"Ref": "Echoed"}, "is the parameter 'Echoed', .* for lack of NoEcho"),
        ({"Ref": "Preset"}, "is the parameter 'Preset', whose Default the template shows"),
        ({"Fn::Sub": PLAIN}, "is plain text"),
        ({"Fn::Sub": "${!hunter2}"}, "is plain text"),
        ({"Fn::Sub": "${Secret}hunter2"}, "has plain text beside its reference"),
        ({"Fn::Sub": "${Echoed}"}, "is the parameter 'Echoed'"),
        ({"Fn::Sub": ["${Word}", {"Word": PLAIN}]}, "is plain text"),
        ({"Fn::Sub": ["${Word}", {"Word": {"Ref": "Echoed"}}]}, "is the parameter 'Echoed'"),
        ({"Fn::Join": ["", ["hun", "ter2"]]}, "is plain text"),
        ({"Fn::Join": ["", [{"Ref": "Secret"}, "ter2"]]}, "has plain text beside"),
        ({"Fn::Join": ["", [{"Ref": "Echoed"}]]}, "is the parameter 'Echoed'"),
        ({"Fn::Join": ["", {"Fn::Split": [",", PLAIN]}]}, "is plain text"),
        ({"Fn::If": ["Live", HIDDEN, PLAIN]}, "is plain text"),
        (
            {"Fn::If": ["Live", {"Fn::If": ["Live", HIDDEN, {"Fn::Sub": PLAIN}]}, HIDDEN]},
            "is plain",
        ),
        ({"Fn::Select": ["1", [HIDDEN, PLAIN]]}, "is plain text"),
        ({"Fn::Select": [{"Ref": "Echoed"}, [HIDDEN, PLAIN]]}, "is plain text"),
        ({"Fn::Select": [0, {"Fn::Split": [",", PLAIN]}]}, "is plain text"),
        ({"Fn::Base64": PLAIN}, "is plain text"),
        ({"Fn::FindInMap": ["Keys", "prod", "plain"]}, "is in the mapping 'Keys'"),
        ({"Fn::FindInMap": ["Keys", {"Ref": "Echoed"}, "hidden"]}, "is in the mapping 'Keys'"),
        ({"Fn::FindInMap": ["Gone", "a", "b"]}, "is in the mapping 'Gone'"),
        (
            {"Fn::FindInMap": ["Keys", "prod", "hidden", {"DefaultValue": PLAIN}]},
            "is in the mapping 'Keys'",
        ),
        ({"Fn::ImportValue": "crm-key"}, "is an export"),
        ({"Fn::GetAtt": ["Kept", "Value"]}, "is the value of the parameter 'Kept'"),
        ({"Fn::GetAtt": ["Nested", "Outputs.Key"]}, "is an output of the stack 'Nested'"),
        ({"Fn::ToJsonString": {"key": PLAIN}}, "is plain text"),
        ({"Fn::Transform": {"Name": "Macro"}}, "is made by Fn::Transform"),
        ({"Fn::Join": "hunter2"}, "is made by Fn::Join"),
    ],
)
def test_what_is_shown_is_named_and_not_repeated(value: Any, says: str) -> None:  # noqa: ANN401 - JSON
    with pytest.raises(AssertionError, match=rf"^Login shows its ApiKey, which {says}") as caught:
        hides_credentials(with_key(value))
    assert str(caught.value).endswith("; give a SecretValue of Secrets Manager")
    assert PLAIN not in str(caught.value)


@pytest.mark.parametrize("name", ["Username", "ClientId", "AuthenticationType", "pin"])
def test_each_value_of_a_credentials_map_is_secret(name: str) -> None:
    custom = {"CustomAuthenticationType": "Pin", "CredentialsMap": {name: PLAIN}}
    with pytest.raises(AssertionError, match=rf"shows its CredentialsMap\['{name}'\], which is pl"):
        hides_credentials(of_credentials({"AuthenticationType": "CUSTOM", "Custom": custom}))


def test_the_names_of_users_and_clients_are_no_secrets() -> None:
    hides_credentials(
        of_credentials(
            {
                "AuthenticationType": "OAUTH2",
                "Oauth2": {
                    "ClientId": {"Ref": "Echoed"},
                    "ClientSecret": HIDDEN,
                    "OAuthRequest": {"AuthCode": HIDDEN, "RedirectUri": "https://crm.example.com"},
                },
                "Basic": {"Username": "ann", "Password": HIDDEN},
            }
        )
    )


def test_a_settings_value_is_no_credential() -> None:
    hides_credentials(
        of_credentials(
            {"AuthenticationType": "APIKEY"},
            ConnectorProfileProperties={"CustomConnector": {"ProfileProperties": {"a": "b"}}},
        )
    )


def test_a_refresh_token_is_told_from_the_function_ref() -> None:
    tokens = {"AccessToken": PLAIN, "RefreshToken": PLAIN}
    with pytest.raises(AssertionError, match=r"its AccessToken, .* its RefreshToken, which"):
        hides_credentials(of_credentials({"AuthenticationType": "OAUTH2", "Oauth2": tokens}))


@pytest.mark.parametrize(
    "member", ["ConnectorProfileConfig", "ConnectorProfileCredentials", "CustomConnector", "Basic"]
)
def test_a_case_of_a_condition_is_looked_into(member: str) -> None:
    members = ["ConnectorProfileConfig", "ConnectorProfileCredentials", "CustomConnector", "Basic"]
    value: dict[str, Any] = {"Username": "ann", "Password": PLAIN}
    for each in reversed(members):
        case = {"Fn::If": ["Live", {"Ref": "AWS::NoValue"}, value]} if each == member else value
        value = {each: case}
    with pytest.raises(AssertionError, match="shows its Password, which is plain text"):
        hides_credentials(of_properties(value))


@pytest.mark.parametrize("properties", [None, {}, {"ConnectorProfileConfig": None}])
def test_a_profile_without_credentials_shows_none(properties: Any) -> None:  # noqa: ANN401 - JSON
    hides_credentials(of_properties(properties))


def test_what_a_macro_writes_is_not_known() -> None:
    macro = {"Fn::Transform": {"Name": "AWS::Include"}}
    with pytest.raises(AssertionError, match="its credentials, which is made by Fn::Transform"):
        hides_credentials(of_properties({"ConnectorProfileConfig": macro}))


def test_other_connectors_members_are_looked_at_too() -> None:
    infor = {"AccessKeyId": PLAIN, "UserId": "ann", "SecretAccessKey": HIDDEN, "Datakey": HIDDEN}
    config = {"ConnectorProfileCredentials": {"InforNexus": infor}}
    with pytest.raises(AssertionError, match="shows its AccessKeyId, which is plain text"):
        hides_credentials(of_properties({"ConnectorProfileConfig": config}))


def test_the_constructs_path_is_told_where_the_template_has_it() -> None:
    app = App(context={"aws:cdk:enable-path-metadata": True})
    stack = Stack(app, "Stack")
    shop = CustomConnector.from_connector_label(stack, "Shop", "Shop")
    plain = SecretValue.unsafe_plain_text(PLAIN)
    credentials = ConnectorCredentials.api_key(plain, unsafe_plain_text=True)
    ConnectorProfile(stack, "Login", connector=shop, credentials=credentials)
    with pytest.raises(AssertionError, match=r"\(Stack/Login/Resource\) shows its ApiKey"):
        hides_credentials(Template.from_stack(stack))


def test_a_secret_that_comes_from_another_stack_by_an_export_is_shown() -> None:
    app = unbundled_app()
    theirs, own = Stack(app, "Theirs"), Stack(app, "Own")
    key = iam.CfnAccessKey(theirs, "Key", user_name="ann")
    secret = SecretValue.resource_attribute(key.attr_secret_access_key)
    shop = CustomConnector.from_connector_label(own, "Shop", "Shop")
    ConnectorProfile(own, "Login", connector=shop, credentials=ConnectorCredentials.api_key(secret))
    with pytest.raises(AssertionError, match="its ApiKey, which is an export"):
        hides_credentials(Template.from_stack(own))
