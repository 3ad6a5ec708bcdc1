"""The examples' templates: as agreed, free of lint, and nothing replaced since the last release."""

from __future__ import annotations

import difflib
import json
import runpy
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cdk_appflow_connector.schema import CFN_LINT_RULES
from harness.synth.example_templates import (
    EXAMPLES,
    GOLDEN,
    RELEASED,
    Synthesised,
    Template,
    identities,
    read,
    replaced,
    synthesise,
    synthesised_by,
)

FIRST_CONNECTOR = Path(__file__).parents[2] / "docs" / "snippets" / "first_connector"

IGNORED = {
    "W3005": "the CDK lets a function wait for its role, which it also refers to",
}
IGNORED_IN = {
    "flow_other_app.flow": {
        "W2001": "an imported connector reads all three of its parameters, used or not",
    },
    "roll_out_pipelines": {
        "E3703": "reports the CDK's Fn::Join, a matter of taste (I1022), under this rule's name",
    },
}


@pytest.fixture(scope="module")
def synthesised(request: pytest.FixtureRequest) -> dict[str, Synthesised]:
    """The examples, each once; by the CDK's validator, too, unless its tests are left out."""
    is_validated = not request.config.getoption("fast")
    return {name: synthesise(name, is_validated=is_validated) for name in EXAMPLES}


@pytest.fixture(scope="module")
def templates(synthesised: dict[str, Synthesised]) -> dict[str, dict[str, Template]]:
    return {name: each.templates for name, each in synthesised.items()}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_examples_template_is_the_golden_one(
    templates: dict[str, dict[str, Template]], name: str
) -> None:
    golden, now = (
        json.dumps(content, indent=1, sort_keys=True).splitlines()
        for content in (read(GOLDEN, name), templates[name])
    )
    difference = "\n".join(difflib.unified_diff(golden, now, "golden", "now", lineterm=""))
    assert not difference, f"{difference}\n\nIf that is meant, `make golden` writes it down."


@pytest.mark.parametrize("name", sorted(path.stem for path in RELEASED.glob("*.json")))
def test_a_deployment_over_the_last_release_replaces_nothing(
    templates: dict[str, dict[str, Template]], name: str
) -> None:
    lost = replaced(read(RELEASED, name), identities(templates.get(name, {})))
    assert not lost, "\n".join(
        [*lost, "People's resources would be deleted: restore the construct ids; see UPGRADING.md."]
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_cdks_validator_finds_nothing_in_an_example(
    synthesised: dict[str, Synthesised], name: str
) -> None:
    assert synthesised[name].findings == []


def test_the_cdks_validator_finds_nothing_in_the_first_connectors_app(tmp_path: Path) -> None:
    """Which the page deploys as typed, but for the validator, in tests/end_to_end."""
    app = shutil.copytree(FIRST_CONNECTOR, tmp_path / "crm") / "app.py"
    # The CDK, long since started, looks for the folder where it was started.
    code = json.dumps(str(app.with_name("connector")))
    app.write_text(app.read_text("utf-8").replace('"connector"', code))
    assert synthesised_by(lambda: runpy.run_path(str(app))).findings == []


CONNECTOR = {"Type": "Custom::AppFlowConnector", "Properties": {"ConnectorLabel": "orders"}}


@pytest.mark.parametrize(
    ("key", "resource"),
    [
        ("Invoices", CONNECTOR),
        ("Orders", {**CONNECTOR, "Properties": {"ConnectorLabel": "invoices"}}),
        ("Orders", {**CONNECTOR, "Type": "AWS::AppFlow::Connector"}),
    ],
    ids=["id", "label", "type"],
)
def test_a_changed_id_type_or_label_is_a_replacement(key: str, resource: dict[str, Any]) -> None:
    before = {"Stack": {"Resources": {"Orders": CONNECTOR}}}
    after = {"Stack": {"Resources": {key: resource}}}
    assert len(replaced(identities(before), identities(after))) == 1


def test_a_changed_property_is_not_a_replacement() -> None:
    before = {"Stack": {"Resources": {"Orders": CONNECTOR}}}
    changed = {**CONNECTOR, "Properties": {"ConnectorLabel": "orders", "Revision": "2"}}
    after = {"Stack": {"Resources": {"Orders": changed, "More": CONNECTOR}}}
    assert replaced(identities(before), identities(after)) == []


def test_a_lost_stack_loses_its_resources() -> None:
    before = {"Stack": {"Resources": {"Orders": {"Type": "AWS::SNS::Topic"}}}}
    assert len(replaced(identities(before), identities({}))) == 1


@pytest.mark.slow
def test_cfn_lint_finds_nothing_in_the_examples(
    templates: dict[str, dict[str, Template]], tmp_path: Path
) -> None:
    for name, stacks in templates.items():
        for stack, template in stacks.items():
            (tmp_path / f"{name}:{stack}.json").write_text(json.dumps(template))
    done = subprocess.run(
        [
            *("cfn-lint", "--format", "json", "--append-rules", str(CFN_LINT_RULES), "--"),
            *map(str, sorted(tmp_path.iterdir())),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    findings = [
        f"{Path(finding['Filename']).stem} {finding['Rule']['Id']}: {finding['Message']}"
        for finding in json.loads(done.stdout)
        if not ignored(Path(finding["Filename"]).stem.split(":")[0], finding["Rule"]["Id"])
    ]
    assert findings == []


def ignored(example: str, rule: str) -> bool:
    return rule in IGNORED or rule in IGNORED_IN.get(example, {})
