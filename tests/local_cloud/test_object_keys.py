"""Keys of objects have S3's length at most."""

from __future__ import annotations

import io
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.cloud.local_cloud import Cloud

LONGEST = "ü" * 512
"""1,024 bytes."""


def test_a_key_of_more_than_1024_bytes_is_refused_as_s3_does(own_cloud: Cloud) -> None:
    s3 = own_cloud.client("s3")
    s3.create_bucket(Bucket="long-keys")
    s3.put_object(Bucket="long-keys", Key=LONGEST, Body=b"kept")
    assert s3.get_object(Bucket="long-keys", Key=LONGEST)["Body"].read() == b"kept"
    place = {"Bucket": "long-keys", "Key": f"{LONGEST}x"}
    for ask, given in (
        (s3.put_object, {"Body": b""}),
        (s3.copy_object, {"CopySource": {"Bucket": "long-keys", "Key": LONGEST}}),
        (s3.create_multipart_upload, {}),
        (s3.get_object, {}),
        (s3.delete_object, {}),
    ):
        with pytest.raises(ClientError) as refused:
            ask(**place, **given)
        error: dict[str, Any] = dict(refused.value.response["Error"])
        assert (error["Code"], error["Message"]) == ("KeyTooLongError", "Your key is too long")
        assert (error["Size"], error["MaxSizeAllowed"]) == ("1025", "1024")
    with pytest.raises(ClientError, match="KeyTooLongError"):
        s3.upload_fileobj(io.BytesIO(b"x" * 9_000_000), **place)
