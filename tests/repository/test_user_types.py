"""Of what pyright says of an app, what counts is what this library can change.

`make check` asks it about all that users copy (`scripts/user_types.py`).
"""

from __future__ import annotations

import pytest

from scripts import user_types

pytestmark = pytest.mark.slow

BEGIN = """
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from cdk_appflow_connector import CustomConnector

stack = Stack(App(), "Crm")
iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
topic = sns.Topic(stack, "Topic")
connector = CustomConnector.from_connector_label(stack, "Own", "Crm")
"""
ENDS = {
    "ours": 'CustomConnector(stack, "Connector", function=stack)',
    "theirs": "topic.add_subscription(stack)",
    "theirs, made here": "topic.add_subscription(connector)",
    "theirs, made within": (
        'topic.add_subscription(CustomConnector.from_connector_label(stack, "Crm", "Crm"))'
    ),
}


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is found in each app, by one run over all: most of a run is reading the CDK's types."""
    folder = tmp_path_factory.mktemp("apps")
    files = {name: folder / f"app_{number}.py" for number, name in enumerate(ENDS)}
    for name, file in files.items():
        file.write_text(f"{BEGIN}{ENDS[name]}\n")
    found = list(user_types.problems_in([*files.values()]))
    return {
        name: [each for each in found if each.startswith(f"{file}:")]
        for name, file in files.items()
    }


def test_an_argument_of_the_wrong_type_is_found_and_one_of_the_cdks_own_is_not_ours(
    problems: dict[str, list[str]],
) -> None:
    (found,) = problems["ours"]
    assert 'of type "Stack" cannot be assigned to parameter "function"' in found


def test_an_argument_of_what_the_cdks_own_made_is_not_ours(problems: dict[str, list[str]]) -> None:
    assert problems["theirs"] == []


@pytest.mark.parametrize("app", ["theirs, made here", "theirs, made within"])
def test_an_argument_of_theirs_that_is_made_here_is_ours(
    problems: dict[str, list[str]], app: str
) -> None:
    (found,) = problems[app]
    assert '"ICustomConnector" cannot be assigned' in found
