"""S3 as a dictionary, for hosts made of Python functions."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import BinaryIO

from appflow_local.appflow.storage import (
    BucketNotFound,
    ObjectNotFound,
    ObjectRefused,
    StoredObject,
)

BUCKET = "lake"
LONG_AGO = datetime(2020, 1, 1, tzinfo=timezone.utc)


class FakeStorage:
    """The part of a `Host` that keeps objects, by bucket and key; AppFlow may do all but `closed`.

    Args:
        region: of the bucket that there is from the start.
    """

    def __init__(self, region: str) -> None:
        self.bucket_regions = {BUCKET: region}
        self.objects: dict[tuple[str, str], bytes] = {}
        self.changed: dict[tuple[str, str], datetime] = {}  # without an entry, long ago
        self.media_types: dict[tuple[str, str], str] = {}
        self.object_keys: dict[tuple[str, str], str | None] = {}
        self.closed: set[tuple[str, str]] = set()  # bucket and action
        self.refused: set[str] = set()  # keys that cannot be put
        self.bucket_questions: list[tuple[str, str, str, str]] = []

    def bucket_region(self, bucket: str) -> str:
        if bucket not in self.bucket_regions:
            raise BucketNotFound(bucket)
        return self.bucket_regions[bucket]

    def bucket_admits_appflow(
        self, bucket: str, action: str, resource: str, *, source_account: str, source_arn: str
    ) -> bool:
        self.bucket_region(bucket)
        self.bucket_questions.append((action, resource, source_account, source_arn))
        return (bucket, action) not in self.closed

    def list_objects(self, bucket: str, prefix: str) -> Iterator[StoredObject]:
        self.bucket_region(bucket)
        for holder, key in sorted(self.objects):
            if holder == bucket and key.startswith(prefix):
                changed = self.changed.get((bucket, key), LONG_AGO)
                yield StoredObject(key, len(self.objects[bucket, key]), changed)

    def open_object(self, bucket: str, key: str) -> BinaryIO:
        self.bucket_region(bucket)
        if (bucket, key) not in self.objects:
            raise ObjectNotFound(key)
        return io.BytesIO(self.objects[bucket, key])

    def put_object(
        self,
        bucket: str,
        key: str,
        content: BinaryIO,
        content_type: str,
        key_arn: str | None = None,
    ) -> None:
        self.bucket_region(bucket)
        if key in self.refused:
            raise ObjectRefused(f"{key}: no space")
        self.objects[bucket, key] = content.read()
        self.media_types[bucket, key] = content_type
        self.object_keys[bucket, key] = key_arn

    def texts(self, bucket: str = BUCKET) -> dict[str, str]:
        """Return the objects of a bucket as texts, by key."""
        return {key: body.decode() for (held, key), body in self.objects.items() if held == bucket}
