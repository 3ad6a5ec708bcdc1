"""The table of connectors is read with its defaults, and what no row may have is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from aws_cdk import App
from aws_cdk.assertions import Template

from cdk_appflow_connector.testing import has_connector
from examples.connector_table.stack import ConnectorsStack
from examples.connector_table.table import Row, Table

ROW = 'label = "Orders"\ndescription = "All"\nmemory_mib = 512\ntimeout_seconds = 30\n'


def test_the_table_has_thirty_connectors_with_the_defaults() -> None:
    table = Table.read()
    assert len(table.rows) == 30
    assert Row("Weather", "Forecasts for the depots", 512, 30) in table.rows
    assert {row.memory_mib for row in table.rows if row.label in ("Orders", "Payments")} == {1024}


def test_each_row_is_a_connector_behind_an_alias_that_codedeploy_moves() -> None:
    table = Table.read()
    few = Table(table.release, table.rows[:3])
    template = Template.from_stack(ConnectorsStack(App(), "Few", few))
    for row in few.rows:
        has_connector(template, label=row.label, description=row.description)
    registered = template.find_resources("Custom::AppFlowConnector").values()
    aliases = template.find_resources("AWS::Lambda::Alias")
    assert {each["Properties"]["LambdaArn"]["Ref"] for each in registered} == set(aliases)
    for alias in aliases.values():
        assert "CodeDeployLambdaAliasUpdate" in alias["UpdatePolicy"]
    template.resource_count_is("AWS::CodeDeploy::DeploymentGroup", 3)
    template.resource_count_is("AWS::CodeDeploy::Application", 1)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (ROW.replace("memory_mib", "memroy"), r"Orders: \['memroy'\] is none of .*'memory_mib'"),
        (ROW.replace("512", '"512"'), "Orders: memory_mib is '512': give a int"),
        (ROW.replace("512", "true"), "Orders: memory_mib is True: give a int"),
        (ROW.replace('label = "Orders"', ""), "without a label: label is None"),
        (f"{ROW}\n[[connectors]]\n{ROW}", r"table.toml has \['Orders'\] twice"),
    ],
)
def test_a_wrong_row_is_refused_by_its_label(tmp_path: Path, row: str, problem: str) -> None:
    file = tmp_path / "table.toml"
    file.write_text(f'release = "1"\n[[connectors]]\n{row}')
    with pytest.raises(ValueError, match=problem):
        Table.read(file)


@pytest.mark.parametrize("missing", ["release", "connectors"])
def test_a_table_without_a_release_or_rows_is_refused(tmp_path: Path, missing: str) -> None:
    file = tmp_path / "table.toml"
    file.write_text('release = "1"' if missing == "connectors" else f"[[connectors]]\n{ROW}")
    with pytest.raises(ValueError, match=f"table.toml has no {missing}$"):
        Table.read(file)


def test_labels_may_look_like_the_names_of_other_resources() -> None:
    names = ["Orders", "OrdersFunction", "OrdersErrors", "Releases"]
    rows = [Row(name, "All", 512, 30) for name in names]
    template = Template.from_stack(ConnectorsStack(App(), "Few", Table("1", rows)))
    template.resource_count_is("Custom::AppFlowConnector", 4)
