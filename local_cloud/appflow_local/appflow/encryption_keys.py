"""What the model needs of KMS: whether there is a key, and what it is good for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

ENABLED = "Enabled"


@dataclass(frozen=True)
class EncryptionKey:
    """A KMS key.

    Attributes:
        arn: The key's own, also when it was asked for by an alias.
        state: KMS's KeyState, such as `Enabled` or `Disabled`.
        is_symmetric: Whether it is a symmetric key for encryption.
    """

    arn: str
    state: str
    is_symmetric: bool


class KeyNotFound(Exception):  # noqa: N818 - an outcome, named as KMS does
    """The account and Region have no key or alias of this ARN."""


class Keys(Protocol):
    """The part of a `Host` that knows keys, in the account and Region that the host acts for."""

    def encryption_key(self, arn: str) -> EncryptionKey:
        """Return the key of this ARN, which may be an alias's.

        Raises:
            KeyNotFound: there is none.
        """
        ...
