"""The example as a package: what its README says, and what its Lambda needs."""

import ast
import re
import sys
from pathlib import Path

import pytest
from custom_connector_sdk.connector.auth import AuthenticationType

from datasette_connector.field_types import data_type
from tests.examples.datasette_connector.conftest import AppFlow
from tests.examples.datasette_connector.loopback import KEY, datasette_server
from tests.examples.datasette_connector.shop_data import make_archive

EXAMPLE = Path(__file__).parents[3] / "examples" / "datasette_connector"
README = (EXAMPLE / "README.md").read_text(encoding="utf-8")
AT_RUN_TIME = {
    "antlr4",
    "boto3",
    "botocore",
    "custom_connector_queryfilter",
    "custom_connector_sdk",
}


def test_a_server_set_up_as_the_readme_says_accepts_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [metadata] = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    monkeypatch.setenv("APPFLOW_KEY", KEY)
    make_archive(tmp_path / "archive.db")
    with datasette_server(tmp_path, metadata_json=metadata) as url:
        appflow = AppFlow(url)
        assert appflow.validate()["isSuccess"]
        assert appflow.query("archive/old_orders")["isSuccess"]
        assert appflow.write("archive/old_orders", [{"id": 5}])["isSuccess"]
        assert appflow.ids("id < 9", "archive/old_orders") == [5]
        assert not AppFlow(url, "wrong").validate()["isSuccess"]


def test_the_readme_s_table_of_types_is_true() -> None:
    rows = re.findall(r"^\| (`.+?) \| (\w+) \| .+ \|$", README, re.MULTILINE)
    assert len(rows) == 8
    for declared, field in rows:
        for name in re.findall(r"`([^`]+)`", declared):
            assert data_type(name).name == field
    assert data_type("").name == "String"


@pytest.mark.parametrize(
    ("declared", "field"),
    [
        ("varchar", "String"),
        ("Timestamp with time zone", "DateTime"),
        ("datetime (3)", "DateTime"),
        ("TIME", "String"),
        ("UNSIGNED BIG INT", "Long"),
        ("tinyblob", "ByteArray"),
    ],
)
def test_types_are_read_as_sqlite_reads_them(declared: str, field: str) -> None:
    assert data_type(declared).name == field


def test_the_lambda_needs_only_what_its_asset_and_runtime_hold() -> None:
    imported = {
        name.split(".")[0]
        for path in (EXAMPLE / "datasette_connector").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
        if name
    }
    third_party = imported - set(sys.stdlib_module_names)
    assert third_party - {"datasette_connector"} == AT_RUN_TIME


def test_the_sdk_s_authentication_types_are_known_by_name() -> None:
    # On Python 3.11.2, and on 3.13 and later, that needs datasette_connector.sdk_import.
    names = ["BasicAuth", "CustomAuth", "OAuth2", "ApiKey"]
    assert [each.name for each in AuthenticationType] == names
