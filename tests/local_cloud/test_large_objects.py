"""Large objects go through a cloud without being in its memory."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.data_connector import BUCKET, connect, outward
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.model.appflow import Client
from harness.model.runs import run, to_s3

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's peak"),
]

MEGABYTE = 1024 * 1024
SIZE = 80 * MEGABYTE
ROOM = 40 * MEGABYTE  # for pages and buffers, which a request needs for an object of any size


@pytest.fixture(scope="module", params=[False, True], ids=["without a state", "with a state"])
def cloud(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Cloud]:
    home = tmp_path_factory.mktemp("large")
    options = ["--state", str(home / "state")] if request.param else []
    with running_cloud(home, options) as running:
        create_bucket(running, BUCKET)
        yield running


@pytest.fixture(scope="module")
def appflow(cloud: Cloud) -> Client:
    """AppFlow, with a connector that has large records, in pages of a megabyte."""
    appflow = connect(cloud, "Large", "large-sink")
    config = {"fileType": "CSV"}
    destination = to_s3(bucketName=BUCKET, s3OutputFormatConfig=config)
    appflow.create_flow(**outward("warm", "Wide", destinationFlowConfigList=destination))
    run(appflow, "warm")  # loads what runs need, and fills the journal of calls, which is bounded
    return appflow


class Memory:
    """The memory of a cloud's server, as Linux tells it, in bytes."""

    def __init__(self, cloud: Cloud) -> None:
        record = json.loads((cloud.home / str(cloud.port) / "server.json").read_text())
        self._process = Path("/proc", str(record["pid"]))
        try:
            (self._process / "clear_refs").write_text("5")  # forgets the peak
        except OSError:
            pytest.skip("this system doesn't forget a process's peak")
        # Not what there is now: the server may be freeing what it had for the last request.
        self.before = self._of("VmHWM")

    @property
    def grown(self) -> int:
        return self._of("VmHWM") - self.before

    def _of(self, name: str) -> int:
        found = re.search(rf"{name}:\s+(\d+) kB", (self._process / "status").read_text())
        assert found
        return int(found[1]) * 1024


@pytest.fixture(scope="module")
def body() -> bytes:
    """Random bytes, the same in each run."""
    return hashlib.shake_256(b"large").digest(SIZE)


@pytest.fixture(scope="module")
def content(cloud: Cloud, body: bytes) -> bytes:
    """What the object `large` holds."""
    cloud.client("s3").put_object(Bucket=BUCKET, Key="large", Body=body)
    return body


@pytest.mark.parametrize(
    ("wanted", "part"),
    [
        ("bytes=0-9999999", slice(0, 10_000_000)),
        ("bytes=11111111-77777777", slice(11_111_111, 77_777_778)),
        ("bytes=-300000", slice(-300_000, None)),
        ("bytes=5-9", slice(5, 10)),
        ("bytes=83886070-", slice(83_886_070, None)),
    ],
)
def test_reading_a_part_of_an_object_takes_no_memory_for_it(
    cloud: Cloud, content: bytes, wanted: str, part: slice
) -> None:
    s3, memory = cloud.client("s3"), Memory(cloud)
    assert s3.get_object(Bucket=BUCKET, Key="large", Range=wanted)["Body"].read() == content[part]
    assert memory.grown < ROOM


def test_reading_an_object_takes_no_memory_for_it(cloud: Cloud, content: bytes) -> None:
    # After the parts: what the server had to write the object is freed.
    s3, memory = cloud.client("s3"), Memory(cloud)
    answer = s3.get_object(Bucket=BUCKET, Key="large")
    assert answer["Body"].read() == content
    assert answer["ContentLength"] == SIZE
    assert memory.grown < ROOM


def test_an_object_that_is_replaced_while_it_is_read_is_read_to_its_end(
    cloud: Cloud, content: bytes
) -> None:
    s3 = cloud.client("s3")
    s3.put_object(Bucket=BUCKET, Key="other", Body=content[: 20 * MEGABYTE])
    body = s3.get_object(Bucket=BUCKET, Key="other")["Body"]
    first = body.read(10)
    s3.put_object(Bucket=BUCKET, Key="other", Body=b"replaced")
    assert first + body.read() == content[: 20 * MEGABYTE]
    assert s3.get_object(Bucket=BUCKET, Key="other")["Body"].read() == b"replaced"


def test_a_run_into_one_file_takes_no_memory_for_it(cloud: Cloud, appflow: Client) -> None:
    s3, name = cloud.client("s3"), "one-file"
    if (cloud.home / "state").exists():  # versions are kept in the same way without one
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    config = {
        "fileType": "JSON",
        "aggregationConfig": {"aggregationType": "SingleFile"},
        "prefixConfig": {"pathPrefixHierarchy": []},
    }
    destination = to_s3(bucketName=BUCKET, s3OutputFormatConfig=config)
    appflow.create_flow(**outward(name, "Wide", destinationFlowConfigList=destination))
    memory = Memory(cloud)
    assert run(appflow, name)["executionStatus"] == "Successful"
    assert memory.grown < ROOM
    found, *_ = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"out/{name}/")["Contents"]
    assert found["Size"] > 80_000_000
    body = s3.get_object(Bucket=BUCKET, Key=found["Key"])["Body"].read()
    assert found["ETag"] == f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    assert body.count(b"\n") == 20_000


def test_old_versions_are_read_from_their_files(cloud: Cloud, content: bytes) -> None:
    s3 = cloud.client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    parts = [content[: 10 * MEGABYTE], b"short", content[-10 * MEGABYTE :]]
    put = [s3.put_object(Bucket=BUCKET, Key="versions", Body=part) for part in parts]
    s3.delete_object(Bucket=BUCKET, Key="versions")
    memory = Memory(cloud)
    for answer, part in zip(put, parts, strict=True):
        version = {"Bucket": BUCKET, "Key": "versions", "VersionId": answer["VersionId"]}
        assert s3.get_object(**version)["Body"].read() == part
    s3.put_object(Bucket=BUCKET, Key="large", Body=b"a null version is displaced")
    read = s3.get_object(Bucket=BUCKET, Key="large", VersionId="null")["Body"].read()
    assert read == content
    assert memory.grown < ROOM
