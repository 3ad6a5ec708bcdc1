"""What the model needs of S3, in the account of the current request or run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol


@dataclass(frozen=True)
class StoredObject:
    """One object of a bucket; the size is in bytes, the time is aware."""

    key: str
    size: int
    last_modified: datetime


class BucketNotFound(Exception):  # noqa: N818 - an outcome, named as S3 does
    """The account has no bucket of this name."""


class ObjectNotFound(Exception):  # noqa: N818
    """The bucket has no object of this key."""


class ObjectRefused(Exception):  # noqa: N818
    """The bucket does not take the object; the message says why."""


class Storage(Protocol):
    """The part of a `Host` that keeps objects. Ask for permission first: no method checks it.

    Every method raises BucketNotFound.
    """

    def bucket_region(self, bucket: str) -> str:
        """Return the Region that a bucket is in."""
        ...

    def bucket_admits_appflow(
        self, bucket: str, action: str, resource: str, *, source_account: str, source_arn: str
    ) -> bool:
        """Tell whether the bucket's policy lets appflow.amazonaws.com do this to the resource.

        `source_account` and `source_arn` are the condition keys `aws:SourceAccount` and
        `aws:SourceArn` that AppFlow presents. Always True when the host does not enforce IAM.
        """
        ...

    def list_objects(self, bucket: str, prefix: str) -> Iterator[StoredObject]:
        """Yield the objects whose keys begin with `prefix`, by key."""
        ...

    def open_object(self, bucket: str, key: str) -> BinaryIO:
        """Return the content of an object, to be read once and closed.

        Raises:
            ObjectNotFound: there is none of this key.
        """
        ...

    def put_object(
        self,
        bucket: str,
        key: str,
        content: BinaryIO,
        content_type: str,
        key_arn: str | None = None,
    ) -> None:
        """Store the rest of a stream as an object; an object with the same key is replaced.

        `key_arn` is a KMS key to encrypt it with; without one, it is encrypted as the bucket says.

        Raises:
            ObjectRefused: the bucket does not take it.
        """
        ...
