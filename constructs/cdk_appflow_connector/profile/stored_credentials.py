"""Where the texts of a profile's credentials are: secrets, their versions and fields.

The template has dynamic references, which CloudFormation resolves wherever they are: the function
that refreshes the profile is told of secrets by their ARNs, so that its variables hold no secret.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_secretsmanager as secretsmanager

from cdk_appflow_connector.argument_types import check_given
from cdk_appflow_connector.profile.credentials import ConnectorCredentials
from cdk_appflow_connector.profile.followed_secrets import check_followed, spellings_of
from cdk_appflow_connector.profile.secret_text import parameters_in
from cdk_appflow_connector.profile.shown_text import is_intrinsic

_ARGUMENT: Final = "refresh_on_rotation"
_REFERENCE: Final = "{{resolve:secretsmanager:"
# Source: CloudFormation user guide, "Get a secret or secret value from Secrets Manager".
_REST: Final = re.compile(r":SecretString:([^:]*):([^:]*):([^:}]*)\}\}")
_CURRENT: Final = "AWSCURRENT"


@dataclass(frozen=True)
class StoredText:
    """A secret, and the staging label of its version that counts."""

    secret: secretsmanager.ISecret
    label: str


@dataclass(frozen=True)
class Located:
    """The secrets of some credentials, and AppFlow's form of the credentials.

    In `members`, ``[number, field]`` stands for a field of one of the secrets.
    """

    secrets: Sequence[StoredText]
    members: Mapping[str, Any]

    def json(self, stack: Stack) -> str:
        """As the function reads it."""
        secrets = [[each.secret.secret_arn, each.label] for each in self.secrets]
        return stack.to_json_string({"secrets": secrets, "members": self.members})


def secrets_of(
    given: secretsmanager.ISecret | Sequence[secretsmanager.ISecret],
) -> list[secretsmanager.ISecret]:
    """Return the argument's secrets, one or several.

    Raises:
        TypeError: it is something else.
        ValueError: it is an empty list.
    """
    several = [*given] if isinstance(given, Sequence) and not isinstance(given, str) else [given]
    if not several:
        raise ValueError(f"{_ARGUMENT} is empty: give the secrets of the credentials")
    advice = "give an aws_secretsmanager.Secret, or refer to one with Secret.from_secret_name_v2"
    for each in several:
        check_given(_ARGUMENT, each, "secret_arn", advice)
    return several


def locate(
    credentials: ConnectorCredentials, stack: Stack, secrets: Iterable[secretsmanager.ISecret]
) -> Located:
    """Find each text of the credentials in the secrets.

    Raises:
        ValueError: a text is in none of them, can't be read a second time, or is of a fixed
            version; or a secret has none of the texts, or is where no rule of the stack sees it.
    """
    _check_texts(credentials.texts)
    secrets = list(secrets)
    for secret in secrets:
        check_followed(stack, secret)
    finder = _Finder(stack, credentials.texts, secrets)
    arguments = {_flat(stack.resolve(text)): name for name, text in credentials.texts.items()}
    members = finder.members(stack.resolve(credentials.credentials), arguments)
    finder.check_all_used()
    return Located(finder.found, members)


class _Finder:
    def __init__(
        self, stack: Stack, texts: Mapping[str, str], secrets: list[secretsmanager.ISecret]
    ) -> None:
        self._texts = texts
        self._secrets = secrets
        self._by_reference = {
            _flat(stack.resolve(spelling)): secret
            for secret in secrets
            for spelling in spellings_of(secret)
        }
        self.found: list[StoredText] = []

    def members(self, value: Any, arguments: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON
        """AppFlow's names are those of the CDK's structs."""
        if isinstance(value, dict) and not is_intrinsic(value):
            return {name: self.members(each, arguments) for name, each in value.items()}
        flat = _flat(value)
        argument = arguments.get(flat, "")
        if not flat.startswith(_REFERENCE):
            # The text before it was resolved, which may refer to another stack.
            return self._texts.get(argument, value)
        return self._located(flat, argument)

    def _located(self, flat: str, argument: str) -> list[int | str]:
        for reference, secret in self._by_reference.items():
            start = f"{_REFERENCE}{reference}"
            if flat.startswith(start) and (rest := _REST.fullmatch(flat.removeprefix(start))):
                field, label, version = rest.groups()
                if version:
                    raise ValueError(
                        f"{argument} is the version {version!r} of its secret, which stays the "
                        f"same: leave the version out, or {_ARGUMENT}"
                    )
                return [self._number(StoredText(secret, label or _CURRENT)), field]
        raise ValueError(
            f"{argument} is in none of the secrets of {_ARGUMENT}, but AppFlow wants all "
            "credentials at once: give its secret, too"
        )

    def _number(self, stored: StoredText) -> int:
        for number, each in enumerate(self.found):
            if each.secret is stored.secret and each.label == stored.label:
                return number
        self.found.append(stored)
        return len(self.found) - 1

    def check_all_used(self) -> None:
        for secret in self._secrets:
            if not any(each.secret is secret for each in self.found):
                raise ValueError(
                    f"{_ARGUMENT}: the credentials use nothing of {secret.node.path!r}: leave it "
                    "out, or give them its secret_value_from_json(…)"
                )


def _check_texts(texts: Mapping[str, str]) -> None:
    if "auth_code" in texts:
        raise ValueError(
            f"{_ARGUMENT} contradicts auth_code, which works once: give oauth2_tokens, or "
            "oauth2_client_credentials"
        )
    for argument, text in texts.items():
        if any(parameter.no_echo for parameter in parameters_in(text)):
            raise ValueError(
                f"{argument} is a parameter with no_echo, which only CloudFormation can read: keep "
                f"it in Secrets Manager, or leave {_ARGUMENT} out"
            )


def _flat(value: object) -> str:
    """A resolved text with its intrinsic functions spelled out, so that two can be compared."""
    match value:
        case str():
            return value
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(map(_flat, parts))
    return json.dumps(value, sort_keys=True)
