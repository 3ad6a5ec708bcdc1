from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cloud.app_stack import AppStack
from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import Synthesizer, shared_synthesizer
from tests.end_to_end.shop_flows import SECRET, Deployer, Server, shop_server
from tests.examples.datasette_connector.loopback import KEY

TINY_APP = Path(__file__).with_name("tiny_app")


@pytest.fixture
def tiny_app(tmp_path: Path) -> Path:
    """A copy of the tiny app, to be changed and deployed."""
    return Path(shutil.copytree(TINY_APP, tmp_path / "tiny_app"))


@pytest.fixture(scope="session")
def synthesizer() -> Synthesizer:
    return shared_synthesizer()


@pytest.fixture
def tiny_stack(cloud: Cloud, synthesizer: Synthesizer, tmp_path: Path) -> AppStack:
    """The tiny app's stack, not deployed yet."""
    app = str(TINY_APP / "app.py")
    return AppStack(cloud, synthesizer, tmp_path / "cdk.out", "Tiny", app)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that the examples of flows read from and write to."""
    with shop_server(tmp_path_factory.mktemp("shop")) as running:
        yield running


@pytest.fixture(scope="session")
def variables(cloud: Cloud, shop: Server) -> dict[str, str]:
    """What the examples of flows ask of the environment; the secret that they name is made."""
    cloud.client("secretsmanager").create_secret(Name=SECRET, SecretString=KEY)
    return {"SERVER_URL": shop.url, "SECRET_NAME": SECRET}


@pytest.fixture
def deployer(
    cloud: Cloud, synthesizer: Synthesizer, variables: dict[str, str], tmp_path: Path
) -> Deployer:
    return Deployer(cloud, synthesizer, variables, tmp_path)
