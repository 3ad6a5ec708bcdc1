"""The examples' READMEs run only what `make setup` brings, and ask only for what there is."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from scripts.shop_server import SCHEMA

REPOSITORY = Path(__file__).parents[2]
READMES = sorted((REPOSITORY / "examples").glob("**/README.md"))
GOLDEN = sorted((REPOSITORY / "tests" / "golden").glob("*.json"))
BROUGHT = ("appflow-local", "cdk", "make", "python3")
FLOW = "AWS::AppFlow::Flow"


def commands(readme: Path) -> list[str]:
    """The commands of the blocks that are to be run, without comments."""
    blocks = re.findall(r"^```console\n(.*?)^```", readme.read_text(encoding="utf-8"), re.M | re.S)
    lines = (line.split(" #")[0].strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: readme.parent.name)
def test_a_readme_runs_what_make_setup_brings(readme: Path) -> None:
    assert [each for each in commands(readme) if each.split()[0] not in BROUGHT] == []


@pytest.mark.parametrize("readme", READMES, ids=lambda readme: readme.parent.name)
def test_a_module_that_a_readme_runs_is_there(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    modules = re.findall(r"python3 -m (examples(?:\.\w+)+)", text)
    assert [each for each in modules if find_spec(each) is None] == []


def test_commands_are_found() -> None:
    write_back = REPOSITORY / "examples" / "write_back" / "README.md"
    assert commands(write_back)[-1] == "appflow-local run FLOW"


def fields(flow: dict[str, Any]) -> set[str]:
    """The source's fields that a flow names; a flow over all fields names none."""
    named = {name for task in flow["Tasks"] for name in task["SourceFields"]}
    pull = flow["SourceFlowConfig"].get("IncrementalPullConfig", {})
    return named | set(pull.values())


def test_the_table_of_make_shop_has_every_field_that_an_examples_flow_names() -> None:
    templates = [json.loads(path.read_text(encoding="utf-8")) for path in GOLDEN]
    resources = [each for template in templates for each in _resources(template)]
    named = [fields(each["Properties"]) for each in resources if each.get("Type") == FLOW]
    assert any(named)
    with closing(sqlite3.connect(":memory:")) as shop:
        shop.executescript(SCHEMA)
        columns = {row[1] for row in shop.execute("PRAGMA table_info(orders)")}
    assert set().union(*named) <= columns


def _resources(golden: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """The resources of a golden file, which is a template or holds several."""
    if not isinstance(golden, dict):
        return []
    if "Resources" in golden:
        return list(golden["Resources"].values())
    return [each for inner in golden.values() for each in _resources(inner)]
