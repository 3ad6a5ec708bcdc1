"""An incomplete saved state keeps the cloud from starting; the error names what is missing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from appflow_local.saved_state import SavedState
from harness.cloud.cloud_functions import create_function
from harness.cloud.local_cloud import command, running_cloud

CODE = "def handler(event, context):\n    return event\n"
OBJECTS = "objects/000000000000/lake"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state of a cloud with a function, a bucket that is full and one that is empty."""
    home = tmp_path_factory.mktemp("whole")
    with running_cloud(home, ["--state", str(home / "state")]) as cloud:
        create_function(cloud, "Echo", CODE)
        for bucket in ("lake", "dry"):
            cloud.client("s3").create_bucket(Bucket=bucket)
        cloud.client("s3").put_object(Bucket="lake", Key="a/b", Body=b"1")
    return home / "state"


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(whole, tmp_path / "state"))


def files(folder: Path) -> dict[Path, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock")
    return {path: path.read_bytes() for path in paths}


def refusal(folder: Path) -> str:
    """Start a cloud, which must fail and leave what is there; return what it says."""
    before = files(folder)
    done = subprocess.run(
        [command("appflow-local"), "up", "--port", "0", "--state", str(folder)],
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(folder.parent / "home")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert files(folder) == before
    assert "Nothing was changed: restore the folder from a copy, or remove" in done.stderr
    return done.stderr


def rewrite(folder: Path, name: str, state: str | None) -> None:
    """Put another state, or none, in a service's place, as if it had been saved so."""
    document = json.loads((folder / "state.json").read_text())
    services = {**document["content"]["services"], name: state}
    kept = {each: text for each, text in services.items() if text is not None}
    SavedState(folder, document["writer"]).write({**document["content"], "services": kept})


@pytest.mark.parametrize(
    ("code", "objects"), [("services", "objects"), ("services/lambda-blobs", OBJECTS)]
)
def test_a_functions_code_and_a_buckets_objects_are_missed(
    folder: Path, code: str, objects: str
) -> None:
    shutil.rmtree(folder / code)
    shutil.rmtree(folder / objects)
    text = refusal(folder)
    assert f"the state in {folder} is incomplete" in text
    assert f"the code of the function Echo in us-east-1 ({folder}/services/lambda-blobs/" in text
    assert f"the objects of 000000000000/lake ({folder}/{OBJECTS})" in text
    assert "/dry" not in text


def test_a_functions_code_that_was_cut_is_damaged(folder: Path) -> None:
    (code,) = (folder / "services" / "lambda-blobs").iterdir()
    code.write_bytes(code.read_bytes()[:-1])
    text = refusal(folder)
    assert f"the code of the function Echo in us-east-1 ({code})" in text
    assert "the objects of" not in text


def test_a_services_state_must_be_an_object(folder: Path) -> None:
    rewrite(folder, "lambda", "[]")
    assert "is corrupt: the state of lambda is not an object" in refusal(folder)


def test_a_service_that_is_always_there_is_missed(folder: Path) -> None:
    rewrite(folder, "lambda", None)
    assert f"the state of lambda ({folder}/state.json)" in refusal(folder)


def test_a_bucket_that_was_deleted_just_before_a_crash_is_no_obstacle(folder: Path) -> None:
    home = folder.parent / "home"
    with running_cloud(home, ["--state", str(folder)]) as cloud:
        s3 = cloud.client("s3")
        s3.delete_object(Bucket="lake", Key="a/b")
        s3.delete_bucket(Bucket="lake")
        record = home / str(cloud.port) / "server.json"
        os.kill(json.loads(record.read_text())["pid"], signal.SIGKILL)
    with running_cloud(home, ["--state", str(folder)]) as cloud:
        assert cloud.client("s3").list_buckets()["Buckets"]
