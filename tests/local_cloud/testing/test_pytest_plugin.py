"""The pytest plugin in the local cloud's environment, run as a connector's author runs pytest."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.cloud.cloud_functions import package
from harness.cloud.java_code import compiled, files_of, has_jdk, skip_without_jdk
from harness.cloud.local_cloud import REPOSITORY, command

SHOP = REPOSITORY / "docs" / "snippets" / "without_cdk" / "connector" / "shop.py"
PROTOCOL = REPOSITORY / "docs" / "snippets" / "protocol"
SUITES = Path(__file__).with_name("suites")
QUERY = 'case "QueryDataRequest":\n'
KEY_CHECKED = 'return validate(event["credentials"]["secretArn"])'
# What is too heavy for every run of pytest on a machine where the plugin is installed.
HEAVY = ("botocore", "boto3", "ministack", "pyarrow", "hypercorn", "trustme", "appflow_local.cloud")
# Plugins of pytest that no test is about; the other one loads asyncio for each process.
_WITHOUT = ("-p", "no:cacheprovider", "-p", "no:anyio")
_SECONDS = 300.0


@dataclass
class Project:
    """A folder with connectors and tests."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def add(self, suite: str, name: str) -> None:
        shutil.copy(SUITES / f"{suite}.py", self.folder / name)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [command("python"), "-m", "pytest", *_WITHOUT, *arguments],
            cwd=self.folder,
            env={**os.environ, "APPFLOW_LOCAL_HOME": str(self.home), "COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=_SECONDS)
        return process.returncode, output

    def left(self) -> list[str]:
        """Return the folders of the clouds that are there, after the time that they take to end."""
        deadline = time.monotonic() + _SECONDS
        while (found := _names(self.home)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found


def _names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()] if folder.exists() else []


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return made(tmp_path)


def made(folder: Path) -> Project:
    keyed = SHOP.read_text()
    assert QUERY in keyed
    # Most tests look at other things than the key, and boto3 takes longer to load than all else.
    shop = keyed.replace("import boto3\n", "").replace(KEY_CHECKED, 'return {"isSuccess": True}')
    assert "boto3" not in shop.replace("boto3.client", "", 1)
    assert KEY_CHECKED not in shop
    connectors = {
        "keyed/shop.py": keyed,
        "connector/shop.py": shop,
        "crash/shop.py": shop.replace(QUERY, f"{QUERY}            print('dividing'), 1 / 0\n"),
        "slow/shop.py": shop.replace(QUERY, f"{QUERY}            __import__('time').sleep(25)\n"),
        "pages/shop.py": shop.replace("range(1, 6)", "range(1, 24)"),
        "two/a.py": shop,
        "two/b.py": shop,
        "target/target.py": (SUITES / "target.py").read_text(),
    }
    for name, text in connectors.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return Project(folder)


def outcomes(report: Path) -> dict[str, str]:
    """Return what a report says of each test: the text of its failure, or nothing."""
    found: dict[str, str] = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - our own
        failed = [*case.iter("failure"), *case.iter("error")]
        name = f"{case.get('classname')}.{case.get('name')}"
        found[name] = found.get(name, "") + "".join(str(each.text) for each in failed)
    return found


@dataclass
class Done:
    """A run of all suites, one after the other: what it takes most for is to start.

    Attributes:
        folder: the project's.
        output: what pytest printed.
        summary: the part of it that has a line for each failure.
        sections: what it printed of each test that failed.
        failures: each test, with the text of its failure, or nothing.
    """

    folder: Path
    output: str
    summary: str
    sections: dict[str, str]
    failures: dict[str, str]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    project = made(tmp_path_factory.mktemp("suites"))
    (project.folder / "deep" / "tests").mkdir(parents=True)
    project.add("passing", "deep/tests/test_passing.py")
    project.add("after_schedules", "deep/conftest.py")
    add_store(project.folder / "store")
    project.add("failing", "test_failing.py")
    project.add("shared", "test_shared.py")
    if has_jdk():
        add_jar(project.folder)
        project.add("jars", "test_jars.py")
    code, output = project.run("--junitxml", "report.xml")
    assert code == 1, output
    assert project.left() == []
    parts = re.split(r"^_{3,} (?:ERROR at \w+ of )?(test_\S+) _{3,}$", output, flags=re.MULTILINE)
    return Done(
        project.folder,
        output,
        output.rpartition("short test summary info")[2],
        dict(zip(parts[1::2], parts[2::2], strict=True)),
        outcomes(project.folder / "report.xml"),
    )


def of(done: Done, suite: str) -> list[str]:
    """Return the failures of a suite's tests."""
    return [failure for name, failure in done.failures.items() if name.startswith(suite)]


def test_a_connectors_tests_pass(done: Done) -> None:
    assert of(done, "deep.tests.test_passing") == 21 * [""]
    # The schedule that a test left active.
    assert (done.folder / "deep" / "then.txt").read_text() == "['Suspended']"


def add_jar(folder: Path) -> None:
    """Write a connector in Java that fails when it is asked for records the second time."""
    source = (PROTOCOL / "Shop.java").read_text(encoding="utf-8")
    case = 'case "QueryDataRequest":'
    closing = (
        'if (System.setProperty("asked", "") != null)'
        ' throw new IllegalStateException("the shop is closed");'
    )
    text = source.replace(case, f"{case} {closing}")
    classes = compiled(folder / "java", {"Shop.java": text})
    (folder / "shop.jar").write_bytes(package(files_of(classes)))


def test_a_jar_is_tested_the_same(done: Done) -> None:
    skip_without_jdk()
    (failure,) = of(done, "test_jars")
    assert "AssertionError: the second run" in failure
    shown = done.sections["test_all_orders_arrive_twice"]
    _, _, section = shown.partition("shop's traceback, in QueryData")
    assert (
        "java.lang.IllegalStateException: the shop is closed\n    at Shop.ofEntity(Shop" in section
    )
    assert "appflowlocal" not in section


def test_a_cloud_of_the_factory_is_shared_by_tests_beside_that_of_each(done: Done) -> None:
    failed = [name for name, failure in done.failures.items() if failure]
    assert sorted(each for each in failed if each.startswith("test_shared")) == [
        "test_shared.test_a_flow_of_it_is_left_running",
        "test_shared.test_it_fails_here",
    ]
    assert len(of(done, "test_shared")) == 5


def test_a_failing_test_shows_what_it_did_in_a_shared_cloud(done: Done) -> None:
    failure = done.sections["test_it_fails_here"]
    _, _, calls = failure.partition("AppFlow's last calls")
    assert "CRASH's traceback, in QueryData" in failure
    assert "DescribeConnectorConfiguration" not in calls.partition("short test summary")[0]


def test_a_shared_cloud_with_a_flow_that_is_left_running_is_an_error(done: Done) -> None:
    said = "AppflowLocalError: the test leaves a flow running: SLOW-profile-products-1 (run "
    assert f"ERROR test_shared.py::test_a_flow_of_it_is_left_running - {said}"[:90] in done.summary


def test_a_cloud_that_a_test_has_killed_is_replaced_and_leaves_its_log(project: Project) -> None:
    (project.folder / "test_killing.py").write_text(
        "import os, signal, time\n"
        "def test_killing(appflow_local):\n"
        "    os.kill(appflow_local._own.cloud.pid, signal.SIGKILL)\n"
        "    time.sleep(0.5)\n"
        "def test_after_it(appflow_local):\n"
        "    assert appflow_local.connector('connector').configuration\n"
    )
    _code, output = project.run()
    assert "1 failed, 1 passed" in output, output
    (port,) = _names(project.home)
    assert sorted(_names(project.home / port)) == ["picked-port", "server.log"]


def add_store(folder: Path) -> None:
    """Write a connector in JavaScript whose QueryData fails."""
    folder.mkdir()
    source = (PROTOCOL / "shop.mjs").read_text(encoding="utf-8")
    name = re.search(r"export (?:const|async function|function) handler\b.*\n", source)
    assert name
    crash = '  if (event.type === "QueryDataRequest") throw new RangeError("no shop");\n'
    (folder / "index.mjs").write_text(source.replace(name[0], f"{name[0]}{crash}", 1))


@pytest.fixture(scope="module")
def failed(done: Done) -> dict[str, str]:
    """What pytest prints of each test of the failing suite; nothing for those that pass."""
    for said in (
        "test_there_is_no_such_operation - AppflowLocalError: 'Query' is no operation of a conn",
        "test_a_flow_is_left_running - Failed: the test leaves a flow running: slow-profile-",
        "test_the_key_is_wrong - ConnectorAuthenticationException: Error authenticating to ",
    ):
        assert said in done.summary
    assert len(of(done, "test_failing")) == 23
    passed = [name for name, failure in done.failures.items() if not failure]
    assert [each for each in passed if each.startswith("test_failing")] == [
        "test_failing.test_the_one_after_it_is_not_disturbed"
    ]
    return done.sections


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("test_a_flow_is_left_running", "the test leaves a flow running: slow-profile-products-1"),
        ("test_a_run_takes_too_long", "had not ended after 0.5 s, and was canceled"),
        ("test_there_is_no_such_operation", "'Query' is no operation of a connector: give one of"),
        ("test_there_is_no_such_fault", "'Nonsense' is no fault: give one of latency"),
        ("test_a_fault_is_of_two_kinds", "one of `kind`, `error` and `latency`, not 2"),
        ("test_the_handler_is_missing", "Name it with `handler=` of a.handler, b.handler"),
        ("test_the_handler_is_another", "there is no file other in the connector"),
        ("test_there_is_no_connector", "there is no connector 'nowhere/': neither a folder"),
        ("test_credentials_are_of_a_wrong_type[other]", "of the type basic: give one of the type"),
        ("test_credentials_are_of_a_wrong_type[unknown]", "`type` is 'magic': give one of none"),
        ("test_credentials_are_of_a_wrong_type[short]", "the type apiKey needs apiKey"),
        ("test_credentials_are_of_a_wrong_type[untyped]", "`type` is None: give one of none"),
        ("test_credentials_are_of_a_wrong_type[list]", "credentials is list: give a dict"),
        ("test_credentials_are_of_a_wrong_type[none]", "no credentials of the type none: give"),
        ("test_a_filter_cannot_be_read", "compare one of the fields id, name"),
        ("test_a_format_is_unknown", "format='XML': give one of JSON, CSV, PARQUET"),
        ("test_the_clock_is_turned_back", "a clock is only moved forward"),
        ("test_nothing_is_written", "there is nothing to write: give at least one record"),
        ("test_a_fixture_fails", "ValueError: of this fixture"),
    ],
)
def test_a_test_that_fails_says_what_to_do_at_its_own_line(
    failed: dict[str, str], test: str, said: str
) -> None:
    assert said in failed[test]
    assert "appflow_local/testing/" not in failed[test]
    assert "botocore/" not in failed[test]


def test_a_failing_test_shows_the_connectors_own_lines_and_the_last_calls(
    failed: dict[str, str],
) -> None:
    shown = failed["test_the_connector_crashes"]
    _, _, section = shown.partition("crash's traceback, in QueryData")
    assert re.search(r'File "\S+/suites0/crash/shop\.py", line \d+, in handler', section)
    assert "ZeroDivisionError: division by zero" in section
    assert "_worker.py" not in section
    _, _, calls = section.partition("AppFlow's last calls")
    assert re.search(r"#\d+ \S+ crash ValidateCredentials: success, ", calls)
    assert "QueryData products for crash-profile-products-1: ConnectorServerException" in calls
    assert "printed: dividing" in calls
    assert 'sent: {"type": "QueryDataRequest"' in calls
    assert "AppFlow's last calls" in failed["test_a_fixture_fails"]


def test_a_connector_in_javascript_shows_its_trace_too(failed: dict[str, str]) -> None:
    _, _, section = failed["test_a_store_in_javascript_crashes"].partition(
        "store's traceback, in QueryData"
    )
    assert re.search(r"RangeError: no shop\n    at .*/suites0/store/index\.mjs:\d", section)
    assert "_worker" not in section
    assert section.count("RangeError: no shop") == 1, section


def test_a_test_without_the_fixture_loads_and_starts_nothing(project: Project) -> None:
    (project.folder / "test_light.py").write_text(
        "import sys\n"
        "def test_light(pytestconfig):\n"
        "    assert pytestconfig.pluginmanager.hasplugin('appflow_local')\n"
        f"    assert [each for each in {HEAVY} if each in sys.modules] == []\n"
    )
    code, output = project.run()
    assert code == 0, output
    assert _names(project.home) == []


@pytest.mark.parametrize(
    ("number", "workers"),
    [(signal.SIGINT, ()), (signal.SIGKILL, ("-n", "2"))],
    ids=["interrupted", "killed-workers"],
)
def test_nothing_is_left_of_a_run_that_is_cut_off(
    project: Project, number: int, workers: Sequence[str]
) -> None:
    (project.folder / "test_long.py").write_text(
        "import pathlib, time\n"
        "def test_long(appflow_local):\n"
        "    appflow_local.connector('connector')\n"
        "    pathlib.Path('is_up').touch()\n"
        "    time.sleep(600)\n"
    )
    process = project.start(*workers)
    deadline = time.monotonic() + _SECONDS
    while not (project.folder / "is_up").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    (port,) = _names(project.home)
    server = int(re.findall(r'"pid": (\d+)', (project.home / port / "server.json").read_text())[0])
    os.killpg(process.pid, number)
    process.communicate(timeout=_SECONDS)
    assert project.left() == []
    deadline = time.monotonic() + _SECONDS
    while Path(f"/proc/{server}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not Path(f"/proc/{server}").exists()
