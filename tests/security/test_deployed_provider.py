"""The how-to's provider, deployed: it runs as the given role, logs where it was told to.

MiniStack's CloudFormation leaves out a role's boundary and a function's reserved concurrency: the
boundary is put by IAM's API here; that the template has both, tests/constructs say.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.cloud.app_stack import AppStack
from harness.cloud.local_cloud import REPOSITORY, Cloud
from harness.synth.synthesis import Synthesizer

TINY = REPOSITORY / "tests" / "end_to_end" / "tiny_app"
HOW_TO = REPOSITORY / "docs" / "how-to" / "bring-your-own.md"
STACK = "Crm"
SNIPPET = REPOSITORY / "docs" / "snippets" / "own_provider.py"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The how-to's app, with the smallest connector."""
    folder = tmp_path_factory.mktemp("own")
    connector = folder / "connector" / "crm"
    connector.mkdir(parents=True)
    source = (TINY / "connector" / "index.py").read_text()
    (connector / "handler.py").write_text(source.replace("def handler(", "def lambda_handler("))
    shutil.copy(SNIPPET, folder / "app.py")
    shutil.copy(TINY / "cdk.json", folder)
    return folder


@pytest.fixture(scope="module")
def stack(cloud: Cloud, app: Path) -> Iterator[AppStack]:
    with Synthesizer(app) as synthesizer:
        yield AppStack(cloud, synthesizer, app / "cdk.out", STACK)


@pytest.fixture(scope="module")
def deployed(cloud: Cloud, stack: AppStack) -> Iterator[Cloud]:
    stack.deploy()
    yield cloud
    assert stack.destroy() == "DELETE_COMPLETE"


def provider(cloud: Cloud) -> dict[str, Any]:
    functions = cloud.client("lambda").list_functions()["Functions"]
    (found,) = [
        each for each in functions if each["FunctionName"].startswith(f"{STACK}-ProviderHandler")
    ]
    return dict(found)


def test_the_connector_is_registered_under_the_given_role(deployed: Cloud) -> None:
    assert [label for label in deployed.labels() if label.startswith(f"{STACK}-")]
    assert ":role/Crm-Role" in provider(deployed)["Role"]


def test_a_provider_logs_to_the_given_log_group(deployed: Cloud) -> None:
    group = provider(deployed)["LoggingConfig"]["LogGroup"]
    logs = deployed.client("logs")
    (found,) = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["retentionInDays"] == 365
    assert logs.filter_log_events(logGroupName=group)["events"] != []


def test_a_provider_unregisters_within_a_boundary_that_admits_what_the_how_to_says(
    deployed: Cloud, stack: AppStack
) -> None:
    iam = deployed.client("iam")
    actions = sorted(set(re.findall(r"`((?:appflow|lambda|logs):\w+)`", HOW_TO.read_text())))
    assert len(actions) == 9
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    policy = iam.create_policy(PolicyName="TeamBoundary", PolicyDocument=document)["Policy"]
    role = provider(deployed)["Role"].rpartition("/")[2]
    iam.put_role_permissions_boundary(RoleName=role, PermissionsBoundary=policy["Arn"])
    assert stack.destroy() == "DELETE_COMPLETE"
    assert not [label for label in deployed.labels() if label.startswith(f"{STACK}-")]
    iam.delete_policy(PolicyArn=policy["Arn"])
