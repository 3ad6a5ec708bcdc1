"""The objects that one run puts."""

from __future__ import annotations

from dataclasses import dataclass
from os import SEEK_END
from typing import BinaryIO

from appflow_local.appflow.account.run_traces import RunTrace
from appflow_local.appflow.storage import Storage


@dataclass(frozen=True)
class Objects:
    """Puts objects, and tells the run's trace.

    `key_arn` is the key to encrypt them with, None for the bucket's own way.
    """

    storage: Storage
    key_arn: str | None
    trace: RunTrace

    def put(self, bucket: str, key: str, content: BinaryIO, content_type: str) -> None:
        """Store the rest of a stream as an object; see `Storage.put_object`."""
        begin = content.tell()
        size = content.seek(0, SEEK_END) - begin
        content.seek(begin)
        self.storage.put_object(bucket, key, content, content_type, self.key_arn)
        self.trace.put(bucket, key, size)
