"""Looks keys up in MiniStack's KMS."""

from __future__ import annotations

from ministack.services import kms

from appflow_local.appflow.encryption_keys import EncryptionKey, KeyNotFound

_SYMMETRIC = ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT")


class MiniStackKeys:
    """KMS, in the account and Region of the current request or run."""

    def encryption_key(self, arn: str) -> EncryptionKey:
        """Return the key of an ARN or of an alias's ARN."""
        record = kms._resolve_key(arn)
        if record is None:
            raise KeyNotFound(arn)
        is_symmetric = (record["KeySpec"], record["KeyUsage"]) == _SYMMETRIC
        return EncryptionKey(record["Arn"], record["KeyState"], is_symmetric)
