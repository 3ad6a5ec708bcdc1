"""Puts a file into a bucket: `python3 -m examples.put_file FILE BUCKET FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

import boto3


def main(file: str, bucket: str, folder: str) -> None:
    """Put the file into the folder of the bucket, under its own name."""
    key = f"{folder}/{Path(file).name}"
    boto3.client("s3").upload_file(file, bucket, key)
    print(f"put {file} to s3://{bucket}/{key}")  # noqa: T201 - it is a command


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit("give a file, a bucket and a folder: python3 -m examples.put_file f b d")
    main(*sys.argv[1:])
