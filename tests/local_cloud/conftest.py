from __future__ import annotations

from collections.abc import Iterator

import pytest

from appflow_local.check.cloud_bench import CloudBench
from appflow_local.cloud import LocalCloud
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.cloud.shared_cloud import Shared, use


@pytest.fixture(scope="session", autouse=True)
def _loopback_is_reached_directly() -> Iterator[None]:
    """Ask servers on this machine without its proxy, as the model does for tokens."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield


@pytest.fixture(scope="session")
def own_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud that is not bootstrapped, for tests that leave things behind in it."""
    with running_cloud(tmp_path_factory.mktemp("own")) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def cloud_bench(own_cloud: Cloud) -> Iterator[CloudBench]:
    """What `appflow-local check` runs connectors on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("APPFLOW_LOCAL_HOME", str(own_cloud.home))
        bench = CloudBench(LocalCloud(own_cloud.port))
        yield bench
        bench.close()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """A cloud that has been put to use, on a machine that others use, too."""
    shared = Shared(tmp_path_factory.mktemp("shared"))
    with shared.process:
        try:
            use(shared.cloud)
            yield shared
        finally:
            shared.process.terminate()


@pytest.fixture
def scratch(own_cloud: Cloud, request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a stack that is deleted after the test."""
    name = request.node.name.title().replace("_", "")[:60]
    yield name
    own_cloud.client("cloudformation").delete_stack(StackName=name)
    assert own_cloud.settle(name) == "DELETE_COMPLETE"
