"""Implements the AppFlow model's storage with MiniStack's S3."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO

from ministack import app as gateway
from ministack.core import iam_evaluator
from ministack.services import s3

from appflow_local.appflow.storage import (
    BucketNotFound,
    ObjectNotFound,
    ObjectRefused,
    StoredObject,
)
from appflow_local.file_body import FileBody
from appflow_local.ministack_adapter.object_bodies import body_of, lending_files

SERVICE_PRINCIPAL = "appflow.amazonaws.com"

_WITHOUT_CONSTRAINT = "us-east-1"
_ENCRYPTION = "x-amz-server-side-encryption"
_OK = 200
_NOT_FOUND = 404
_MESSAGE = re.compile(rb"<Message>(.*?)</Message>", re.DOTALL)


class MiniStackStorage:
    """The current account's buckets, called in process, so S3's events and versions work."""

    def bucket_region(self, bucket: str) -> str:
        """Return the bucket's Region."""
        return str(_bucket(bucket).get("region") or _WITHOUT_CONSTRAINT)

    def bucket_admits_appflow(
        self, bucket: str, action: str, resource: str, *, source_account: str, source_arn: str
    ) -> bool:
        """Evaluate the bucket's policy for AppFlow's service principal."""
        region = self.bucket_region(bucket)
        if not gateway.AUTH:
            return True
        context = iam_evaluator.EvalContext(
            principal_arn="*",  # the service itself: grants to accounts don't apply
            principal_type="Service",
            principal_account="",
            action=action,
            resource_arn=resource,
            region=region,
            service_context={"aws:sourceaccount": source_account, "aws:sourcearn": source_arn},
        )
        policy = s3._bucket_policies.get(bucket)
        result = iam_evaluator.evaluate_resource_policy(policy, context, SERVICE_PRINCIPAL)
        return bool(result.decision == "Allow")

    def list_objects(self, bucket: str, prefix: str) -> Iterator[StoredObject]:
        """Yield the objects that exist when the iteration starts."""
        # list() copies atomically, while other requests change the dictionary.
        objects = list(_bucket(bucket)["objects"].items())
        for key, record in sorted(objects, key=lambda item: str(item[0])):
            if key.startswith(prefix):
                yield StoredObject(key, record["size"], _time(record["last_modified"]))

    def open_object(self, bucket: str, key: str) -> BinaryIO:
        """Return the content of the current version."""
        _bucket(bucket)
        with lending_files():
            status, _headers, body = s3._get_object(bucket, key, {})
        if status == _NOT_FOUND:
            raise ObjectNotFound(key)
        if status != _OK:
            raise ObjectRefused(f"{key}: {_message(body)}")
        if isinstance(body, FileBody):
            body.file.seek(0)
            return body.file
        return io.BytesIO(body)

    def put_object(
        self,
        bucket: str,
        key: str,
        content: BinaryIO,
        content_type: str,
        key_arn: str | None = None,
    ) -> None:
        """Put an object, as PutObject does."""
        _bucket(bucket)
        headers = {"content-type": content_type}
        if key_arn is not None:
            headers |= {_ENCRYPTION: "aws:kms", f"{_ENCRYPTION}-aws-kms-key-id": key_arn}
        status, _headers, body = s3._put_object(bucket, key, body_of(content, bucket), headers)
        if status != _OK:
            raise ObjectRefused(f"{key}: {_message(body)}")


def _bucket(name: str) -> dict[str, Any]:
    bucket: dict[str, Any] | None = s3._buckets.get(name)
    if bucket is None:
        raise BucketNotFound(name)
    return bucket


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))  # Python 3.10 doesn't know Z


def _message(body: bytes) -> str:
    found = _MESSAGE.search(body)
    return found[1].decode(errors="replace") if found else "S3 refused the request"
