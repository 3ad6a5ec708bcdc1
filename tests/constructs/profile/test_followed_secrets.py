"""A profile follows secrets of its own account and Region, by the names that events have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, CfnParameter, Environment, SecretValue, Stack
from aws_cdk import aws_secretsmanager as secretsmanager

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from harness.synth.apps import unbundled_app
from harness.synth.templates import Synthesised

HOME = Environment(account="123456789012", region="eu-west-1")
NAME = "crm/my-secret"  # six letters behind the hyphen, as in the suffix of an ARN
REGION, ACCOUNT = "Region us-east-1, not the profile's eu-west-1", "account 9{12}, not the profile"
Make = Callable[[Stack], secretsmanager.ISecret]


def arn(region: str = "eu-west-1", account: str = "123456789012", suffix: str = "") -> str:
    return f"arn:aws:secretsmanager:{region}:{account}:secret:{NAME}{suffix}"


def whole(**place: str) -> Make:
    return lambda stack: secretsmanager.Secret.from_secret_complete_arn(
        stack, "Secret", arn(suffix="-AbCdEf", **place)
    )


def partial(**place: str) -> Make:
    return lambda stack: secretsmanager.Secret.from_secret_partial_arn(
        stack, "Secret", arn(**place)
    )


def by_attributes(**place: str) -> Make:
    return lambda stack: secretsmanager.Secret.from_secret_attributes(
        stack, "Secret", secret_partial_arn=arn(**place)
    )


def by_name(stack: Stack) -> secretsmanager.ISecret:
    return secretsmanager.Secret.from_secret_name_v2(stack, "Secret", NAME)


def by_parameter(stack: Stack) -> secretsmanager.ISecret:
    given = CfnParameter(stack, "Arn").value_as_string
    return secretsmanager.Secret.from_secret_partial_arn(stack, "Secret", given)


def own(stack: Stack) -> secretsmanager.ISecret:
    return secretsmanager.Secret(stack, "Secret")


def elsewhere(make: Make, **place: str) -> Make:
    def made(stack: Stack) -> secretsmanager.ISecret:
        app = stack.node.root
        assert isinstance(app, App)
        env = {"account": HOME.account, "region": HOME.region, **place}
        return make(Stack(app, "Other", env=env))

    return made


def followed(stack: Stack, secret: secretsmanager.ISecret, key: SecretValue | None = None) -> None:
    ConnectorProfile(
        stack,
        "Made",
        connector=CustomConnector.from_connector_label(stack, "Crm", "Crm"),
        credentials=ConnectorCredentials.api_key(key or secret.secret_value),
        refresh_on_rotation=secret,
    )


@pytest.mark.parametrize(
    ("made", "differs"),
    [
        (whole(region="us-east-1"), REGION),
        (whole(account="9" * 12), ACCOUNT),
        (whole(region="us-east-1", account="9" * 12), f"{ACCOUNT}.*, and {REGION}"),
        (partial(region="us-east-1"), REGION),
        (by_attributes(account="9" * 12), ACCOUNT),
        (elsewhere(own, region="us-east-1"), REGION),
        (elsewhere(by_name, account="9" * 12), ACCOUNT),
    ],
)
def test_a_secret_whose_events_go_elsewhere_is_refused(made: Make, differs: str) -> None:
    stack = Stack(unbundled_app(), "Stack", env=HOME)
    secret = made(stack)
    words = rf"^refresh_on_rotation: the secret '{secret.node.path}' is in {differs}"
    with pytest.raises(ValueError, match=rf"{words}.* leave .* out \(at Stack/Made\)$"):
        followed(stack, secret)


@pytest.mark.parametrize("env", [HOME, None], ids=["known", "unknown"])
@pytest.mark.parametrize("made", [whole(), partial(), by_name, by_parameter, own])
def test_a_secret_that_may_be_here_is_followed(made: Make, env: Environment | None) -> None:
    stack = Stack(unbundled_app(), "Stack", env=env)
    followed(stack, made(stack))
    assert Synthesised(stack).the("AWS::Events::Rule")


def test_a_secret_of_any_place_may_be_here_where_the_stacks_own_is_not_known(stack: Stack) -> None:
    followed(stack, whole(region="us-east-1", account="9" * 12)(stack))
    assert Synthesised(stack).the("AWS::Events::Rule")


@pytest.mark.parametrize("made", [partial(), by_attributes(), by_name])
def test_a_rule_has_the_whole_name_of_a_secret_without_suffix(stack: Stack, made: Make) -> None:
    followed(stack, made(stack))
    pattern: Any = Synthesised(stack).the("AWS::Events::Rule")["Properties"]["EventPattern"]
    assert pattern["detail"]["name"] == [NAME]


@pytest.mark.parametrize("made", [whole(), partial()])
@pytest.mark.parametrize("spelling", [arn(), NAME])
def test_credentials_may_call_the_secret_otherwise(stack: Stack, made: Make, spelling: str) -> None:
    followed(stack, made(stack), SecretValue.secrets_manager(spelling))
    assert Synthesised(stack).the("AWS::Events::Rule")


def test_the_first_half_of_a_name_is_no_name(stack: Stack) -> None:
    with pytest.raises(ValueError, match="key is in none of the secrets"):
        followed(stack, partial()(stack), SecretValue.secrets_manager("crm/my"))


def test_an_arn_for_a_name_is_refused(stack: Stack) -> None:
    named = secretsmanager.Secret.from_secret_name_v2(stack, "Secret", arn())
    words = r"the name of the secret 'Stack/Secret' is an ARN, .*from_secret_complete_arn"
    with pytest.raises(ValueError, match=rf"{words}.*\(at Stack/Made\)$"):
        followed(stack, named, SecretValue.secrets_manager(arn()))
