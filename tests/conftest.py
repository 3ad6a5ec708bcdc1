"""Fixtures for all tests."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from botocore.loaders import JSONFileLoader, Loader
from hypothesis import settings

from datasette_connector import sdk_import
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.interrupts import let_children_be_interrupted
from harness.model.appflow import Server, serving
from harness.synth.direct_kernel import ask_jsii_directly

# How fast an example is says more of the machine than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
let_children_be_interrupted()
ask_jsii_directly()
sdk_import.load()  # before a test imports the SDK without the example

# Loading the CDK's own validator takes each process two seconds, twice as long as the rest of the
# CDK; it looks at the examples' templates and the first connector's (`tests/examples`).
os.environ.setdefault("CDK_VALIDATION", "false")

# Thresholds of the garbage collector: Python's own are 700, 10 and 10.
_SELDOM = (10_000, 20, 50)

_IN_AN_ACCOUNT = "TEST_AWS" in os.environ
collect_ignore = [] if _IN_AN_ACCOUNT else ["aws_account"]

# Side by side with others these finish in time; started last, they would be waited for.
_SLOW = ("end_to_end/test_permissions", "end_to_end", "chaos", "scale", "security", "aws_suite")
_SLOW_FOLDERS = {Path(__file__).parent / name for name in _SLOW}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `make test-fast` runs with."""
    parser.addoption(
        "--fast",
        action="store_true",
        help="leave out tests that start a cloud, deploy or are marked slow",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Don't even import what `--fast` leaves out."""
    is_left_out = config.getoption("fast") and collection_path in _SLOW_FOLDERS
    return True if is_left_out else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the slow ones first, without changing the order otherwise; drop them if `--fast`."""

    def rank(item: pytest.Item) -> int:
        path = item.path.as_posix()
        found = (n for n, part in enumerate(_SLOW) if f"/tests/{part}" in path)
        return next(found, len(_SLOW))

    items.sort(key=rank)
    if config.getoption("fast"):
        slow = {item for item in items if rank(item) < len(_SLOW) or _is_slow(item)}
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]


def pytest_collection_finish() -> None:
    """Spare the garbage collector thousands of tests and modules, which stay until the end.

    Most of what comes after them stays, too, such as the CDK's modules and jsii's references: to
    look through all of it took seconds of each worker's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Collect garbage once: pytest looks for what it tells of five times, through all that is."""
    gc.collect()
    gc.freeze()


def _is_slow(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is not None or _uses_a_cloud(item)


def _uses_a_cloud(item: pytest.Item) -> bool:
    """Tell whether a test's module, or a fixture that the test takes, uses `harness.cloud`."""
    assert isinstance(item, pytest.Function)
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    return any(map(_is_of_a_cloud, vars(item.module).values())) or any(
        _refers_to_a_cloud(definition.func) for found in fixtures for definition in found
    )


def _refers_to_a_cloud(function: Callable[..., Any]) -> bool:
    names = function.__code__.co_names
    return any(_is_of_a_cloud(function.__globals__.get(name)) for name in names)


def _is_of_a_cloud(value: object) -> bool:
    # Nothing else is asked: the CDK's modules load when an attribute of theirs is.
    return isinstance(value, type | FunctionType) and value.__module__.startswith("harness.cloud.")


@pytest.fixture(scope="session", autouse=True)
def _no_aws_account() -> Iterator[None]:
    """Keep every test away from the AWS account that this machine is configured for."""
    if _IN_AN_ACCOUNT:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_CA_BUNDLE"):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_CONFIG_FILE", "/nonexistent")
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        patch.setenv("AWS_ACCESS_KEY_ID", "123456789012")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        patch.setenv("AWS_REGION", "eu-west-1")
        patch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@pytest.fixture(scope="session", autouse=True)
def _models_are_read_once() -> Iterator[None]:
    """Share what botocore reads of its own data among all its sessions, as each does with clients.

    Each would decode its list of endpoints again, most of what making a client takes.
    """
    read: dict[str, Any] = {}
    load = JSONFileLoader.load_file

    def load_once(loader: JSONFileLoader, file_path: str) -> Any:  # noqa: ANN401 - botocore's
        if not file_path.startswith(Loader.BUILTIN_DATA_PATH):
            return load(loader, file_path)
        if file_path not in read:
            read[file_path] = load(loader, file_path)
        return read[file_path]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", load_once)
        yield


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A bootstrapped local cloud with IAM enforced, shared by the tests of one session."""
    home = tmp_path_factory.mktemp("cloud")
    with running_cloud(home) as running:
        running.bootstrap()
        yield running


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """HTTP in front of whichever model of AppFlow a test makes."""
    with serving() as running:
        yield running
