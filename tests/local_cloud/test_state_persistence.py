"""A cloud with `--state` resumes from its last state, however it ended."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appflow_local.saved_state import SavedState
from harness.cloud.appflow_stack import changed, deploy, outputs, profile_alone, template
from harness.cloud.local_cloud import Cloud, command, free_port, running_cloud
from harness.model.appflow import registration

LABEL = "Kept"
TOKEN = "8a6e0804-2bd0-4672-b79d-d97027f9071a"
TAGS = {"team": "sales"}
PATIENCE_SECONDS = 30
WAITS = json.dumps(
    {
        "Resources": {
            "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
            "Wait": {
                "Type": "AWS::CloudFormation::WaitCondition",
                "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "600"},
            },
        }
    }
)
PYTHON = command("python")
MINISTACK = subprocess.check_output(
    [PYTHON, "-c", "from importlib.metadata import version; print(version('ministack'))"], text=True
).strip()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("surviving")


@pytest.fixture(scope="module")
def folder(home: Path) -> Path:
    return home / "deep" / "state"


@pytest.fixture(scope="module")
def before(home: Path, folder: Path) -> dict[str, Any]:
    """What there was in a cloud that was killed."""
    with running_cloud(home, ["--state", str(folder)]) as cloud:
        found = fill(cloud)
        wait_until_saved(folder, "last-thing")
        kill(cloud)
    return found


@pytest.fixture(scope="module")
def after(home: Path, folder: Path, before: dict[str, Any]) -> Iterator[Cloud]:  # noqa: ARG001
    """The cloud after that."""
    with running_cloud(home, ["--state", str(folder)]) as cloud:
        yield cloud


def fill(cloud: Cloud) -> dict[str, Any]:
    """Make one of each in a cloud and return what can be read of it."""
    assert deploy(cloud, LABEL, template(LABEL)) == "CREATE_COMPLETE", cloud.reasons(LABEL)
    appflow = cloud.client("appflow")
    appflow.tag_resource(resourceArn=cloud.describe(LABEL)["connectorArn"], tags=TAGS)
    appflow.start_flow(flowName=f"{LABEL}-flow")
    cloud.client("s3").put_object(Bucket="kept-lake", Key="a/b", Body=b"hello")
    cloud.client("cloudformation").create_stack(StackName="Halfway", TemplateBody=WAITS)
    cloud.client("secretsmanager").create_secret(Name="last-thing", SecretString="kept")
    wait_until_run(cloud)
    return {**read(cloud), "registered": register_again(cloud)}


def register_again(cloud: Cloud) -> str:
    """Register a connector with a client token, so that a second time is the first."""
    where = cloud.describe(LABEL)["connectorProvisioningConfig"]
    answer = cloud.client("appflow").register_connector(
        **registration("Again", connectorProvisioningConfig=where, clientToken=TOKEN)
    )
    return str(answer["connectorArn"])


def wait_until_run(cloud: Cloud) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while runs(cloud)[0]["executionStatus"] == "InProgress":
        assert time.monotonic() < deadline
        time.sleep(0.05)


def runs(cloud: Cloud) -> list[dict[str, Any]]:
    answer = cloud.client("appflow").describe_flow_execution_records(flowName=f"{LABEL}-flow")
    found: list[dict[str, Any]] = answer["flowExecutions"]
    return found


def read(cloud: Cloud) -> dict[str, Any]:
    """All that a cloud's services say of what `fill` made."""
    appflow = cloud.client("appflow")
    found = {
        "connector": cloud.describe(LABEL),
        "tags": appflow.list_tags_for_resource(resourceArn=outputs(cloud, LABEL)["ConnectorArn"]),
        "profile": appflow.describe_connector_profiles(connectorProfileNames=[f"{LABEL}-profile"]),
        "flow": appflow.describe_flow(flowName=f"{LABEL}-flow"),
        "object": cloud.client("s3").head_object(Bucket="kept-lake", Key="a/b"),
        "policy": cloud.client("s3").get_bucket_policy(Bucket="kept-lake"),
        "secret": cloud.client("secretsmanager").get_secret_value(SecretId="last-thing"),
        "stack": cloud.client("cloudformation").describe_stack_resources(StackName=LABEL),
    }
    for answer in found.values():
        answer.pop("ResponseMetadata", None)
    return {**found, "outputs": outputs(cloud, LABEL), "runs": runs(cloud)}


def wait_until_saved(folder: Path, text: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while text not in read_document(folder):
        assert time.monotonic() < deadline, "never saved"
        time.sleep(0.1)


def read_document(folder: Path) -> str:
    try:
        return (folder / "state.json").read_text()
    except FileNotFoundError:
        return ""


def kill(cloud: Cloud) -> None:
    """End the server as a crash would; it is this test's own, named by its folder's record."""
    record = cloud.home / str(cloud.port) / "server.json"
    os.kill(json.loads(record.read_text())["pid"], signal.SIGKILL)


def appflow_local(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [command("appflow-local"), *arguments],
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_crash_loses_nothing_that_was_saved(before: dict[str, Any], after: Cloud) -> None:
    assert read(after) == {name: before[name] for name in read(after)}


def test_functions_still_answer(after: Cloud) -> None:
    alone = profile_alone(LABEL, "afterwards")
    assert deploy(after, "Afterwards", alone) == "CREATE_COMPLETE", after.reasons("Afterwards")


def test_a_stack_can_be_updated(after: Cloud) -> None:
    other = changed(template(LABEL), "Flow.Description", "Since the restart")
    assert deploy(after, LABEL, other) == "UPDATE_COMPLETE", after.reasons(LABEL)
    flow = after.client("appflow").describe_flow(flowName=f"{LABEL}-flow")
    assert flow["description"] == "Since the restart"


def test_a_stack_that_was_at_work_has_failed_and_can_be_deleted(after: Cloud) -> None:
    assert after.status("Halfway") == "CREATE_FAILED"
    after.client("cloudformation").delete_stack(StackName="Halfway")
    assert after.settle("Halfway") == "DELETE_COMPLETE"


def test_a_second_cloud_cannot_use_the_folder_of_a_running_one(
    home: Path, folder: Path, after: Cloud
) -> None:
    done = appflow_local(home, "up", "--port", "0", "--state", str(folder))
    assert done.returncode == 1
    status = appflow_local(home, "status", "--port", str(after.port)).stdout
    (pid,) = re.findall(r"\(pid \d+\)", status)
    assert f"another local cloud {pid} is using the state in {folder}" in done.stderr
    assert f"stop it with `appflow-local down --port {after.port}`" in done.stderr


@pytest.mark.parametrize(
    "option", [["--state", "elsewhere"], ["--throttle", "2,5"], ["--no-enforce-iam"]], ids=str
)
def test_a_cloud_that_runs_is_not_used_as_if_it_were_another(
    home: Path, after: Cloud, option: list[str]
) -> None:
    done = appflow_local(home, "exec", "--port", str(after.port), *option, "--", "true")
    assert done.returncode == 1
    assert "is already running: leave out --state" in done.stderr


def test_a_request_made_before_is_not_done_twice(before: dict[str, Any], after: Cloud) -> None:
    assert register_again(after) == before["registered"]


def test_only_a_cloud_with_a_state_folder_keeps_what_was_in_it(home: Path) -> None:
    port = free_port()
    # Relative to where the command is given.
    up = ("up", "--detach", "--port", str(port), "--state", "relative")
    assert appflow_local(home, *up).returncode == 0
    cloud = Cloud(port, home)
    cloud.client("s3").create_bucket(Bucket="made")
    cloud.close()
    assert appflow_local(home, "down", "--port", str(port)).stdout == "stopped\n"
    with running_cloud(home, ["--state", str(home / "relative")]) as kept:
        assert buckets(kept) == ["made"]
    with running_cloud(home) as lost:
        assert buckets(lost) == []


def buckets(cloud: Cloud) -> list[str]:
    return [each["Name"] for each in cloud.client("s3").list_buckets()["Buckets"]]


def test_a_state_that_cannot_be_saved_is_told(home: Path) -> None:
    in_the_way = str(home / "unwritable" / "state.new")
    state = ("--state", "unwritable", "--port", "0")
    done = appflow_local(home, "exec", *state, "--", "mkdir", in_the_way)
    assert done.returncode == 1
    assert f"the state wasn't saved in {home / 'unwritable' / 'state.json'}: " in done.stderr


def test_a_corrupt_state_keeps_the_cloud_from_starting(tmp_path: Path) -> None:
    saved = SavedState(tmp_path / "state", f"MiniStack {MINISTACK}")
    saved.prepare()
    saved.write({"services": {"iam": "{cut"}, "appflow": {"stores": {}, "tokens": []}})
    text = saved.document.read_bytes()
    done = appflow_local(tmp_path, "up", "--port", "0", "--state", str(saved.path))
    assert done.returncode == 1
    assert f"{saved.document} is corrupt: JSONDecodeError: " in done.stderr
    assert saved.document.read_bytes() == text
