"""A cloud that can't write its state refuses what it can't keep, and says so to the end.

A limit on the size of files stands for a full disk: anybody can set it while the server runs.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from appflow_local.state import StateFolder
from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.data_connector import BUCKET, connect, outward
from harness.cloud.local_cloud import Cloud, command, running_cloud
from harness.model.appflow import Client
from harness.model.runs import message, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems set no such limit")

LIMIT = 16 * 1024  # bytes; the state is larger, the record of the server smaller
LARGE, SMALL = b"x" * (LIMIT + 1), b"y" * 100
PATIENCE_SECONDS = 30
STACK = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("full")


@pytest.fixture(scope="module")
def running(home: Path) -> Iterator[Cloud]:
    with running_cloud(home, ["--state", str(home / "state")]) as running:
        create_bucket(running, BUCKET)
        s3 = running.client("s3")
        s3.create_bucket(Bucket="versioned")
        versioning = {"Status": "Enabled"}
        s3.put_bucket_versioning(Bucket="versioned", VersioningConfiguration=versioning)
        connect(running, "Full", "full-sink")
        yield running


@pytest.fixture
def cloud(running: Cloud) -> Cloud:
    """The cloud, once it has saved its state since the last test."""
    wait_until_saved(running)
    return running


@contextmanager
def full(cloud: Cloud) -> Iterator[None]:
    """Let the server's larger files fail during the block."""
    record = json.loads((cloud.home / str(cloud.port) / "server.json").read_text())
    _, hard = resource.prlimit(record["pid"], resource.RLIMIT_FSIZE)
    resource.prlimit(record["pid"], resource.RLIMIT_FSIZE, (LIMIT, hard))
    try:
        yield
    finally:
        with suppress(ProcessLookupError):  # it may have been ended in the block
            resource.prlimit(record["pid"], resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def refused() -> Iterator[None]:
    with pytest.raises(ClientError) as caught:
        yield
    answer = caught.value.response
    assert answer["Error"]["Code"] == "InsufficientStorage"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 507
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0


def status(cloud: Cloud) -> subprocess.CompletedProcess[str]:
    return appflow_local(cloud.home, "status", "--port", str(cloud.port))


def appflow_local(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command("appflow-local"), *arguments],
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def wait_until_saved(cloud: Cloud) -> None:
    """Wait for a save that has begun now: one that began in a `full` block may fail yet."""
    name = f"mark-{time.monotonic_ns()}"

    def marked() -> bool:
        try:
            cloud.client("secretsmanager").create_secret(Name=name, SecretString="x")
        except ClientError:  # while the last save has failed
            return False
        return True

    document = cloud.home / "state" / "state.json"
    wait_until(marked)
    wait_until(lambda: document.exists() and name in document.read_text())
    wait_until(lambda: trouble(cloud) is None)


def wait_for_trouble(cloud: Cloud) -> subprocess.CompletedProcess[str]:
    """Return what the command says of it."""
    wait_until(lambda: trouble(cloud) is not None)
    found = status(cloud)
    assert found.returncode == 1
    return found


def trouble(cloud: Cloud) -> str | None:
    """What `appflow-local status` would say, at less expense."""
    return StateFolder(cloud.home / str(cloud.port)).trouble()


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def body(s3: Client, bucket: str, key: str) -> bytes:
    content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return content


@pytest.mark.parametrize("bucket", [BUCKET, "versioned"])
def test_an_object_that_cannot_be_kept_is_refused_and_changes_nothing(
    cloud: Cloud, home: Path, bucket: str
) -> None:
    s3 = cloud.client("s3")
    s3.put_object(Bucket=bucket, Key="there", Body=SMALL, Tagging="a=1")
    before = s3.list_object_versions(Bucket=bucket)
    with full(cloud):
        for key in ("new", "there", "new/folder/of/it"):
            with refused():
                s3.put_object(Bucket=bucket, Key=key, Body=LARGE, Tagging="b=2")
        s3.put_object(Bucket=bucket, Key="small", Body=SMALL)
    s3.delete_object(Bucket=bucket, Key="small", **only_version(s3, bucket, "small"))
    after = s3.list_object_versions(Bucket=bucket)
    assert after.get("Versions") == before.get("Versions")
    assert body(s3, bucket, "there") == SMALL
    assert s3.get_object_tagging(Bucket=bucket, Key="there")["TagSet"] == [
        {"Key": "a", "Value": "1"}
    ]
    assert list((home / "state").rglob("*.tmp")) == []


def only_version(s3: Client, bucket: str, key: str) -> dict[str, str]:
    (found,) = s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    return {} if found["VersionId"] == "null" else {"VersionId": found["VersionId"]}


def test_a_copy_and_an_upload_in_parts_are_refused_as_well(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    s3.put_object(Bucket=BUCKET, Key="large", Body=LARGE)
    upload = {"Bucket": BUCKET, "Key": "parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=LARGE)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    with full(cloud):
        with refused():
            s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=f"{BUCKET}/large")
        with refused():
            s3.complete_multipart_upload(**upload, MultipartUpload=parts)
    # The parts are still there, for a second try.
    s3.complete_multipart_upload(**upload, MultipartUpload=parts)
    assert body(s3, BUCKET, "parts") == LARGE
    found = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert "copy" not in [item["Key"] for item in found]


def test_a_run_whose_objects_cannot_be_kept_has_failed(cloud: Cloud) -> None:
    appflow = cloud.client("appflow")
    appflow.create_flow(**outward("many", "Many"))
    with full(cloud):
        done = run(appflow, "many")
    assert "files of objects failed" in message(done)
    wait_until_saved(cloud)
    assert run(appflow, "many")["executionStatus"] == "Successful"


def test_no_event_tells_of_an_object_that_was_refused(cloud: Cloud) -> None:
    queues, s3 = cloud.client("sqs"), cloud.client("s3")
    url = queues.create_queue(QueueName="events")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    s3.create_bucket(Bucket="telling")
    configuration = {"QueueArn": arn["QueueArn"], "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(
        Bucket="telling", NotificationConfiguration={"QueueConfigurations": [configuration]}
    )
    with full(cloud), refused():
        s3.put_object(Bucket="telling", Key="refused", Body=LARGE)
    s3.put_object(Bucket="telling", Key="kept", Body=LARGE)
    told: list[str] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any("kept" in each for each in told):
        assert time.monotonic() < deadline
        answer = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        told += [each["Body"] for each in answer.get("Messages", [])]
    assert not any("refused" in each for each in told)


def test_a_state_that_cannot_be_saved_is_told_and_not_changed_any_more(
    cloud: Cloud, home: Path
) -> None:
    secrets = cloud.client("secretsmanager")
    secrets.create_secret(Name="before", SecretString="x")
    with full(cloud):
        with suppress(ClientError):  # a save may have failed already
            secrets.create_secret(Name="last", SecretString="x")
        told = wait_for_trouble(cloud)
        assert f"the state can't be saved in {home / 'state' / 'state.json'}: " in told.stderr
        assert not (home / "state" / "state.new").exists()
        with refused():
            secrets.create_secret(Name="lost", SecretString="x")
        with refused():
            cloud.client("cloudformation").create_stack(StackName="Lost", TemplateBody=STACK)
        with refused():
            cloud.client("appflow").create_flow(**outward("lost"))
        with refused():
            cloud.client("s3").create_bucket(Bucket="lost")
        # What reads and what makes room.
        assert "before" in [each["Name"] for each in secrets.list_secrets()["SecretList"]]
        assert cloud.client("appflow").list_flows()
        secrets.delete_secret(SecretId="before", ForceDeleteWithoutRecovery=True)
    wait_until_saved(cloud)
    assert status(cloud).returncode == 0
    secrets.create_secret(Name="again", SecretString="x")


def test_down_says_that_the_state_was_not_saved(tmp_path: Path) -> None:
    state = tmp_path / "state"
    up = appflow_local(tmp_path, "up", "--detach", "--port", "0", "--state", str(state))
    port = up.stdout.split("https://localhost:")[1].split(",")[0]
    cloud = Cloud(int(port), tmp_path)
    with full(cloud):
        with suppress(ClientError):  # a save may have failed already
            cloud.client("secretsmanager").create_secret(Name="last", SecretString="x" * LIMIT)
        down = appflow_local(tmp_path, "down", "--port", port)
    assert down.returncode == 1
    assert "stopped" not in down.stdout
    assert f"has ended, but the state wasn't saved in {state / 'state.json'}: " in down.stderr
    assert status(cloud).returncode == 3
    again = appflow_local(tmp_path, "down", "--port", port)
    assert (again.returncode, again.stderr) == (0, "")


def test_a_cloud_that_has_been_full_starts_again_with_all_that_it_had_confirmed(
    tmp_path: Path,
) -> None:
    confirmed: dict[str, bytes] = {}
    options = ["--state", str(tmp_path / "state")]
    with running_cloud(tmp_path, options) as cloud:
        s3 = cloud.client("s3")
        s3.create_bucket(Bucket="kept")
        with full(cloud):
            for number in range(30):
                key, content = f"object {number % 20}", bytes([number]) * (number * 1000)
                try:
                    s3.put_object(Bucket="kept", Key=key, Body=content)
                except ClientError:
                    continue
                confirmed[key] = content
    assert 0 < len(confirmed) < 20
    with running_cloud(tmp_path, options) as cloud:
        s3 = cloud.client("s3")
        found = s3.list_objects_v2(Bucket="kept")["Contents"]
        assert {item["Key"]: body(s3, "kept", item["Key"]) for item in found} == confirmed
