"""`appflow-local check`, as it is called from a shell."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import zipfile
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from appflow_local.check.catalog import CATALOG
from appflow_local.driving.credentials_file import read_credentials
from harness.cloud.cloud_functions import create_function
from harness.cloud.data_connector import connect
from harness.cloud.local_cloud import REPOSITORY, Cloud, command
from harness.cloud.quick_commands import here, in_turn
from harness.model.appflow import registration
from tests.examples.datasette_connector.loopback import KEY
from tests.examples.datasette_connector.writable import writable_server

DOCS = REPOSITORY / "docs"
SHOP = DOCS / "snippets" / "without_cdk" / "connector"
CREDENTIALS = DOCS / "snippets" / "check" / "credentials.json"
SDK = ("antlr4", "custom_connector_queryfilter", "custom_connector_sdk")


def check(
    home: Path, *arguments: str | Path, cwd: Path = REPOSITORY, **variables: str
) -> CompletedProcess[str]:
    return subprocess.run(
        [command("appflow-local"), "check", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def statuses(report: Path) -> dict[str, str]:
    checks = json.loads(report.read_text(encoding="utf-8"))["checks"]
    return {each["id"]: each["status"] for each in checks}


def alarms(report: Path) -> list[str]:
    return [each for each, status in statuses(report).items() if status in ("failed", "warned")]


def test_the_page_shows_what_the_check_says_of_the_documents_connector(tmp_path: Path) -> None:
    report, junit = tmp_path / "report.json", tmp_path / "build" / "report.xml"
    done = check(
        tmp_path, "connector", "--credentials", CREDENTIALS, "--json", report, "--junit", junit,
        cwd=SHOP.parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    page = (DOCS / "how-to" / "check-a-connector.md").read_text(encoding="utf-8")
    shown = re.search(r"\$ appflow-local check [^\n]*\n(.*?)```", page, re.DOTALL)
    assert shown
    printed = re.sub(r"in [\d.]+ s:", "in … s:", done.stdout)
    for part in shown[1].split("…\n"):
        assert part in printed

    found = json.loads(report.read_text(encoding="utf-8"))
    assert found["connector"] == "Shop"
    assert found["summary"].keys() == {"passed", "failed", "warned", "skipped"}
    assert [each["id"] for each in found["checks"]] == [each.id for each in CATALOG]
    keys = ["id", "severity", "status", "title", "detail", "remedy", "source"]
    assert all(list(each) == keys for each in found["checks"])
    xml = junit.read_text(encoding="utf-8")
    assert xml.count("<testcase ") == len(CATALOG)
    assert xml.count("<skipped ") == found["summary"]["skipped"]


def test_a_check_that_fails_is_exit_code_1_and_a_line_from_a_zip_too(tmp_path: Path) -> None:
    archive = tmp_path / "crm.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("crm.py", "import nowhere\ndef handler(e, c): ...\n")
    done = check(tmp_path, archive)
    assert done.returncode == 1
    assert "FAILED   configuration.answered" in done.stdout
    assert "can't start: No module named 'nowhere' (crm.py:1)" in done.stdout
    assert "Traceback" not in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def handler(:(event): ...\n", ["line 1", "handler(:(event)", "SyntaxError: "]),
        ("def handler(e, c):\n  pass\n x = {\n", ["line 3", "IndentationError: "]),
        ("lambda_handler = {\n", ["line 1", "SyntaxError: "]),
    ],
)
def test_what_python_refuses_is_told_first_and_once_more_and_reported(
    tmp_path: Path, text: str, said: list[str]
) -> None:
    (tmp_path / "crm").mkdir()
    (tmp_path / "crm" / "crm.py").write_text(text)
    done = check(tmp_path, tmp_path / "crm", "--json", tmp_path / "report.json")
    assert done.returncode == 1, done.stdout + done.stderr
    first, last = done.stdout.split("\nconfiguration\n")[0], done.stdout.split("once more:")[1]
    assert [part for part in ("crm.py", *said) if part not in first or part not in last] == []
    assert statuses(tmp_path / "report.json")["configuration.answered"] == "failed"


def wrong(tmp_path: Path) -> None:
    """Write what can't be used."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "one.py").write_text("def handler(event, context): ...\n")
    (tmp_path / "two" / "other.py").write_text("def handler(event, context): ...\n")
    (tmp_path / "shop").mkdir()
    shutil.copy(SHOP / "shop.py", tmp_path / "shop")
    shutil.copytree(tmp_path / "shop", tmp_path / "needy")
    (tmp_path / "needy" / "requirements.txt").write_text("./nowhere-1.0-py3-none-any.whl\n")
    (tmp_path / "no.zip").write_text("no zip")
    for name, text in {
        "broken.json": "{",
        "list.json": "[]",
        "type.json": '{"type": "apikey"}',
        "half.json": '{"type": "basic", "username": "ann"}',
        "broken.toml": "type = ",
        "typed.json": '{"type": ["apiKey"]}',
        "deep.json": "[" * 100_000,
        "member.json": '{"type": "apiKey", "apiKey": "open-sesame", "key": "x"}',
        "basic.toml": 'type = "basic"\nusername = "ann"\npassword = "x"\n',
        "number.json": '{"type": "apiKey", "apiKey": "open-sesame", "apiSecretKey": 5}',
    }.items():
        (tmp_path / name).write_text(text)


# A registered connector, for what is found wrong only once there is one.
SHOP_THERE = "wrongly-checked"
WRONG = [
    (["nowhere"], "nowhere is no folder, zip or jar"),
    (["empty"], "has no connector"),
    (["no.zip"], "is no zip or jar"),
    (["two"], "Name it with --handler FILE.FUNCTION of one.handler, other.handler"),
    (["needy"], "requirements.txt can't be installed"),
    (["shop", "--handler", "shop"], "is not FILE.FUNCTION"),
    (["shop", "--handler", "store.handler"], "there is no file store"),
    (["shop", "--settings", "baseUrl"], "is not KEY=VALUE"),
    (["shop", "--credentials", "nowhere.json"], "can't be read"),
    (["shop", "--credentials", "broken.json"], "can't be read"),
    (["shop", "--credentials", "broken.toml"], "can't be read"),
    (["shop", "--credentials", "list.json"], "is no object"),
    (["shop", "--credentials", "type.json"], "give one of none, apiKey, basic"),
    (["shop", "--credentials", "half.json"], "the type basic needs password"),
    (["shop", "--credentials", "typed.json"], "give one of none, apiKey, basic"),
    (["shop", "--credentials", "deep.json"], "can't be read"),
    ([SHOP_THERE, "--credentials", "member.json"], '"key", must be one of: apiKey'),
    ([SHOP_THERE, "--credentials", "number.json"], "apiSecretKey, value: 5"),
    (
        [SHOP_THERE, "--credentials", "basic.toml"],
        "appflow-local: the connector takes no credentials of the type basic: give --credentials "
        "of the type apiKey\n",
    ),
    ([SHOP_THERE, "--settings", "a=b"], "--settings a: the connector declares no such setting: it"),
    ([SHOP_THERE, "--write", "products"], "mode SOURCE only: leave it out, or add DESTINATION"),
    ([SHOP_THERE, "--json", "."], "--json . can't be written"),
]
if sys.platform == "linux":  # a disk that is full
    full = "--json /dev/full can't be written (No space left on device)"
    WRONG.append(([SHOP_THERE, "--json", "/dev/full"], full))


@pytest.fixture(scope="module")
def refused(own_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str]]:
    """The exit code and the errors of each wrong usage, one after the other in one process.

    None of them leaves anything in the cloud but the connector that some of them name.
    """
    folder = tmp_path_factory.mktemp("wrong")
    wrong(folder)
    arn = create_function(own_cloud, SHOP_THERE, (SHOP / "shop.py").read_text(encoding="utf-8"))
    own_cloud.client("appflow").register_connector(
        **registration(SHOP_THERE, connectorProvisioningConfig={"lambda": {"lambdaArn": arn}})
    )
    port = ["--port", str(own_cloud.port)]
    given = [["check", *arguments, *port] for arguments, _ in WRONG]
    told = in_turn(given, folder, own_cloud.home)
    assert not list((folder / "shop").glob("*.pyc"))
    return told


@pytest.mark.parametrize("number", range(len(WRONG)), ids=[" ".join(each) for each, _ in WRONG])
def test_wrong_usage_is_exit_code_2_and_one_line(
    refused: list[tuple[int, str]], number: int
) -> None:
    code, errors = refused[number]
    assert code == 2, errors
    assert len(errors.splitlines()) == 1
    assert WRONG[number][1] in errors


def test_a_byte_order_mark_before_credentials_is_no_part_of_them(tmp_path: Path) -> None:
    given = tmp_path / "credentials.json"
    given.write_text(CREDENTIALS.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert read_credentials(given).members == {"apiKey": "open-sesame"}


def test_a_registered_connector_is_checked_where_it_is_and_left_as_it_was(
    own_cloud: Cloud, tmp_path: Path
) -> None:
    client = connect(own_cloud, "Checked", "nowhere", profile_name="checked")

    def state() -> list[Any]:
        profiles = client.describe_connector_profiles()["connectorProfileDetails"]
        secrets = own_cloud.client("secretsmanager").list_secrets()["SecretList"]
        return [own_cloud.describe("Checked"), profiles, [each["Name"] for each in secrets]]

    before, report = state(), tmp_path / "report.json"
    done = here(own_cloud, "check", "Checked", "--entity", "Order", "--json", str(report))
    assert state() == before
    assert done.returncode == 1, done.stdout + done.stderr
    # It answers whatever it is asked, which is what the check is for.
    assert {"credentials.wrong-refused", "query.filter-equal"} <= set(alarms(report))
    other = here(own_cloud, "check", "Nobody")
    assert other.returncode == 2
    assert "has such a label" in other.stderr


@pytest.fixture
def datasette(tmp_path: Path) -> Path:
    """The Datasette connector with the SDK beside it: nothing is installed over the network."""
    folder = tmp_path / "datasette"
    shutil.copytree(
        REPOSITORY / "examples" / "datasette_connector" / "datasette_connector",
        folder / "datasette_connector",
    )
    for name in SDK:
        shutil.copytree(Path(sysconfig.get_paths()["purelib"], name), folder / name)
    return folder


def test_the_datasette_connector_raises_no_alarm(tmp_path: Path, datasette: Path) -> None:
    served, given, report = tmp_path / "served", tmp_path / "key.json", tmp_path / "report.json"
    served.mkdir()
    given.write_text(json.dumps({"type": "apiKey", "apiKey": KEY}))
    with writable_server(served) as server:
        with closing(sqlite3.connect(server.file)) as database, database:
            rows = [(1, "ash", "a tall tree", 3), (2, "birch", None, 4), (3, "cedar", "wood", 5)]
            database.executemany("INSERT INTO items VALUES (?, ?, ?, ?)", rows)
        done = check(
            tmp_path, datasette, "--handler", "datasette_connector.handler.lambda_handler",
            "--credentials", given, "--settings", f"baseUrl={server.url}",
            "--entity", "stock/items", "--write", "stock/items", "--json", report,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert alarms(report) == []
    made = {each for each, status in statuses(report).items() if status == "passed"}
    assert {"query.filter-contains", "retrieve.agrees", "write.stored"} <= made
