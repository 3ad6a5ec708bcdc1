"""The pytest plugin: the fixture `appflow_local`. It imports nothing heavy until a test uses it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from appflow_local.testing import AppflowLocal
    from appflow_local.testing.own_cloud import OwnCloud

_used = pytest.StashKey["tuple[AppflowLocal, OwnCloud]"]()
"""The cloud that a test uses."""


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

    cloud, config = _appflow_local_cloud, request.config
    cloud.empty()
    folders = [request.path.parent, config.rootpath, config.invocation_params.dir]
    made = AppflowLocal(cloud, folders)
    request.node.stash[_used] = made, cloud
    yield made
    if cloud.workbench.running():
        cloud.empty()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Fail a test that leaves a flow running."""
    yield
    used = item.stash.get(_used, None)
    if used is not None and (running := used[1].running()):
        named = ", ".join(f"{each['flow']} (run {each['run']})" for each in running)
        pytest.fail(
            f"the test leaves a flow running: {named}. Wait for it with run.wait(), or cancel it "
            "with run.cancel()",
            pytrace=False,
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
    call: pytest.CallInfo[Any],  # noqa: ARG001 - pytest's
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a failing test's connector: its traceback and its last calls."""
    report = yield
    used = item.stash.get(_used, None)
    if used is not None and report.failed:
        from appflow_local.testing.report import sections

        report.sections.extend(sections(used[0].workbench, used[0].sources))
    return report
