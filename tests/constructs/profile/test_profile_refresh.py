"""What a profile that follows its secrets adds to a template, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import CfnParameter, SecretValue, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager

from appflow_connector_provider.stored_credentials import StoredCredentials
from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from harness.synth.apps import unbundled_app
from harness.synth.templates import Synthesised, flat

RULE = "AWS::Events::Rule"
PROFILE = "AWS::AppFlow::ConnectorProfile"
REVISION = "Custom::AppFlowProfileRefresh"
COMPLETE = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:crm/key-AbCdEf"
Secret = secretsmanager.ISecret


@pytest.fixture
def secret(stack: Stack) -> secretsmanager.Secret:
    return secretsmanager.Secret(stack, "Secret")


def basic(secret: Secret) -> ConnectorCredentials:
    return ConnectorCredentials.basic("ann", secret.secret_value_from_json("password"))


def profile(stack: Stack, credentials: ConnectorCredentials, **given: Any) -> ConnectorProfile:  # noqa: ANN401 - of ConnectorProfile
    connector = CustomConnector.from_connector_label(stack, "Crm", "Crm")
    return ConnectorProfile(stack, "Made", connector=connector, credentials=credentials, **given)


def written(stack: Stack) -> dict[str, Any]:
    """The function's variable, with references spelled out."""
    function = Synthesised(stack).the("AWS::Lambda::Function", "MadeRefresh")
    variables = function["Properties"]["Environment"]["Variables"]
    found: dict[str, Any] = json.loads(flat(variables["CREDENTIALS"]))
    return found


def test_the_function_is_told_of_the_secret_and_of_no_text_in_it(
    stack: Stack, secret: secretsmanager.Secret
) -> None:
    profile(stack, basic(secret), refresh_on_rotation=secret)
    reference = f"${{{Synthesised(stack).id_of('AWS::SecretsManager::Secret')}}}"
    assert written(stack) == {
        "secrets": [[reference, "AWSCURRENT"]],
        "members": {
            "authenticationType": "BASIC",
            "basic": {"username": "ann", "password": [0, "password"]},
        },
    }
    function = Synthesised(stack).the("AWS::Lambda::Function", "MadeRefresh")
    assert "{{resolve:" not in json.dumps(function)


def test_what_the_construct_writes_the_function_reads(
    stack: Stack, secret: secretsmanager.Secret
) -> None:
    profile(stack, basic(secret), refresh_on_rotation=secret)
    read = StoredCredentials.parse(json.dumps(written(stack)))
    found = read.read(lambda _secret: {"SecretString": json.dumps({"password": "x"})})
    assert found["basic"] == {"username": "ann", "password": "x"}


@pytest.mark.parametrize(
    ("made", "members"),
    [
        (
            lambda secret: ConnectorCredentials.api_key(secret.secret_value),
            {"authenticationType": "APIKEY", "apiKey": {"apiKey": [0, ""]}},
        ),
        (
            lambda secret: ConnectorCredentials.custom(
                "Token", {"Token": secret.secret_value_from_json("t")}
            ),
            {
                "authenticationType": "CUSTOM",
                "custom": {
                    "customAuthenticationType": "Token",
                    "credentialsMap": {"Token": [0, "t"]},
                },
            },
        ),
        (
            lambda secret: ConnectorCredentials.oauth2_client_credentials(
                "me", secret.secret_value_from_json("s"), "https://crm.example.com/token"
            ),
            {
                "authenticationType": "OAUTH2",
                "oauth2": {"clientId": "me", "clientSecret": [0, "s"]},
            },
        ),
        (
            lambda secret: ConnectorCredentials.oauth2_tokens(
                secret.secret_value_from_json("a"),
                secret.secret_value_from_json("r"),
                token_url="https://crm.example.com/token",
            ),
            {
                "authenticationType": "OAUTH2",
                "oauth2": {"accessToken": [0, "a"], "refreshToken": [0, "r"]},
            },
        ),
    ],
    ids=["api key", "custom", "client credentials", "tokens"],
)
def test_every_kind_of_credentials_is_in_appflows_form(
    stack: Stack,
    secret: secretsmanager.Secret,
    made: Callable[[Secret], ConnectorCredentials],
    members: dict[str, Any],
) -> None:
    profile(stack, made(secret), refresh_on_rotation=secret)
    assert written(stack)["members"] == members


def test_the_function_may_update_its_profile_and_read_its_secret_only(
    stack: Stack, secret: secretsmanager.Secret
) -> None:
    profile(stack, basic(secret), refresh_on_rotation=secret)
    template = Synthesised(stack)
    rights = {
        action: flat(statement["Resource"])
        for statement in template.statements("MadeRefreshRole")
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else [])
    }
    own = template.id_of(PROFILE)
    assert rights["appflow:UpdateConnectorProfile"] == f"${{{own}.ConnectorProfileArn}}"
    assert rights["appflow:DescribeConnectorProfiles"] == "*"
    several = {
        tuple(statement["Action"]): flat(statement["Resource"])
        for statement in template.statements("MadeRefreshRole")
        if not isinstance(statement["Action"], str)
    }
    stored = f"${{{template.id_of('AWS::SecretsManager::Secret')}}}"
    reading = ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret")
    assert several[reading] == stored
    assert set(several.values()) == {
        stored,
        f"${{{own}.CredentialsArn}}",
        flat({"Fn::GetAtt": [template.id_of("AWS::Logs::LogGroup"), "Arn"]}),
    }


def test_a_rule_matches_the_secrets_new_current_version(
    stack: Stack, secret: secretsmanager.Secret
) -> None:
    profile(stack, basic(secret), refresh_on_rotation=secret)
    pattern = Synthesised(stack).the(RULE)["Properties"]["EventPattern"]
    assert pattern == {
        "source": ["aws.secretsmanager"],
        "detail-type": ["Secret Label Updated"],
        "resources": [{"Ref": Synthesised(stack).id_of("AWS::SecretsManager::Secret")}],
        "detail": {"labelUpdated": ["AWSCURRENT"]},
    }


def test_a_secret_is_matched_by_its_name_where_its_whole_arn_is_not_known(stack: Stack) -> None:
    named = secretsmanager.Secret.from_secret_name_v2(stack, "Named", "crm/key")
    credentials = ConnectorCredentials.api_key(SecretValue.secrets_manager("crm/key"))
    profile(stack, credentials, refresh_on_rotation=named)
    pattern = Synthesised(stack).the(RULE)["Properties"]["EventPattern"]
    assert pattern["detail"] == {"labelUpdated": ["AWSCURRENT"], "name": ["crm/key"]}
    assert "resources" not in pattern


def test_a_secret_is_matched_by_its_arn_where_that_is_known(stack: Stack) -> None:
    imported = secretsmanager.Secret.from_secret_complete_arn(stack, "Key", COMPLETE)
    credentials = ConnectorCredentials.api_key(SecretValue.secrets_manager(COMPLETE))
    profile(stack, credentials, refresh_on_rotation=imported)
    assert Synthesised(stack).the(RULE)["Properties"]["EventPattern"]["resources"] == [COMPLETE]


def test_several_secrets_and_labels_each_have_a_rule(stack: Stack) -> None:
    first, second = (secretsmanager.Secret(stack, each) for each in ("First", "Second"))
    blue = SecretValue.secrets_manager(second.secret_arn, version_stage="BLUE")
    credentials = ConnectorCredentials.api_key(first.secret_value_from_json("key"), blue)
    profile(stack, credentials, refresh_on_rotation=[first, second])
    rules = Synthesised(stack).of_type(RULE).values()
    labels = [each["Properties"]["EventPattern"]["detail"]["labelUpdated"] for each in rules]
    assert labels == [["AWSCURRENT"], ["BLUE"]]
    assert written(stack)["members"]["apiKey"] == {"apiKey": [0, "key"], "apiSecretKey": [1, ""]}


def test_a_secret_of_another_stack_is_referred_to_from_there() -> None:
    app = unbundled_app()
    theirs, own = Stack(app, "Theirs"), Stack(app, "Own")
    secret = secretsmanager.Secret(theirs, "Secret")
    profile(own, basic(secret), refresh_on_rotation=secret)
    function = Synthesised(own).the("AWS::Lambda::Function", "MadeRefresh")
    assert "Fn::ImportValue" in json.dumps(function["Properties"]["Environment"])


def test_a_name_that_is_a_parameter_is_passed_on(
    stack: Stack, secret: secretsmanager.Secret
) -> None:
    user = CfnParameter(stack, "User")
    password = secret.secret_value_from_json("password")
    credentials = ConnectorCredentials.basic(user.value_as_string, password)
    profile(stack, credentials, refresh_on_rotation=secret)
    assert written(stack)["members"]["basic"]["username"] == "${User}"


def test_the_key_of_a_secret_lets_the_function_decrypt(stack: Stack) -> None:
    key = kms.Key(stack, "Key")
    secret = secretsmanager.Secret(stack, "Secret", encryption_key=key)
    profile(stack, basic(secret), refresh_on_rotation=secret)
    policy = json.dumps(Synthesised(stack).the("AWS::KMS::Key")["Properties"]["KeyPolicy"])
    assert "MadeRefreshRole" in policy


def test_a_profiles_own_key_may_be_used_by_way_of_appflow_only(
    stack: Stack, secret: secretsmanager.Secret
) -> None:
    profile(stack, basic(secret), refresh_on_rotation=secret, key=kms.Key(stack, "Key"))
    (statement,) = (
        each
        for each in Synthesised(stack).statements("MadeRefreshRole")
        if "kms:GenerateDataKey" in each["Action"]
    )
    condition = statement["Condition"]["ForAnyValue:StringEquals"]
    assert condition == {"aws:CalledVia": ["appflow.amazonaws.com"]}


def test_a_revision_is_a_resource_that_the_function_answers(
    stack: Stack, secret: secretsmanager.Secret
) -> None:
    profile(stack, basic(secret), refresh_on_rotation=secret, revision="2026-11-29")
    template = Synthesised(stack)
    resource = template.the(REVISION)
    assert resource["Properties"]["Revision"] == "2026-11-29"
    assert "MadeRefreshHandler" in flat(resource["Properties"]["ServiceToken"])
    assert any("DefaultPolicy" in each for each in resource["DependsOn"])
    # What changes before the rule is there is read by the deployment.
    assert template.id_of(RULE) in resource["DependsOn"]


def test_a_rotation_schedule_waits_for_the_rule_that_hears_of_it(
    stack: Stack, secret: secretsmanager.Secret
) -> None:
    rotation = lambda_.Function.from_function_name(stack, "Rotation", "rotate")
    made = profile(stack, basic(secret), refresh_on_rotation=secret, revision="1")
    secret.add_rotation_schedule("Monthly", rotation_lambda=rotation).node.add_dependency(made)
    template = Synthesised(stack)
    waits = template.the("AWS::SecretsManager::RotationSchedule")["DependsOn"]
    assert {template.id_of(RULE), template.id_of(PROFILE)} <= set(waits)


def test_without_a_revision_no_deployment_runs_the_function(
    stack: Stack, secret: secretsmanager.Secret
) -> None:
    profile(stack, basic(secret), refresh_on_rotation=secret)
    assert not Synthesised(stack).of_type(REVISION)


def test_a_profile_without_it_has_no_function(stack: Stack) -> None:
    made = profile(stack, ConnectorCredentials.api_key(SecretValue.secrets_manager("key")))
    assert made.refresh_function is None
    assert not Synthesised(stack).of_type("AWS::Lambda::Function")
    with pytest.raises(ValueError, match="'Stack/Made' has no metric of refresh failures"):
        made.metric_refresh_failures()


def test_failures_to_refresh_are_the_functions_errors(
    stack: Stack, secret: secretsmanager.Secret
) -> None:
    made = profile(stack, basic(secret), refresh_on_rotation=secret)
    metric = made.metric_refresh_failures(statistic="Maximum")
    assert (metric.metric_name, metric.statistic) == ("Errors", "Maximum")
    assert made.refresh_function is not None
    invoker = iam.Role(stack, "Operators", assumed_by=iam.AccountRootPrincipal())
    assert made.refresh_function.grant_invoke(invoker).success


def plain(_secret: Secret) -> ConnectorCredentials:
    return ConnectorCredentials.api_key(SecretValue.secrets_manager("other"))


def versioned(secret: Secret) -> ConnectorCredentials:
    version = SecretValue.secrets_manager(secret.secret_arn, version_id="v" * 36)
    return ConnectorCredentials.api_key(version)


def parameter(secret: Secret) -> ConnectorCredentials:
    given = CfnParameter(secret.stack, "Key", no_echo=True)
    return ConnectorCredentials.api_key(SecretValue.cfn_parameter(given))


def code(secret: Secret) -> ConnectorCredentials:
    return ConnectorCredentials.oauth2_authorization_code(
        "me",
        secret.secret_value_from_json("s"),
        "https://crm.example.com/token",
        auth_code=secret.secret_value_from_json("c"),
        redirect_uri="https://crm.example.com",
    )


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (plain, "key is in none of the secrets of refresh_on_rotation"),
        (versioned, f"key is the version '{'v' * 36}' of its secret"),
        (parameter, "key is a parameter with no_echo"),
        (code, "refresh_on_rotation contradicts auth_code"),
    ],
)
def test_credentials_that_cannot_be_read_again_are_refused(
    stack: Stack,
    secret: secretsmanager.Secret,
    made: Callable[[Secret], ConnectorCredentials],
    problem: str,
) -> None:
    with pytest.raises(ValueError, match=rf"^{problem}.* \(at Stack/Made\)$"):
        profile(stack, made(secret), refresh_on_rotation=secret)


def test_a_secret_that_no_credential_uses_is_refused(
    stack: Stack, secret: secretsmanager.Secret
) -> None:
    other = secretsmanager.Secret(stack, "Other")
    with pytest.raises(ValueError, match="use nothing of 'Stack/Other'"):
        profile(stack, basic(secret), refresh_on_rotation=[secret, other])


def test_a_revision_without_a_secret_is_refused(stack: Stack) -> None:
    key = ConnectorCredentials.api_key(SecretValue.secrets_manager("key"))
    with pytest.raises(ValueError, match=r"revision '2' needs refresh_on_rotation.*Stack/Made"):
        profile(stack, key, revision="2")


@pytest.mark.parametrize("value", ["crm/key", COMPLETE, 3, True, {"a": "b"}])
def test_something_that_is_no_secret_is_refused(
    stack: Stack, secret: secretsmanager.Secret, value: object
) -> None:
    with pytest.raises(TypeError, match=r"^refresh_on_rotation .*from_secret_name_v2.*Stack/Made"):
        profile(stack, basic(secret), refresh_on_rotation=value)


def test_no_secrets_at_all_are_refused(stack: Stack, secret: secretsmanager.Secret) -> None:
    with pytest.raises(ValueError, match="refresh_on_rotation is empty"):
        profile(stack, basic(secret), refresh_on_rotation=[])
