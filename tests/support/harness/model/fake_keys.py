"""KMS as a dictionary, for hosts made of Python functions."""

from __future__ import annotations

from appflow_local.appflow.encryption_keys import ENABLED, EncryptionKey, KeyNotFound


class FakeKeys:
    """The part of a `Host` that knows keys, by the ARN that they are asked for by."""

    def __init__(self) -> None:
        self.keys: dict[str, EncryptionKey] = {}

    def encryption_key(self, arn: str) -> EncryptionKey:
        if arn not in self.keys:
            raise KeyNotFound(arn)
        return self.keys[arn]

    def add_key(self, arn: str, state: str = ENABLED, *, is_symmetric: bool = True) -> str:
        """Keep a key under its own ARN, in place of what it was; return the ARN."""
        self.keys[arn] = EncryptionKey(arn, state, is_symmetric)
        return arn
