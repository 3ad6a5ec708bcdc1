"""Credentials reach the template as references, and never as text."""

from __future__ import annotations

import json
from collections.abc import Callable

import jsii
import pytest
from aws_cdk import Aws, CfnParameter, Fn, IStableStringProducer, Lazy, SecretValue, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_secretsmanager as secretsmanager

from cdk_appflow_connector import ConnectorCredentials
from harness.synth.apps import unbundled_app
from harness.synth.templates import flat
from tests.constructs.profile.profile_credentials import config_of, resolved, stored

TOKEN_URL = "https://login.example/token"
PLAIN = SecretValue.unsafe_plain_text("hunter2")


@jsii.implements(IStableStringProducer)
class Plain:
    def produce(self) -> str:
        return "hunter2"


Factory = Callable[[SecretValue, bool], ConnectorCredentials]

# Each puts one secret into one argument.
FACTORIES: dict[str, Factory] = {
    "key": lambda secret, unsafe: ConnectorCredentials.api_key(secret, unsafe_plain_text=unsafe),
    "secret_key": lambda secret, unsafe: ConnectorCredentials.api_key(
        stored("key"), secret, unsafe_plain_text=unsafe
    ),
    "username": lambda secret, unsafe: ConnectorCredentials.basic(
        secret, stored("password"), unsafe_plain_text=unsafe
    ),
    "password": lambda secret, unsafe: ConnectorCredentials.basic(
        "reader", secret, unsafe_plain_text=unsafe
    ),
    "credentials['pin']": lambda secret, unsafe: ConnectorCredentials.custom(
        "Pin", {"pin": secret}, unsafe_plain_text=unsafe
    ),
    "client_secret": lambda secret, unsafe: ConnectorCredentials.oauth2_client_credentials(
        "client", secret, TOKEN_URL, unsafe_plain_text=unsafe
    ),
    "auth_code": lambda secret, unsafe: ConnectorCredentials.oauth2_authorization_code(
        "client",
        stored("client-secret"),
        TOKEN_URL,
        auth_code=secret,
        redirect_uri="https://console.example/done",
        unsafe_plain_text=unsafe,
    ),
    "access_token": lambda secret, unsafe: ConnectorCredentials.oauth2_tokens(
        secret, token_url=TOKEN_URL, unsafe_plain_text=unsafe
    ),
    "refresh_token": lambda secret, unsafe: ConnectorCredentials.oauth2_tokens(
        stored("access-token"), secret, token_url=TOKEN_URL, unsafe_plain_text=unsafe
    ),
}
every_secret = pytest.mark.parametrize("argument", FACTORIES)


@every_secret
def test_a_secret_of_secrets_manager_is_a_reference_in_the_template(argument: str) -> None:
    assert resolved("its-name") in json.dumps(
        config_of(FACTORIES[argument](stored("its-name"), False))
    )


@every_secret
def test_a_secret_in_plain_text_is_refused_by_argument_and_not_shown(argument: str) -> None:
    with pytest.raises(ValueError, match="is plain text, and everyone") as caught:
        FACTORIES[argument](PLAIN, False)
    assert str(caught.value).startswith(f"{argument} ")
    assert "hunter2" not in str(caught.value)


@every_secret
@pytest.mark.parametrize(
    "reference", [Aws.REGION, "{{resolve:secretsmanager:its-name}}"], ids=["token", "dynamic"]
)
def test_plain_text_beside_a_reference_is_refused_and_not_shown(
    argument: str, reference: str
) -> None:
    joined = SecretValue.unsafe_plain_text(f"hunter2{reference}")
    with pytest.raises(ValueError, match="has plain text beside its reference") as caught:
        FACTORIES[argument](joined, False)
    assert str(caught.value).startswith(f"{argument} ")
    assert "hunter2" not in str(caught.value)


def test_a_dynamic_reference_may_be_written_out_with_tokens_in_it() -> None:
    text = f"{{{{resolve:secretsmanager:shop-{Aws.REGION}:SecretString:key}}}}"
    credentials = ConnectorCredentials.api_key(SecretValue.unsafe_plain_text(text))
    assert "SecretString:key}}" in json.dumps(config_of(credentials))


@every_secret
def test_a_secret_in_plain_text_is_written_if_the_caller_says_so(argument: str) -> None:
    assert '"hunter2"' in json.dumps(config_of(FACTORIES[argument](PLAIN, True)))


@every_secret
def test_a_secure_string_is_refused_because_a_profile_does_not_resolve_it(
    argument: str,
) -> None:
    credentials = FACTORIES[argument](SecretValue.ssm_secure("/shop/token", "1"), False)
    with pytest.raises(ValueError, match="is a SecureString of Parameter Store") as caught:
        config_of(credentials)
    assert str(caught.value).startswith(f"{argument} ")


@pytest.mark.parametrize("argument", sorted(set(FACTORIES) - {"username"}))
def test_a_secret_given_as_a_string_is_refused_and_not_shown(argument: str) -> None:
    with pytest.raises(TypeError, match="must be a SecretValue") as caught:
        FACTORIES[argument]("hunter2", True)  # type: ignore[arg-type]  # what callers may try
    assert "hunter2" not in str(caught.value)


def test_a_parameter_that_is_not_echoed_may_be_a_secret() -> None:
    stack = Stack(unbundled_app(), "Stack")
    parameter = CfnParameter(stack, "Token", no_echo=True)
    config = config_of(ConnectorCredentials.api_key(SecretValue.cfn_parameter(parameter)), stack)
    credentials = config["ConnectorProfileCredentials"]["CustomConnector"]
    assert credentials["ApiKey"] == {"ApiKey": {"Ref": "Token"}}


def test_a_parameter_that_is_echoed_is_refused() -> None:
    parameter = CfnParameter(Stack(unbundled_app(), "Stack"), "Token")
    secret = SecretValue.unsafe_plain_text(parameter.value_as_string)
    with pytest.raises(ValueError, match="key is the parameter 'Token', whose value CloudForm"):
        ConnectorCredentials.api_key(secret)


def test_a_parameter_with_a_default_is_refused_and_the_default_not_shown() -> None:
    parameter = CfnParameter(
        Stack(unbundled_app(), "Stack"), "Token", no_echo=True, default="hunter2"
    )
    with pytest.raises(ValueError, match="key is the parameter 'Token', whose default") as caught:
        ConnectorCredentials.api_key(SecretValue.cfn_parameter(parameter))
    assert "hunter2" not in str(caught.value)


def test_the_default_of_a_parameter_from_parameter_store_is_a_name() -> None:
    kind, stack = "AWS::SSM::Parameter::Value<String>", Stack(unbundled_app(), "Stack")
    parameter = CfnParameter(stack, "Token", no_echo=True, type=kind, default="/crm/key")
    assert config_of(ConnectorCredentials.api_key(SecretValue.cfn_parameter(parameter)), stack)


@pytest.mark.parametrize(
    ("token", "says"),
    [
        (Fn.join("", ["hunter2", Aws.REGION]), "has plain text beside its reference"),
        (Fn.sub("hunter2"), "is plain text"),
        (Fn.base64("hunter2"), "is plain text"),
        (Fn.find_in_map("Keys", "crm", "key"), "is in the mapping 'Keys'"),
        (Fn.import_value("crm-key"), "is an export"),
        (Lazy.string(Plain()), "is plain text"),
        ("{{resolve:ssm:/crm/key}}", "is a parameter of Parameter Store that isn't encrypted"),
    ],
    ids=["join", "sub", "base64", "mapping", "import", "lazy", "parameter store"],
)
def test_a_token_that_stands_for_what_the_template_shows_is_refused(token: str, says: str) -> None:
    secret = SecretValue.unsafe_plain_text(token)
    with pytest.raises(ValueError, match=rf"^key {says}.* \(at Stack/Profile\)$") as caught:
        config_of(ConnectorCredentials.api_key(secret))
    assert "hunter2" not in str(caught.value)
    config_of(ConnectorCredentials.api_key(secret, unsafe_plain_text=True))


def test_an_attribute_of_a_resource_may_be_a_secret() -> None:
    stack = Stack(unbundled_app(), "Stack")
    key = iam.CfnAccessKey(stack, "Key", user_name="reader")
    secret = SecretValue.resource_attribute(key.attr_secret_access_key)
    config = config_of(ConnectorCredentials.api_key(secret), stack)
    credentials = config["ConnectorProfileCredentials"]["CustomConnector"]
    assert flat(credentials["ApiKey"]["ApiKey"]) == "${Key.SecretAccessKey}"


def test_a_secret_of_the_same_stack_is_a_reference_to_its_value() -> None:
    stack = Stack(unbundled_app(), "Stack")
    secret = secretsmanager.Secret(stack, "Token").secret_value
    config = config_of(ConnectorCredentials.api_key(secret), stack)
    text = flat(config["ConnectorProfileCredentials"]["CustomConnector"]["ApiKey"]["ApiKey"])
    assert text.startswith("{{resolve:secretsmanager:${Token")
