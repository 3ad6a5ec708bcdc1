"""The example `connector_table`, three rows of it, deployed in two releases."""

from __future__ import annotations

from pathlib import Path

from examples.connector_table.table import TABLE
from harness.cloud.app_stack import AppStack
from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import Synthesizer

APP = "examples.connector_table.app"


def write_table(file: Path, release: str) -> None:
    """The first three rows, as another release."""
    head, *rows = TABLE.read_text(encoding="utf-8").split("[[connectors]]")
    few = "[[connectors]]".join([head, *rows[:3]])
    file.write_text(few.replace("2026.11", release), encoding="utf-8")


def test_a_second_release_moves_the_aliases_and_refreshes_the_registrations(
    cloud: Cloud, synthesizer: Synthesizer, tmp_path: Path
) -> None:
    table = tmp_path / "connectors.toml"
    context = {"here": "true", "table": str(table)}
    output = tmp_path / "cdk.out"
    stack = AppStack(cloud, synthesizer, output, "Connectors", APP, context)
    write_table(table, "first")
    stack.deploy()
    labels = sorted(cloud.labels())
    assert labels == ["Accounting", "Assets", "Billing"]
    before = {label: alias_of(cloud, label) for label in labels}
    assert {version for _, version in before.values()} == {"1"}
    asked = cloud.appflow_calls().count("UpdateConnectorRegistration")
    write_table(table, "second")
    stack.deploy()
    after = {label: alias_of(cloud, label) for label in labels}
    assert {version for _, version in after.values()} == {"2"}
    assert {arn for arn, _ in after.values()} == {arn for arn, _ in before.values()}
    assert cloud.appflow_calls().count("UpdateConnectorRegistration") == asked + 3
    assert stack.destroy() == "DELETE_COMPLETE"
    assert cloud.labels() == []


def alias_of(cloud: Cloud, label: str) -> tuple[str, str]:
    """The ARN of the alias that a connector is registered with, and the version behind it."""
    provisioning = cloud.describe(label)["connectorProvisioningConfig"]
    arn = str(provisioning["lambda"]["lambdaArn"])
    _, _, name = arn.partition(":function:")
    function, _, alias = name.partition(":")
    found = cloud.client("lambda").get_alias(FunctionName=function, Name=alias)
    return arn, str(found["FunctionVersion"])
