"""`appflow-local calls`, `invoke` and `reset` in a running local cloud."""

from __future__ import annotations

import http.client
import json
import ssl
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from appflow_local import run_command
from appflow_local.call_commands import line
from appflow_local.cli import main
from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import create_function
from harness.cloud.data_connector import BUCKET, connect, outward
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.cloud.quick_commands import here
from harness.model.appflow import Client
from harness.model.runs import run


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - a generator
    with running_cloud(tmp_path_factory.mktemp("called")) as running:
        yield running


@pytest.fixture(scope="module")
def appflow(cloud: Cloud) -> Client:
    create_bucket(cloud, BUCKET)
    client = connect(cloud, "Shop", BUCKET)
    client.create_flow(**outward("called"))
    return client


@pytest.mark.parametrize(
    "details", ["a text", ["a list"], {"errorCode": "X", "errorMessage": None}, None, 5]
)
def test_a_call_has_a_line_if_its_error_has_no_shape(details: object) -> None:
    call = {"id": 1, "time": "2026-01-01T00:00:00.000+00:00", "label": "Shop", "flow": None,
            "operation": "QueryData", "request": {}, "error": None, "refusal": None, "fault": None,
            "milliseconds": 1, "answerBytes": 2,
            "answer": {"isSuccess": False, "errorDetails": details}}  # fmt: skip
    assert line(call).startswith("#1 00:00:00.000 Shop QueryData: ")


def listed(cloud: Cloud, *arguments: str) -> list[dict[str, Any]]:
    done = here(cloud, "calls", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_calls_are_listed_with_the_flow_and_run_that_they_were_for(
    cloud: Cloud, appflow: Client
) -> None:
    execution = run(appflow, "called")["executionId"]
    calls = listed(cloud, "--run", execution)
    assert [each["operation"] for each in calls] == 3 * ["QueryData"]
    assert {each["flow"] for each in calls} == {"called"}
    assert json.loads(calls[0]["answer"]["records"][0])["id"] == 1
    assert calls[1]["request"]["nextToken"] == "1"
    assert listed(cloud, "--flow", "called")[-3:] == calls
    assert listed(cloud, "--label", "Sh*", "--function", "Sh?p", "--since", "1h")[-3:] == calls
    assert listed(cloud, "--since", "2100-01-01") == []
    shown = here(cloud, "calls", "--run", execution).stdout.splitlines()
    assert len(shown) == 3
    assert " Shop QueryData Order page 1 for called: 2 records, " in shown[1]


@pytest.mark.parametrize(
    ("option", "name", "known"),
    [
        ("--label", "Nobody", "no call of the label Nobody is kept; labels with calls: Shop"),
        ("--function", "shop", "no call of the function shop is kept; functions with calls: Shop"),
        ("--flow", "x*", "no call of the flow x* is kept; flows with calls: called"),
        ("--run", "1", "no call of the run 1 is kept; runs with calls: "),
        ("--since", "2100-01-01", "no call is kept that is all of what was asked for"),
    ],
)
def test_what_no_call_was_for_is_told(
    cloud: Cloud, appflow: Client, option: str, name: str, known: str
) -> None:
    run(appflow, "called")
    done = here(cloud, "calls", option, name)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith(f"appflow-local: {known}")


def test_a_configuration_that_appflow_refused_is_no_success(cloud: Cloud) -> None:
    answer = {"isSuccess": True, "connectorName": "No owner"}
    code = f"def handler(event, context):\n    return {answer}\n"
    arn = create_function(cloud, "ownerless", code)
    with pytest.raises(ClientError):
        cloud.client("appflow").register_connector(
            connectorLabel="Ownerless",
            connectorProvisioningType="LAMBDA",
            connectorProvisioningConfig={"lambda": {"lambdaArn": arn}},
        )
    (shown,) = here(cloud, "calls", "--label", "Ownerless").stdout.splitlines()
    assert "DescribeConnectorConfiguration: AppFlow refused it: ConnectorServerExcept" in shown
    assert "connectorOwner cannot be null" in shown


@pytest.mark.usefixtures("appflow")
def test_a_connector_is_called_by_hand(cloud: Cloud) -> None:
    done = here(cloud, "invoke", "Shop", "QueryData", "--entity", "Order", "--fields", "id")
    assert done.returncode == 0, done.stderr
    assert [json.loads(each)["id"] for each in json.loads(done.stdout)["records"]] == [1, 2]
    (call,) = listed(cloud, "--label", "Shop")[-1:]
    assert call["request"]["selectedFieldNames"] == ["id"]
    assert call["flow"] is None


@pytest.mark.parametrize(
    "operation",
    [
        "DescribeConnectorConfiguration",
        "ValidateConnectorRuntimeSettings",
        "ValidateCredentials",
        "DescribeEntity",
    ],
)
@pytest.mark.usefixtures("appflow")
def test_every_kind_of_call_can_be_made(cloud: Cloud, operation: str) -> None:
    done = here(cloud, "invoke", "Shop", operation, "--entity", "Order")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["isSuccess"] is True


@pytest.mark.usefixtures("appflow")
def test_records_are_written_and_members_replaced(cloud: Cloud, tmp_path: Path) -> None:
    file = tmp_path / "records.jsonl"
    file.write_text('{"id": 7}\n\n{"id": 8}\n')
    members = json.dumps({"operation": "UPSERT"})
    done = here(
        cloud, "invoke", "Shop", "WriteData", "--entity", "Order",
        "--records", str(file), "--json", members,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    body = cloud.client("s3").get_object(Bucket=BUCKET, Key="UPSERT")["Body"].read()
    assert body == b'{"id": 7}\n{"id": 8}'


@pytest.mark.usefixtures("appflow")
def test_a_connector_that_fails_is_exit_code_1_and_its_output_is_shown(cloud: Cloud) -> None:
    done = here(cloud, "invoke", "Shop", "QueryData", "--entity", "Crash")
    assert done.returncode == 1
    assert "out of luck" in done.stderr
    assert "Traceback" not in done.stderr.split("appflow-local: ")[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["invoke", "Shop", "Query"], "invalid choice: 'Query'"),
        (["invoke", "Shop", "QueryData"], "QueryData needs an entity"),
        (["invoke", "Shop", "QueryData", "--entity", "Order", "--json", "[]"], "is not an object"),
        (["invoke", "Shop", "QueryData", "--entity", "Order", "--json", "{"], "is not JSON"),
        (["invoke", "Shop", "WriteData", "--entity", "Order", "--records", "no-file"], "can't be"),
    ],
)
@pytest.mark.usefixtures("appflow")
def test_wrong_usage_is_exit_code_2_and_one_line(
    cloud: Cloud, arguments: list[str], said: str
) -> None:
    done = here(cloud, *arguments)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.usefixtures("appflow")
def test_a_connector_that_is_not_registered_is_named(cloud: Cloud) -> None:
    done = here(cloud, "invoke", "Nobody", "DescribeConnectorConfiguration")
    assert done.returncode == 1
    assert "Nobody does not exist" in done.stderr


def test_without_the_token_nothing_is_told(cloud: Cloud) -> None:
    context = ssl.create_default_context(cafile=str(cloud.home / str(cloud.port) / "ca-bundle.pem"))
    connection = http.client.HTTPSConnection("localhost", cloud.port, context=context)
    for token in ({}, {"x-appflow-local-token": "wrong"}):
        connection.request("GET", "/_appflow/calls", headers=token)
        response = connection.getresponse()
        assert response.status == 403
        assert json.loads(response.read()) == {"message": "The token is missing or wrong."}
    connection.close()


def test_reset_empties_the_cloud_which_goes_on_running(cloud: Cloud, appflow: Client) -> None:
    assert here(cloud, "reset").stdout == "reset\n"
    assert appflow.list_flows()["flows"] == []
    assert cloud.labels() == []
    assert cloud.client("s3").list_buckets()["Buckets"] == []
    assert listed(cloud) == []
    create_bucket(cloud, BUCKET)
    assert connect(cloud, "Shop", BUCKET)


def test_a_flow_is_run_and_its_first_records_shown(cloud: Cloud, appflow: Client) -> None:
    appflow.create_flow(**outward("shown"))
    done = here(cloud, "run", "shown", "--records", "2")
    assert done.returncode == 0, done.stderr
    first, file, *records = done.stdout.splitlines()
    assert first.startswith("Successful: 6 records, ")
    assert file.startswith(f"s3://{BUCKET}/out/shown/")
    assert [json.loads(each)["id"] for each in records] == [1, 2]


def test_a_run_that_fails_is_exit_code_1_and_says_why(cloud: Cloud, appflow: Client) -> None:
    appflow.create_flow(**outward("crashing", "Crash"))
    done = here(cloud, "run", "crashing")
    assert done.returncode == 1
    assert done.stdout.startswith("Error: 0 records")
    assert "No valid response" in done.stderr


def test_a_flow_that_is_not_there_is_named(cloud: Cloud) -> None:
    done = here(cloud, "run", "nothing")
    assert done.returncode == 1
    assert "nothing was not started: " in done.stderr


def test_a_run_whose_flow_is_gone_meanwhile_is_told_in_one_line(
    cloud: Cloud,
    appflow: Client,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    appflow.create_flow(**outward("gone"))

    def delete(_seconds: float) -> None:
        appflow.delete_flow(flowName="gone", forceDelete=True)

    monkeypatch.setattr(run_command, "RUNNING", ("InProgress", "Successful"))
    monkeypatch.setattr("appflow_local.run_command.time.sleep", delete)
    for name, value in cloud.own_environment.items():
        monkeypatch.setenv(name, value)
    assert main(["run", "gone", "--port", str(cloud.port)]) == 1
    assert "the run of gone can't be followed: " in capsys.readouterr().err


def test_status_lists_every_cloud_and_the_version_is_told(cloud: Cloud) -> None:
    done = cloud.command("status")
    assert done.returncode == 0
    assert f"the local cloud is running on port {cloud.port} (pid " in done.stdout
    assert cloud.command("--version").stdout.startswith("appflow-local ")


def test_exec_within_a_clouds_environment_stays_in_it(cloud: Cloud) -> None:
    done = cloud.run(["appflow-local", "exec", "--", "sh", "-c", "echo $AWS_ENDPOINT_URL"])
    assert done.stdout == f"https://localhost:{cloud.port}\n", done.stderr
