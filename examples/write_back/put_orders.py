"""Puts orders.csv into the flow's bucket: `python3 -m examples.write_back.put_orders BUCKET`."""

from __future__ import annotations

import sys
from pathlib import Path

import boto3

_FILE = Path(__file__).with_name("orders.csv")


def main(bucket: str) -> None:
    """Put the file where the flow reads."""
    key = f"orders/{_FILE.name}"
    boto3.client("s3").upload_file(str(_FILE), bucket, key)
    print(f"put {_FILE.name} to s3://{bucket}/{key}")  # noqa: T201 - it is a command


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(
            "give the stack's output BucketName: python3 -m examples.write_back.put_orders BUCKET"
        )
    main(sys.argv[1])
