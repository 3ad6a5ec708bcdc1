"""Keeps secrets out of templates: a SecretValue must become a reference there.

No error ever contains a secret's text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from aws_cdk import CfnParameter, Reference, SecretValue, Stack, Token, Tokenization

from cdk_appflow_connector import validation
from cdk_appflow_connector.argument_types import check_type

# Source: API reference, BasicAuthCredentials (username) and OAuth2Credentials (clientId).
_NAME_MAX_LENGTH = 512
_SSM_SECURE = "{{resolve:ssm-secure:"
# The CDK's tokens, and CloudFormation's dynamic references, which may contain tokens.
_TOKEN: Final = re.compile(r"\$\{Token\[[^\]]*\]\}")
_DYNAMIC_REFERENCE: Final = re.compile(r"\{\{resolve:[^{}]*\}\}")


def texts_of(
    names: Mapping[str, str | SecretValue | None],
    secrets: Mapping[str, SecretValue | None],
    plain_text_is_meant: bool,
) -> dict[str, str]:
    """Return the template's texts by argument, without None; names may be plain text.

    Raises:
        TypeError: a secret is not a SecretValue, or what is meant not a bool.
        ValueError: the template would show a secret, or AppFlow would refuse a name.
    """
    check_type("unsafe_plain_text", plain_text_is_meant, bool, "give True or False")
    texts = {}
    for argument, value in {**names, **secrets}.items():
        if argument in names and isinstance(value, str):
            validation.check_word(argument, value, _NAME_MAX_LENGTH)
            texts[argument] = value
        elif value is not None:
            texts[argument] = template_text(argument, value, plain_text_is_meant)
    return texts


def template_text(argument: str, secret: object, plain_text_is_meant: bool) -> str:
    """Return the text that stands for a secret in the template.

    Raises:
        TypeError: the secret is not a SecretValue.
        ValueError: the template would show the secret, and the caller didn't ask for that.
    """
    if not isinstance(secret, SecretValue):
        raise TypeError(
            f"{argument} must be a SecretValue, such as SecretValue.secrets_manager('its-name')"
        )
    # Safe: the profile's property is where the CDK, too, would allow the secret to be resolved.
    text = secret.unsafe_unwrap()
    if plain_text_is_meant:
        return text
    literal = _DYNAMIC_REFERENCE.sub("", _TOKEN.sub("", text))
    if literal or not text:
        found = "is plain text" if literal == text else "has plain text beside its reference"
        raise ValueError(
            f"{argument} {found}, which everyone who can read the template would see: give "
            "SecretValue.secrets_manager('its-name'), or say unsafe_plain_text=True"
        )
    for parameter in parameters_in(text):
        if not parameter.no_echo:
            raise ValueError(
                f"{argument} is the parameter {parameter.node.id!r}, whose value CloudFormation "
                "shows: declare the parameter with no_echo=True, or say unsafe_plain_text=True"
            )
    return text


def check_reference(argument: str, text: str, stack: Stack) -> None:
    """Raise ValueError for a reference that CloudFormation refuses in a connector profile.

    Source: CloudFormation user guide, "Resources that support dynamic parameter patterns for
    secure strings": AWS::AppFlow::ConnectorProfile is not among them.
    """
    if Token.is_unresolved(text) and _SSM_SECURE in str(stack.resolve(text)):
        raise ValueError(
            f"{argument} is a SecureString of Parameter Store, which CloudFormation doesn't "
            "resolve for a connector profile: keep the secret in Secrets Manager"
        )


def parameters_in(text: str) -> list[CfnParameter]:
    """Return the parameters that a text holds."""
    tokens = Tokenization.reverse_string(text).tokens
    targets = [token.target for token in tokens if isinstance(token, Reference)]
    return [target for target in targets if isinstance(target, CfnParameter)]
