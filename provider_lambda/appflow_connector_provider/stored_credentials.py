"""Credentials in AppFlow's form whose texts are in secrets. Makes no call itself.

No error ever contains a secret's text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from appflow_connector_provider.failures import RegistrationError

Members: TypeAlias = dict[str, Any]
"""AppFlow's credentials. A list ``[number, field]`` stands for the field of that secret, or for all
of its text if the field is empty."""


@dataclass(frozen=True)
class Stored:
    """A secret, by its ARN or name, and the staging label of the version that counts."""

    secret: str
    label: str


@dataclass(frozen=True)
class StoredCredentials:
    """The credentials of one profile.

    Args:
        secrets: where the texts are.
        members: what AppFlow is given.
    """

    secrets: Sequence[Stored]
    members: Members

    @classmethod
    def parse(cls, text: str) -> StoredCredentials:
        """Read what the construct wrote: ``{"secrets": [[ARN, LABEL], …], "members": {…}}``."""
        given = json.loads(text)
        return cls([Stored(*each) for each in given["secrets"]], given["members"])

    def read(self, get_secret_value: Callable[[Stored], dict[str, Any]]) -> Members:
        """Return the credentials, with each secret read once.

        Args:
            get_secret_value: returns what Secrets Manager answers.

        Raises:
            RegistrationError: a secret has no text, or lacks a field.
        """
        texts = [_text_of(each, get_secret_value) for each in self.secrets]
        return {name: self._filled(value, texts) for name, value in self.members.items()}

    def _filled(self, value: Any, texts: Sequence[str]) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, dict):
            return {name: self._filled(each, texts) for name, each in value.items()}
        if isinstance(value, list):
            number, field = value
            return _field(self.secrets[number].secret, texts[number], field)
        return value


def _text_of(stored: Stored, get_secret_value: Callable[[Stored], dict[str, Any]]) -> str:
    answer = get_secret_value(stored)
    text = answer.get("SecretString")
    if not isinstance(text, str):
        raise RegistrationError(f"Secret {stored.secret}", "it has no text", "Store a text in it.")
    return text


def _field(secret: str, text: str, field: str) -> str:
    if not field:
        return text
    try:
        value = json.loads(text)[field]
    except (ValueError, KeyError, TypeError):
        raise RegistrationError(
            f"Secret {secret}",
            f"it has no field {field!r}",
            "Rotate it to JSON with the fields that the profile uses.",
        ) from None
    return value if isinstance(value, str) else json.dumps(value)
