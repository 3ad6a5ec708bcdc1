"""The pytest plugin: the fixture `appflow_local`. It imports nothing heavy until a test uses it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from appflow_local.testing import AppflowLocal, AppflowLocalFactory
    from appflow_local.testing.own_cloud import OwnCloud

_used = pytest.StashKey["tuple[AppflowLocal, OwnCloud]"]()
"""The cloud that a test uses."""
_factory = pytest.StashKey["AppflowLocalFactory"]()
"""What has started clouds that tests share."""
_begun = pytest.StashKey["list[tuple[AppflowLocal, str]]"]()
"""These clouds, and their times when a test began."""


@pytest.fixture(scope="session")
def _appflow_local_cloud() -> Iterator[OwnCloud]:
    """The cloud of this process: each worker of pytest-xdist has its own."""
    from appflow_local.cloud import CloudError
    from appflow_local.testing.own_cloud import OwnCloud

    try:
        cloud = OwnCloud()
    except CloudError as error:
        pytest.fail(str(error), pytrace=False)
    yield cloud
    cloud.end()


@pytest.fixture
def appflow_local(
    request: pytest.FixtureRequest, _appflow_local_cloud: OwnCloud
) -> Iterator[AppflowLocal]:
    """A running local cloud with AppFlow, emptied before the test."""
    from appflow_local.testing import AppflowLocal

    cloud = _appflow_local_cloud
    cloud.empty()
    made = AppflowLocal(cloud, [request.path.parent, *_folders(request.config)])
    request.node.stash[_used] = made, cloud
    yield made
    if cloud.workbench.running():
        cloud.empty()


@pytest.fixture(scope="session")
def appflow_local_factory(request: pytest.FixtureRequest) -> AppflowLocalFactory:
    """Starts further clouds, for fixtures of a module or a session; nothing empties them."""
    from appflow_local.testing import AppflowLocalFactory

    made = request.config.stash[_factory] = AppflowLocalFactory(_folders(request.config))
    return made


def _folders(config: pytest.Config) -> list[Path]:
    return [config.rootpath, config.invocation_params.dir]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test that leaves a flow running."""
    shared = item.config.stash.get(_factory, None)
    item.stash[_begun] = [
        (each, each.workbench.clock()["now"]) for each in (shared.running if shared else [])
    ]
    yield
    used = item.stash.get(_used, None)
    if used is not None and (left := used[1].left()) is not None:
        pytest.fail(left, pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a failing test's connector: its traceback and its last calls."""
    report = yield
    used, begun = item.stash.get(_used, None), item.stash.get(_begun, [])
    if not report.failed or (used is None and item.config.stash.get(_factory, None) is None):
        return report
    from appflow_local.testing.report import sections, shorten

    if call.excinfo is not None:
        shorten(report.longrepr, call.excinfo.value)
    if used is not None:
        report.sections.extend(sections(used[0].workbench, used[0].sources))
    for cloud, since in begun:
        report.sections.extend(sections(cloud.workbench, cloud.sources, since))
    return report
