"""Secrets Manager as a dictionary, for hosts made of Python functions."""

from __future__ import annotations

from appflow_local.appflow.host import Caller, SecretExists, SecretNotFound

SUFFIX = "-AbCdEf"


class FakeSecrets:
    """The part of a `Host` that keeps secrets, by ARN."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.secret_keys: dict[str, str | None] = {}

    def create_secret(
        self, caller: Caller, name: str, value: str, key_arn: str | None = None
    ) -> str:
        prefix = f"arn:aws:secretsmanager:{caller.region}:{caller.account_id}:secret:"
        arn = prefix + name + SUFFIX
        if arn in self.secrets:
            raise SecretExists(name)
        self.secrets[arn] = value
        self.secret_keys[arn] = key_arn
        return arn

    def read_secret(self, secret_arn: str) -> str:
        if secret_arn not in self.secrets:
            raise SecretNotFound(secret_arn)
        return self.secrets[secret_arn]

    def replace_secret(self, secret_arn: str, value: str) -> str:
        if secret_arn not in self.secrets:
            raise SecretNotFound(secret_arn)
        before, self.secrets[secret_arn] = self.secrets[secret_arn], value
        return before

    def delete_secret(self, secret_arn: str) -> None:
        self.secrets.pop(secret_arn, None)
