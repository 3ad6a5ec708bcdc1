"""`appflow-local dev`: from an edit to its records."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cloud.cloud_functions import package
from harness.cloud.java_code import compiled, files_of, skip_without_jdk
from harness.cloud.local_cloud import REPOSITORY, Cloud
from harness.cloud.quick_commands import here, in_turn
from harness.cloud.running_dev import Dev, running_dev

SNIPPETS = REPOSITORY / "docs" / "snippets"
# The documents' connector. It loads boto3 only to look at a key: each edit would wait for that.
SHOP = (
    (SNIPPETS / "without_cdk" / "connector" / "shop.py")
    .read_text(encoding="utf-8")
    .replace("import boto3\n", "")
    .replace("boto3.client", '__import__("boto3").client')
)
KEY = {"type": "apiKey", "apiKey": "open-sesame"}


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def write_shop(folder: Path) -> None:
    (folder / "shop").mkdir(exist_ok=True)
    (folder / "shop" / "shop.py").write_text(SHOP, encoding="utf-8")


def written(file: Path, content: object) -> Path:
    file.write_text(json.dumps(content))
    return file


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dev, Path]]:
    """The documents' connector, being developed; each test leaves it sound."""
    folder = tmp_path_factory.mktemp("dev")
    write_shop(folder)
    written(folder / "key.json", KEY)
    written(folder / "flow.json", {})
    options = ("--credentials", "key.json", "--flow", "flow.json")
    with running_dev(folder, "shop", *options) as dev:
        assert dev.table()[:2] == ["id  name", "1   product 1"]
        yield dev, folder


def test_an_edit_is_read_from_at_once(shop: tuple[Dev, Path]) -> None:
    dev, folder = shop
    edit(folder / "shop" / "shop.py", "product {number}", "thing {number}")
    assert dev.table() == ["id  name", *(f"{n}   thing {n}" for n in range(1, 6))]
    edit(folder / "shop" / "shop.py", "thing {number}", "product {number}")
    assert dev.table()[1] == "1   product 1"


def test_a_field_that_is_new_is_there_at_once(shop: tuple[Dev, Path]) -> None:
    dev, folder = shop
    code = folder / "shop" / "shop.py"
    field = '{"fieldName": "name", "dataType": "String"}'
    text = code.read_text(encoding="utf-8")
    text = text.replace('"name": f"', '"size": number, "name": f"')
    code.write_text(text.replace(field, f'{field}, {{"fieldName": "size", "dataType": "Integer"}}'))
    assert dev.table()[:2] == ["id  name       size", "1   product 1  1"]
    write_shop(folder)
    assert dev.table()[0] == "id  name"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("def handler(", "def handler(:", "SyntaxError: invalid syntax"),
        ("import json", "import json, nowhere", "No module named 'nowhere' (shop.py:"),
        ('"SOURCE"', '"BOTH"', "connectorModes cannot be 'BOTH'"),
    ],
    ids=["syntax", "import", "configuration"],
)
def test_what_is_refused_is_told_and_the_last_good_connector_stays(
    shop: tuple[Dev, Path], before: str, after: str, said: str
) -> None:
    dev, folder = shop
    edit(folder / "shop" / "shop.py", before, after)
    told = dev.until("the last good registration stays")
    assert said in told
    cloud = Cloud(dev.port, dev.home)
    answer = here(cloud, "invoke", "dev", "QueryData", "--entity", "products")
    assert answer.returncode == 0, answer.stderr
    assert "product 1" in answer.stdout
    edit(folder / "shop" / "shop.py", after, before)
    assert dev.table()[1] == "1   product 1"


def test_what_a_connector_prints_is_shown_with_the_file_that_is_edited(
    shop: tuple[Dev, Path],
) -> None:
    dev, folder = shop
    edit(folder / "shop" / "shop.py", "    after = first", "    print('hi')\n    after = 1 / first")
    told = dev.until("products: Error, 0 records")
    assert "  | hi\n" in told
    assert f'  |   File "{folder / "shop" / "shop.py"}", line ' in told
    assert "  | ZeroDivisionError" in told
    assert "_worker.py" not in told
    write_shop(folder)
    assert dev.table()[1] == "1   product 1"


def test_credentials_and_a_flow_are_read_again_when_they_change(shop: tuple[Dev, Path]) -> None:
    dev, folder = shop
    written(folder / "key.json", {**KEY, "apiKey": "wrong"})
    assert "the shop does not know this key" in dev.until("refused")
    written(folder / "key.json", KEY)
    assert dev.table()[0] == "id  name"
    projection = {
        "taskType": "Filter",
        "sourceFields": ["name"],
        "connectorOperator": {"CustomConnector": "PROJECTION"},
        "taskProperties": {},
    }
    mapping = {
        "taskType": "Map",
        "sourceFields": ["name"],
        "destinationField": "called",
        "connectorOperator": {"CustomConnector": "NO_OP"},
        "taskProperties": {},
    }
    written(folder / "flow.json", {"tasks": [projection, mapping]})
    assert dev.table()[:2] == ["called", "product 1"]
    (folder / "flow.json").write_text("{")
    assert "wrong: --flow flow.json can't be read" in dev.until("last good registration")
    written(folder / "flow.json", {})
    assert dev.table()[0] == "id  name"


def test_a_connector_that_begins_broken_is_waited_for_and_ctrl_c_leaves_nothing(
    tmp_path: Path,
) -> None:
    write_shop(tmp_path)
    before = {each.name for each in (tmp_path / "shop").iterdir()}
    edit(tmp_path / "shop" / "shop.py", "def handler(", "def handler(:")
    written(tmp_path / "key.json", KEY)
    with running_dev(tmp_path, "shop", "--credentials", "key.json") as dev:
        assert "last good" not in dev.until("SyntaxError: invalid syntax")
        write_shop(tmp_path)
        assert dev.table()[1] == "1   product 1"
        assert dev.processes()
        assert dev.interrupt() == 130
        assert dev.processes() == []
    assert list(dev.home.iterdir()) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    assert {each.name for each in (tmp_path / "shop").iterdir()} == before


def test_a_connector_in_javascript_is_developed_the_same(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    code = tmp_path / "shop" / "shop.mjs"
    shutil.copy(SNIPPETS / "protocol" / "shop.mjs", code)
    written(tmp_path / "key.json", KEY)
    options = ("--handler", "shop.handler", "--credentials", "key.json", "--entity", "orders")
    with running_dev(tmp_path, "shop", *options, "--label", "My.Shop") as dev:
        dev.until("the connector's label is My.Shop;")
        assert dev.table() == ["id  status", "1   open", "2   paid"]
        edit(code, '"paid"', '"sent"')
        assert dev.table()[2] == "2   sent"
        edit(code, "const FIELDS = [", "const FIELDS = [[")
        told = dev.until("the last good registration stays")
        assert f"{code.name}:" in told
        assert "SyntaxError: Unexpected token" in told


def test_what_was_read_is_written_only_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    shutil.copy(SNIPPETS / "protocol" / "shop.py", tmp_path / "shop")
    written(tmp_path / "key.json", KEY)
    settings = "baseUrl=https://shop.example.com"
    options = ("--credentials", "key.json", "--settings", settings, "--write", "orders")
    with running_dev(tmp_path, "shop", *options) as dev:
        read = dev.table()
        told = dev.until("orders: ")
        assert "  refused: " in told  # they are there already
        assert f"orders: Successful, {len(read) - 1} records sent, {len(read) - 1} refused" in told


def test_a_jar_is_run_again_when_it_is_built_again(tmp_path: Path) -> None:
    skip_without_jdk()
    source = (SNIPPETS / "protocol" / "Shop.java").read_text(encoding="utf-8")
    files = files_of(compiled(tmp_path / "built", {"Shop.java": source}))
    changed = {name: code.replace(b'{"id": 2}', b'{"id": 7}') for name, code in files.items()}
    assert changed != files
    (tmp_path / "shop.jar").write_bytes(package(files))
    (tmp_path / "new.jar").write_bytes(package(changed))
    written(tmp_path / "basic.json", {"type": "basic", "username": "a", "password": "b"})
    options = ("--handler", "Shop::handleRequest", "--runtime", "java17")
    with running_dev(tmp_path, "shop.jar", *options, "--credentials", "basic.json") as dev:
        assert dev.table() == ["id", "1", "2"]
        (tmp_path / "new.jar").replace(tmp_path / "shop.jar")
        assert dev.table() == ["id", "1", "7"]


WRONG = [
    (["nowhere"], "there is no nowhere: name a connector's folder, zip or jar"),
    (["empty"], "has no connector"),
    (["shop"], "give --credentials FILE of the type apiKey"),
    (["shop", "--settings", "baseUrl"], "is not KEY=VALUE"),
    (["shop", "--label", "-"], "--label '-' is no connector label: give 2 to 256 letters"),
    (["shop", "--settings", "a=b"], "the connector declares no such setting: it has none"),
    (["shop", "--credentials", "key.json", "--flow", "none.json"], "destinationFlowConfigList"),
    (["shop", "--credentials", "key.json", "--flow", "nowhere.json"], "can't be read"),
    (["shop", "--credentials", "key.json", "--flow", "list.json"], "is no object"),
]


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, str]]:
    """The exit code and the errors of each wrong usage; nothing is left of their clouds."""
    folder = tmp_path_factory.mktemp("wrong")
    home, temporary = folder / "home", folder / "tmp"
    write_shop(folder)
    (folder / "empty").mkdir()
    temporary.mkdir()
    written(folder / "key.json", KEY)
    written(folder / "none.json", {"type": "none", "destinationFlowConfigList": []})
    written(folder / "list.json", [])
    commands = [["dev", *arguments] for arguments, _ in WRONG]
    told = in_turn(commands, folder, home, TMPDIR=str(temporary))
    assert list(home.iterdir()) == []
    assert list(temporary.iterdir()) == []
    return told


@pytest.mark.parametrize("number", range(len(WRONG)), ids=[" ".join(each) for each, _ in WRONG])
def test_wrong_usage_is_exit_code_2_and_one_line(
    refused: list[tuple[int, str]], number: int
) -> None:
    code, errors = refused[number]
    assert code == 2, errors
    assert len(errors.splitlines()) == 1
    assert WRONG[number][1] in errors
