"""Processes for pages: when they start, what becomes of one that fails, and when they end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pyarrow
import pytest

import appflow_local
from appflow_local.appflow.page_processes import page_process, pool
from appflow_local.appflow.page_processes.page_process import PageProcess
from appflow_local.appflow.page_processes.page_work import PageFile, PageWork
from appflow_local.appflow.page_processes.pool import PageProcesses
from appflow_local.appflow.transfer.fields import Field
from tests.local_cloud.appflow.transfer.task_shapes import MAP_ALL, Task, task

FIELDS = (Field("id", "Integer", nullable=False),)
TEXTS = [json.dumps({"id": number}) for number in range(3)]
FILE = PageFile(b'{"id":0}\n{"id":1}\n{"id":2}\n', 3, sum(map(len, TEXTS)))


def encoded(*tasks: Task, fields: tuple[Field, ...] = FIELDS) -> bytes:
    return msgspec.msgpack.encode(PageWork([MAP_ALL, *tasks], fields, "JSON", False))


WORK = encoded()


@pytest.fixture
def processes() -> Iterator[PageProcesses]:
    made = PageProcesses(most=1)
    yield made
    made.close()


def eventually(check: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def done(processes: PageProcesses, work: bytes, texts: list[Any]) -> PageFile | None:
    answer = processes.begin(work, texts)
    return None if answer is None else processes.finish(answer)


def ready(processes: PageProcesses) -> int:
    """Start a process; return its id once it is ready."""
    eventually(lambda: done(processes, WORK, TEXTS) == FILE)
    return next(iter(processes._ready)).pid


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_the_first_page_does_not_wait_for_the_process_that_it_starts(
    processes: PageProcesses,
) -> None:
    assert done(processes, WORK, TEXTS) is None
    eventually(lambda: done(processes, WORK, TEXTS) == FILE)


@pytest.mark.parametrize(
    "text", ['{"id": "\ud800"}', '{"id": null}', '{"id": NaN}', "[]", '{"z": 1}', 7, 1 << 70, None]
)
def test_what_ends_a_run_or_is_no_record_is_the_runs_own(
    processes: PageProcesses, text: str
) -> None:
    pid = ready(processes)
    assert done(processes, WORK, [*TEXTS, text]) is None
    assert ready(processes) == pid


def test_what_a_plan_refuses_is_the_runs_own(processes: PageProcesses) -> None:
    pid = ready(processes)
    mapped = task("Map", "unknown", to="x")
    assert done(processes, encoded(mapped), TEXTS) is None
    with_default = (Field("id", "Integer", default="1"),)
    assert done(processes, encoded(fields=with_default), TEXTS) is None
    assert ready(processes) == pid


def test_a_page_of_which_no_record_is_left_has_no_file(processes: PageProcesses) -> None:
    ready(processes)
    drop = task("Validate", "id", operator="VALIDATE_NON_ZERO", VALIDATION_ACTION="DropRecord")
    assert done(processes, encoded(drop), TEXTS[:1]) == PageFile(b"", 0, len(TEXTS[0]))


def test_values_nested_more_deeply_than_a_run_can_take_are_the_runs_own(
    processes: PageProcesses,
) -> None:
    ready(processes)
    work = encoded(fields=(Field("id", "List"),))
    # Up to Python 3.11, this is too deep for a page's process only; later, C's limit is everyone's.
    deep = 900 if sys.version_info < (3, 12) else 100_000
    assert done(processes, work, [f'{{"id":{"[" * deep}{"]" * deep}}}']) is None


def test_a_killed_process_is_replaced(processes: PageProcesses) -> None:
    pid = ready(processes)
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: is_gone(pid))
    assert done(processes, WORK, TEXTS) is None
    assert ready(processes) != pid


def test_after_three_failures_no_process_is_started(processes: PageProcesses) -> None:
    for _ in range(3):
        os.kill(ready(processes), signal.SIGKILL)
        assert done(processes, WORK, TEXTS) is None
    assert done(processes, WORK, TEXTS) is None
    assert (processes._starting, processes._ready) == (None, set())


def test_a_process_that_hangs_is_ended_and_nobody_waits_for_it_any_longer() -> None:
    processes = PageProcesses(most=1, longest_page_seconds=1.5)
    pid = ready(processes)
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(3) as pages:  # one is in its hands, two wait for it
        found = [*pages.map(lambda _: done(processes, WORK, TEXTS * 100_000), range(3))]
    assert found == [None] * 3
    assert processes._failures == 1
    eventually(lambda: is_gone(pid))
    processes.close()


def test_a_process_that_cannot_start_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_process, "_RUN", "raise SystemExit(1)")
    processes = PageProcesses(most=1)
    for failures in range(3):
        assert done(processes, WORK, TEXTS) is None
        eventually(lambda: processes._starting is None)
        assert processes._failures == failures + 1
    assert done(processes, WORK, TEXTS) is None
    assert processes._failures == 3


def test_a_system_without_processes_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    processes = PageProcesses(most=1)
    assert [done(processes, WORK, TEXTS) for _ in range(5)] == [None] * 5
    assert processes._failures == 3


@pytest.mark.parametrize("noise", ["a greeting\n", "\x7f" * 8, "\xff" * 8])
def test_a_process_that_prints_is_a_failure(monkeypatch: pytest.MonkeyPatch, noise: str) -> None:
    greeting = f"import sys; sys.stdout.buffer.write({noise!r}.encode('latin-1')); "
    monkeypatch.setattr(page_process, "_RUN", greeting + page_process._RUN)
    processes = PageProcesses(most=1)
    for failures in range(3):
        assert done(processes, WORK, TEXTS) is None
        eventually(lambda: processes._starting is None)
        assert processes._failures == failures + 1
    assert done(processes, WORK, TEXTS) is None
    assert processes._starting is None


def test_a_system_without_threads_does_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    started: list[PageProcess] = []

    def start() -> PageProcess:
        started.append(PageProcess())
        return started[-1]

    processes = PageProcesses(most=1)
    monkeypatch.setattr(pool, "PageProcess", start)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert [done(processes, WORK, TEXTS) for _ in range(5)] == [None] * 5
    assert processes._failures == 3
    assert processes._starting is None
    assert [is_gone(each.pid) for each in started] == [True] * 3


def test_an_idle_process_is_ended() -> None:
    processes = PageProcesses(most=1, idle_seconds=0.2)
    pid = ready(processes)
    eventually(lambda: is_gone(pid))
    assert processes._ready == set()
    assert ready(processes) != pid
    processes.close()


def test_a_second_process_starts_when_the_first_is_busy() -> None:
    processes = PageProcesses(most=2)

    def two_have_worked() -> bool:
        with ThreadPoolExecutor(8) as pages:
            [*pages.map(lambda _: done(processes, WORK, TEXTS * 1000), range(8))]
        return len(processes._ready) == 2

    eventually(two_have_worked)
    processes.close()


def test_end_ends_all_and_close_starts_no_more(processes: PageProcesses) -> None:
    pid = ready(processes)
    processes.end()
    eventually(lambda: is_gone(pid))
    again = ready(processes)
    assert again != pid
    processes.close()
    eventually(lambda: is_gone(again))
    assert done(processes, WORK, TEXTS) is None
    assert processes._starting is None


def test_a_process_that_is_still_starting_is_ended_too(processes: PageProcesses) -> None:
    assert done(processes, WORK, TEXTS) is None
    starting = processes._starting
    assert starting is not None
    processes.close()
    eventually(lambda: is_gone(starting.pid))
    assert processes._failures == 0


def test_a_machine_with_one_core_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, most in ((1, 0), (2, 1), (3, 2), (64, 2)):
        monkeypatch.setattr(pool, "_cores", lambda given=cores: given)
        assert PageProcesses()._most == most


SERVER = """
import sys, time
sys.path.append(sys.argv[1])
from appflow_local.appflow.page_processes.pool import PageProcesses
processes = PageProcesses(most=1)
work = bytes.fromhex(sys.argv[2])
while (answer := processes.begin(work, ['{"id": 1}'])) is None or not processes.finish(answer):
    time.sleep(0.01)
print(next(iter(processes._ready)).pid, flush=True)
time.sleep(60)
"""


def test_a_process_ends_with_a_server_that_is_killed() -> None:
    package = str(Path(appflow_local.__file__).parents[1])
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, package, WORK.hex()], stdout=subprocess.PIPE, text=True
    )
    with server:
        assert server.stdout is not None
        pid = int(server.stdout.readline())
        assert not is_gone(pid)
        server.kill()
        eventually(lambda: is_gone(pid))


def test_a_process_has_no_variables_of_its_own_and_leads_its_own_group(
    processes: PageProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of the user")
    pid = ready(processes)
    assert b"AWS" not in Path(f"/proc/{pid}/environ").read_bytes()
    assert os.getpgid(pid) == pid


def test_a_process_runs_the_servers_code_though_another_version_is_installed(
    processes: PageProcesses, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    venv.create(tmp_path, with_pip=False)
    (packages,) = tmp_path.glob("lib/python*/site-packages")
    (packages / "appflow_local").mkdir()
    (packages / "appflow_local" / "__init__.py").write_text("raise SystemExit('another version')")
    dependencies = {Path(str(each.__file__)).parents[1] for each in (msgspec, pyarrow)}
    (packages / "dependencies.pth").write_text("\n".join(map(str, dependencies)))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    ready(processes)
    assert processes._failures == 0
