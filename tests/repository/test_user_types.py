"""What users copy has the right types by pyright, too, which their editors run."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import user_types

pytestmark = pytest.mark.slow

APP = """
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam
from cdk_appflow_connector import CustomConnector

stack = Stack(App(), "Crm")
iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
"""


def test_every_class_of_the_cdk_that_is_documented_as_an_argument_is_one_by_its_type() -> None:
    files = [Path(__file__).parents[1] / "constructs" / "every_argument.py"]
    assert list(user_types.problems_in(files)) == []


def test_the_readmes_app_has_no_wrong_type(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text(user_types.readme_app())
    assert list(user_types.problems_in([app])) == []


def test_an_argument_of_the_wrong_type_is_found_and_one_of_the_cdks_own_is_not_ours(
    tmp_path: Path,
) -> None:
    app = tmp_path / "app.py"
    app.write_text(f'{APP}CustomConnector(stack, "Connector", function=stack)\n')
    (found,) = user_types.problems_in([app])
    assert 'of type "Stack" cannot be assigned to parameter "function"' in found


def test_an_argument_of_what_the_cdks_own_made_is_not_ours(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    used = "CustomConnector.from_connector_label(stack, 'Connector', 'Crm')\n"
    topics = "from aws_cdk import aws_sns as sns\ntopic = sns.Topic(stack, 'T')\n"
    app.write_text(f"{APP}{used}{topics}topic.add_subscription(stack)\n")
    assert list(user_types.problems_in([app])) == []


@pytest.mark.parametrize(
    "given", ["CustomConnector.from_connector_label(stack, 'Crm', 'Crm')", "connector"]
)
def test_an_argument_of_theirs_that_is_made_here_is_ours(tmp_path: Path, given: str) -> None:
    app = tmp_path / "app.py"
    made = "connector = CustomConnector.from_connector_label(stack, 'Own', 'Crm')\n"
    topics = "from aws_cdk import aws_sns as sns\n"
    app.write_text(f"{APP}{made}{topics}sns.Topic(stack, 'T').add_subscription({given})\n")
    (found,) = user_types.problems_in([app])
    assert '"ICustomConnector" cannot be assigned' in found
