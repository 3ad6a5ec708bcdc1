"""The objects that one run puts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from appflow_local.appflow.storage import Storage


@dataclass(frozen=True)
class Objects:
    """Puts objects; `key_arn` is the key to encrypt them with, None for the bucket's own way."""

    storage: Storage
    key_arn: str | None

    def put(self, bucket: str, key: str, content: BinaryIO, content_type: str) -> None:
        """Store the rest of a stream as an object; see `Storage.put_object`."""
        self.storage.put_object(bucket, key, content, content_type, self.key_arn)
