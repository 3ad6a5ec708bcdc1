"""Keeps secrets out of templates: a SecretValue must become a reference there.

What the text of one says is looked at when it is given, and what its tokens stand for when its
profile is made. No error ever contains a secret's text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final

from aws_cdk import CfnParameter, Reference, SecretValue, Stack, Token, Tokenization

from cdk_appflow_connector import validation
from cdk_appflow_connector.argument_types import check_given_type
from cdk_appflow_connector.profile.shown_text import SSM_TYPE, Surroundings, problem_of

# Source: API reference, BasicAuthCredentials (username) and OAuth2Credentials (clientId).
_NAME_MAX_LENGTH = 512
_SSM_SECURE = "{{resolve:ssm-secure:"
# The CDK's tokens, and CloudFormation's dynamic references, which may contain tokens.
_TOKEN: Final = re.compile(r"\$\{Token\[[^\]]*\]\}")
_DYNAMIC_REFERENCE: Final = re.compile(r"\{\{resolve:[^{}]*\}\}")


class Texts(dict[str, str]):
    """The template's texts by argument; those in `secret` must not be shown in it."""

    secret: frozenset[str] = frozenset()


def texts_of(
    names: Mapping[str, str | SecretValue | None],
    secrets: Mapping[str, SecretValue | None],
    plain_text_is_meant: bool,
    *,
    optional: Collection[str] = (),
) -> Texts:
    """Return the template's texts by argument; names may be plain text.

    Args:
        names: what may be secret or not, such as a user's name.
        secrets: what is secret.
        plain_text_is_meant: the caller said so.
        optional: the arguments that may be None, and are left out then.

    Raises:
        TypeError: a secret is not a SecretValue, or what is meant not a bool.
        ValueError: the template would show a secret, or AppFlow would refuse a name.
    """
    check_given_type("unsafe_plain_text", plain_text_is_meant, bool, "give True or False")
    texts = Texts()
    for argument, value in {**names, **secrets}.items():
        if argument in names and isinstance(value, str):
            validation.check_word(argument, value, _NAME_MAX_LENGTH)
            texts[argument] = value
        elif value is not None or argument not in optional:
            kind = "a text or a SecretValue" if argument in names else "a SecretValue"
            texts[argument] = template_text(argument, value, plain_text_is_meant, kind)
            texts.secret |= set() if plain_text_is_meant else {argument}
    return texts


def template_text(
    argument: str, secret: object, plain_text_is_meant: bool, kind: str = "a SecretValue"
) -> str:
    """Return the text that stands for a secret in the template.

    Raises:
        TypeError: the secret is not a SecretValue.
        ValueError: the template would show the secret, and the caller didn't ask for that.
    """
    if not isinstance(secret, SecretValue):
        given = "None" if secret is None else f"a {type(secret).__name__}"
        raise TypeError(
            f"{argument} is {given}, but must be {kind}, such as "
            "SecretValue.secrets_manager('its-name')"
        )
    # Safe: the profile's property is where the CDK, too, would allow the secret to be resolved.
    text = secret.unsafe_unwrap()
    if plain_text_is_meant:
        return text
    literal = _DYNAMIC_REFERENCE.sub("", _TOKEN.sub("", text))
    if literal or not text:
        found = "is plain text" if literal == text else "has plain text beside its reference"
        raise _shown(argument, found)
    for parameter in parameters_in(text):
        _check_parameter(argument, parameter)
    return text


def check_references(texts: Texts, stack: Stack) -> None:
    """Raise ValueError for what the template would show, or CloudFormation refuses in a profile.

    Source: CloudFormation user guide, "Resources that support dynamic parameter patterns for
    secure strings": AWS::AppFlow::ConnectorProfile is not among them.
    """
    for argument, text in texts.items():
        value = stack.resolve(text) if Token.is_unresolved(text) else text
        if _SSM_SECURE in str(value):
            raise ValueError(
                f"{argument} is a SecureString of Parameter Store, which CloudFormation doesn't "
                "resolve for a connector profile: keep the secret in Secrets Manager"
            )
        if argument in texts.secret and (problem := problem_of(value, Surroundings())):
            raise _shown(argument, problem)


def _check_parameter(argument: str, parameter: CfnParameter) -> None:
    name = parameter.node.id
    if not parameter.no_echo:
        raise ValueError(
            f"{argument} is the parameter {name!r}, whose value CloudFormation shows: declare the "
            "parameter with no_echo=True, or say unsafe_plain_text=True"
        )
    # The default of one that is read from Parameter Store is a name.
    if parameter.default and not parameter.type.startswith(SSM_TYPE):
        raise ValueError(
            f"{argument} is the parameter {name!r}, whose default the template shows: leave the "
            "default out, or say unsafe_plain_text=True"
        )


def _shown(argument: str, problem: str) -> ValueError:
    return ValueError(
        f"{argument} {problem}, and everyone who can read the template would see it: give "
        "SecretValue.secrets_manager('its-name'), or say unsafe_plain_text=True"
    )


def parameters_in(text: str) -> list[CfnParameter]:
    """Return the parameters that a text holds."""
    tokens = Tokenization.reverse_string(text).tokens
    targets = [token.target for token in tokens if isinstance(token, Reference)]
    return [target for target in targets if isinstance(target, CfnParameter)]
