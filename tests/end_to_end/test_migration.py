"""The page on migration, step by step: the connector stays registered, and its profile works."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import crhelper
import pytest

from harness.cloud.app_stack import AppStack
from harness.cloud.cloud_functions import create_function
from harness.cloud.local_cloud import REPOSITORY, Cloud
from harness.cloud.page_reader import Reader
from harness.synth.synthesis import Synthesizer

DOCS = REPOSITORY / "docs"
PAGE = (DOCS / "migration.md").read_text(encoding="utf-8")
CONNECTOR = DOCS / "snippets" / "first_connector" / "connector"
TUTORIAL = REPOSITORY / "benchmarks" / "handlers" / "tutorial" / "__init__.py"
KEY = {"authenticationType": "APIKEY", "apiKey": {"apiKey": "open-sesame"}}
BROKEN = """
from aws_cdk import CfnResource
broken = CfnResource(stack, "Broken", type="AWS::SSM::Parameter", properties={"Type": "None"})
broken.node.add_dependency(stack.node.find_child("Connector"))
app.synth()
"""


class Journey:
    """Someone who migrates: a folder with an app, and the stack that it makes."""

    def __init__(self, cloud: Cloud, folder: Path, synthesizer: Synthesizer, output: Path) -> None:
        self.cloud, self.folder = cloud, folder
        self.stack = AppStack(cloud, synthesizer, output, "Crm")

    def read(self, heading: str) -> Iterator[str]:
        """Write the section's files; yield after the first one and after its change."""
        section = PAGE.split(f"\n{heading}\n")[1].split("\n#")[0]
        blocks = section.split("<!-- edit: ")
        for number, block in enumerate(blocks):
            text = f"<!-- edit: {block}" if number else block
            reader = Reader(self.folder, "docs/snippets/migrate/", {})
            list(reader.follow(text.replace("docs/snippets/adopt.py", "adopt.py")))
            yield text

    def deploy(self, file: str) -> None:
        shutil.copy(self.folder / file, self.folder / "app.py")
        self.stack.deploy()

    def writes(self) -> list[str]:
        """What AppFlow was asked to change about connectors."""
        asked = ("RegisterConnector", "UpdateConnectorRegistration", "UnregisterConnector")
        return [call for call in self.cloud.appflow_calls() if call in asked]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the functions' code; each journey writes its own apps into it."""
    made = tmp_path_factory.mktemp("crm")
    shutil.copytree(CONNECTOR, made / "connector")
    registrar = made / "registrar"
    registrar.mkdir()
    shutil.copy(TUTORIAL, registrar / "tutorial.py")
    shutil.copytree(Path(crhelper.__file__).parent, registrar / "crhelper")
    return made


@pytest.fixture(scope="module")
def synthesizer(folder: Path) -> Iterator[Synthesizer]:
    with Synthesizer(folder) as started:
        yield started


@pytest.fixture
def journey(
    cloud: Cloud, folder: Path, synthesizer: Synthesizer, tmp_path: Path
) -> Iterator[Journey]:
    yield Journey(cloud, folder, synthesizer, tmp_path / "cdk.out")
    for app in folder.glob("*.py"):
        app.unlink()
    appflow = cloud.client("appflow")
    cloud.client("cloudformation").delete_stack(StackName="Crm")
    cloud.settle("Crm")
    for label in cloud.labels():
        appflow.unregister_connector(connectorLabel=label, forceDelete=True)


@pytest.fixture
def use(cloud: Cloud) -> Iterator[Callable[[], None]]:
    """Make a profile that uses the connector; deleted after the test at the latest."""
    appflow = cloud.client("appflow")
    config = {
        "connectorProfileProperties": {"CustomConnector": {"profileProperties": {}}},
        "connectorProfileCredentials": {"CustomConnector": KEY},
    }

    def make() -> None:
        appflow.create_connector_profile(
            connectorProfileName="crm",
            connectorType="CustomConnector",
            connectorLabel="Crm",
            connectionMode="Public",
            connectorProfileConfig=config,
        )

    yield make
    if appflow.describe_connector_profiles()["connectorProfileDetails"]:
        appflow.delete_connector_profile(connectorProfileName="crm", forceDelete=True)


def entities(cloud: Cloud) -> list[str]:
    """What the profile gives access to, asked of the connector anew."""
    listed = cloud.client("appflow").list_connector_entities(
        connectorProfileName="crm", connectorType="CustomConnector", apiVersion="v1"
    )
    return [each["name"] for found in listed["connectorEntityMap"].values() for each in found]


def function_of(cloud: Cloud) -> str:
    return str(cloud.describe("Crm")["connectorProvisioningConfig"]["lambda"]["lambdaArn"])


@pytest.mark.parametrize(
    ("heading", "file"),
    [
        ("### From AWS::AppFlow::Connector", "native.py"),
        ("### From AwsCustomResource", "aws_custom_resource.py"),
        ("### From a handler of your own", "handler.py"),
    ],
)
def test_a_connector_moves_in_three_deployments_without_being_unregistered(
    journey: Journey, use: Callable[[], None], heading: str, file: str
) -> None:
    cloud, before = journey.cloud, len(journey.writes())
    first = journey.read(heading)
    next(first)
    journey.deploy(file)
    function = function_of(cloud)
    use()
    next(first)
    journey.deploy(file)
    list(journey.read("## Step 2: adopt"))
    journey.deploy("adopt.py")
    assert entities(cloud) == ["customers"]
    list(journey.read("## Step 3: settle"))
    moved = journey.writes()
    journey.deploy("adopt.py")
    assert journey.writes() == moved
    assert "UnregisterConnector" not in moved[before:]
    assert function_of(cloud) == function
    assert entities(cloud) == ["customers"]
    cloud.client("appflow").delete_connector_profile(connectorProfileName="crm")
    assert journey.stack.destroy() == "DELETE_COMPLETE"
    assert cloud.labels() == []


def test_a_second_step_that_fails_leaves_the_connector_registered(journey: Journey) -> None:
    list(journey.read("### From AWS::AppFlow::Connector"))
    journey.deploy("native.py")
    function = function_of(journey.cloud)
    list(journey.read("## Step 2: adopt"))
    text = (journey.folder / "adopt.py").read_text().replace("app.synth()\n", BROKEN)
    (journey.folder / "app.py").write_text(text)
    assert journey.stack.try_to_deploy() == "UPDATE_ROLLBACK_COMPLETE"
    assert function_of(journey.cloud) == function


def test_a_connector_registered_by_hand_is_adopted_and_can_go_back(
    journey: Journey, use: Callable[[], None]
) -> None:
    cloud, appflow = journey.cloud, journey.cloud.client("appflow")
    secrets = {"Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    theirs = create_function(cloud, "by-hand", (CONNECTOR / "crm.py").read_text(), [secrets])
    appflow.register_connector(
        connectorLabel="Crm",
        connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": theirs}},
    )
    use()
    list(journey.read("## Step 2: adopt"))
    journey.deploy("adopt.py")
    assert function_of(cloud) != theirs
    assert entities(cloud) == ["customers"]
    appflow.update_connector_registration(
        connectorLabel="Crm", connectorProvisioningConfig={"lambda": {"lambdaArn": theirs}}
    )
    assert journey.stack.destroy() == "DELETE_COMPLETE"
    assert function_of(cloud) == theirs
