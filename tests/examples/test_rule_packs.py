"""cdk-nag's AwsSolutions pack finds nothing in the examples that has no reason."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest
from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

APPS = (
    "app",
    "examples.flow_same_stack.app",
    "examples.flow_other_stack.app",
    "examples.flow_other_app.connector_app",
    "examples.flow_other_app.flow_app",
    "examples.write_back.app",
    "examples.roll_out_pipelines.app",
    "examples.roll_out_stack_sets.app",
)

REASONS = {
    r"ConnectorPipeline/Pipeline/.* AwsSolutions-IAM5": (
        "what CDK Pipelines grants to its own stages"
    ),
    r"Custom::CDKBucketDeployment\w+/.* AwsSolutions-IAM5": (
        "what the CDK's BucketDeployment grants to its own function"
    ),
    r"AwsSolutions-IAM4.*AWSLambdaBasicExecutionRole": (
        "the role that the CDK gives a function by default, in a connector that is an example"
    ),
    r"AwsSolutions-L1": "AWS's connector SDK 1.0.5 does not import on Python 3.13 and later",
    r"AwsSolutions-S1": "a bucket of an example, without another one for its access logs",
}
"""Why findings in the examples' own resources stay; the library's own are acknowledged in it."""


def findings(name: str, folder: Path) -> set[str]:
    """What the pack finds and nobody has acknowledged, each with its construct's path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JSII_DEPRECATED", "quiet")
        patch.setenv("CDK_OUTDIR", str(folder))
        app = runpy.run_module(name)["app"]
    assert isinstance(app, App)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    try:
        app.synth(force=True)
    except RuntimeError as failed:
        report = re.search(r"found in: (\S+)", str(failed))
        assert report, failed
        return read(Path(report[1]))
    return set()


def read(report: Path) -> set[str]:
    plugins = json.loads(report.read_text())["pluginReports"]
    return {
        f"{construct['constructPath']} {violation['ruleName']}"
        for plugin in plugins
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    }


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What is found in each app."""
    return {name: findings(name, tmp_path_factory.mktemp("out")) for name in APPS}


@pytest.mark.parametrize("name", APPS)
def test_every_finding_has_a_reason(found: dict[str, set[str]], name: str) -> None:
    assert [rule for rule in found[name] if not any(re.search(r, rule) for r in REASONS)] == []


@pytest.mark.parametrize("rule", REASONS)
def test_every_reason_is_of_a_finding(found: dict[str, set[str]], rule: str) -> None:
    assert any(re.search(rule, each) for rules in found.values() for each in rules)
