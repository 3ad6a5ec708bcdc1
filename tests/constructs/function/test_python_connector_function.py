"""A connector's function, from its folder to the staged asset."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import CustomConnector, PythonConnectorFunction
from harness.synth.templates import Synthesised
from harness.synth.wheels import sdist, uv_configuration, wheel
from tests.constructs.function.connector_folders import (
    HANDLER,
    connector,
    contents,
    function,
    new_stack,
    staged,
)

SDK_WARNING = "does not import on Python 3.13"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture(autouse=True)
def wheels(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only place where uv finds distributions."""
    folder = tmp_path / "wheels"
    wheel(folder, "queries")
    monkeypatch.setenv("UV_CONFIG_FILE", str(uv_configuration(tmp_path / "settings.toml", folder)))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("CDK_APPFLOW_CONNECTOR_CACHE", str(cache))
    return folder


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    return connector(tmp_path / "connector")


def without_wheels(wheels: Path) -> None:
    for file in wheels.iterdir():
        file.unlink()


def test_the_asset_holds_the_sources_and_what_they_require(tmp_path: Path, entry: Path) -> None:
    files = contents(staged(tmp_path / "out", entry))
    assert set(files) == {
        "crm/handler.py",
        "queries/__init__.py",
        "queries-1.0.dist-info/METADATA",
    }
    assert files["crm/handler.py"] == (entry / "crm" / "handler.py").read_bytes()


def test_lambdas_user_can_read_it_whatever_the_umask(tmp_path: Path, entry: Path) -> None:
    (entry / "crm" / "handler.py").chmod(0o600)
    before = os.umask(0o077)
    try:
        asset = staged(tmp_path / "out", entry)
    finally:
        os.umask(before)
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in asset.rglob("*")}
    assert modes == {False: 0o644, True: 0o755}


def test_the_same_connector_gives_the_same_asset_wherever_it_is(
    tmp_path: Path, entry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = staged(tmp_path / "first", entry)
    monkeypatch.setenv("CDK_APPFLOW_CONNECTOR_CACHE", str(tmp_path / "another cache"))
    app = App(outdir=str(tmp_path / "second"))
    Stack(app, "BeforeIt")
    function(Stack(app, "Stack"), connector(tmp_path / "elsewhere"))
    (second,) = (tmp_path / "second").glob("asset.*")
    assert second.name == first.name
    assert contents(second) == contents(first)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("crm/handler.py", "def lambda_handler(event, context): return 1\n"),
        ("crm/new.py", ""),
        ("requirements.txt", ""),
    ],
)
def test_another_source_or_requirement_gives_another_asset(
    tmp_path: Path, entry: Path, file: str, text: str
) -> None:
    first = staged(tmp_path / "first", entry)
    (entry / file).write_text(text)
    assert staged(tmp_path / "second", entry).name != first.name


def test_another_python_or_processor_gives_another_asset(tmp_path: Path, entry: Path) -> None:
    (entry / "requirements.txt").write_text("")
    options: list[dict[str, object]] = [
        {},
        {"runtime": lambda_.Runtime.PYTHON_3_11},
        {"architecture": lambda_.Architecture.ARM_64},
    ]
    names = {staged(tmp_path / str(n), entry, **each).name for n, each in enumerate(options)}
    assert len(names) == 3


def test_an_unchanged_connector_is_neither_installed_nor_copied(
    tmp_path: Path, entry: Path, wheels: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged(tmp_path / "out", entry)
    without_wheels(wheels)
    monkeypatch.setenv("CDK_APPFLOW_CONNECTOR_CACHE", str(tmp_path / "untouched"))
    asset = staged(tmp_path / "out", entry)
    assert not (tmp_path / "untouched").exists()
    monkeypatch.setenv("CDK_APPFLOW_CONNECTOR_CACHE", str(cache))
    assert contents(staged(tmp_path / "fresh", entry)) == contents(asset)


def test_changed_sources_are_bundled_without_a_new_installation(
    tmp_path: Path, entry: Path, wheels: Path
) -> None:
    staged(tmp_path / "first", entry)
    without_wheels(wheels)
    (entry / "crm" / "new.py").touch()
    assert "queries/__init__.py" in contents(staged(tmp_path / "second", entry))


def test_a_stack_that_is_not_asked_for_installs_nothing(tmp_path: Path, entry: Path) -> None:
    (entry / "requirements.txt").write_text("does-not-exist==1.0")
    app = App(outdir=str(tmp_path / "out"), context={"aws:cdk:bundling-stacks": ["Other"]})
    function(Stack(app, "Stack"), entry, preflight=True)
    assert not list((tmp_path / "out").glob("asset.*"))


def test_a_compiled_requirement_follows_the_architecture(
    tmp_path: Path, entry: Path, wheels: Path
) -> None:
    for machine in ("x86_64", "aarch64"):
        wheel(wheels, "fast", tag=f"cp312-cp312-manylinux2014_{machine}")
    (entry / "requirements.txt").write_text("fast")
    asset = staged(tmp_path / "out", entry, architecture=lambda_.Architecture.ARM_64)
    assert (asset / "fast" / "_fast.so").read_text().endswith("aarch64")


def test_what_cannot_be_installed_is_an_error_of_the_constructs(
    tmp_path: Path, entry: Path, wheels: Path
) -> None:
    sdist(wheels, "fast", tag="py3-none-linux_x86_64")
    (entry / "requirements.txt").write_text("fast==1.0")
    with pytest.raises(ValueError, match=r"^requirement 'fast==1.0' has no wheel") as refused:
        staged(tmp_path / "out", entry)
    # The last line that a user sees of this library is the construct's own.
    assert refused.traceback[-1].name == "__init__"
    assert refused.value.__suppress_context__
    assert not list((tmp_path / "out").glob("asset.*"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"entry": "nowhere"}, r"entry '.*nowhere' is not a folder"),
        ({"handler": "crm.handler.main"}, r"crm/handler.py does not define main"),
        ({"runtime": lambda_.Runtime.NODEJS_22_X}, r"'nodejs22.x' is not Python"),
        ({"requirements": "lambda.txt"}, r"requirements '.*lambda.txt' is not a file"),
    ],
)
def test_what_the_caller_got_wrong_is_refused(
    tmp_path: Path, entry: Path, options: dict[str, object], says: str
) -> None:
    given = {"entry": entry, "handler": HANDLER, **options}
    with pytest.raises(ValueError, match=says):
        PythonConnectorFunction(new_stack(tmp_path / "out"), "Function", **given)  # type: ignore[arg-type]  # one argument is wrong


def test_a_connector_registers_it_with_appflows_limits(tmp_path: Path, entry: Path) -> None:
    stack = new_stack(tmp_path / "out")
    CustomConnector(stack, "Crm", function=function(stack, entry))
    template = Synthesised(stack)
    properties = template.the("AWS::Lambda::Function", "Function")["Properties"]
    assert {key: properties[key] for key in ("Runtime", "Timeout", "MemorySize", "Handler")} == {
        "Runtime": "python3.12",
        "Timeout": 30,
        "MemorySize": 256,
        "Handler": HANDLER,
    }
    assert properties["Architectures"] == ["x86_64"]
    assert template.the("Custom::AppFlowConnector")["Properties"]["Revision"]


@pytest.mark.parametrize(
    ("runtime", "warnings"),
    [(lambda_.Runtime.PYTHON_3_12, 0), (lambda_.Runtime.PYTHON_3_13, 1)],
)
@pytest.mark.parametrize("sdk", ["custom-connector-sdk", "amazon-appflow-custom-connector-sdk", ""])
def test_where_awss_sdk_does_not_import_there_is_a_warning(
    tmp_path: Path, entry: Path, wheels: Path, sdk: str, runtime: lambda_.Runtime, warnings: int
) -> None:
    wheel(wheels, "antlr4_python3_runtime", version="4.9.2")
    if sdk:
        wheel(wheels, sdk.replace("-", "_"))
    else:  # the connector has a copy of it
        (entry / "custom_connector_sdk").mkdir()
        (entry / "custom_connector_sdk" / "__init__.py").touch()
    (entry / "requirements.txt").write_text(sdk)
    stack = new_stack(tmp_path / "out")
    function(stack, entry, runtime=runtime)
    found = Annotations.from_stack(stack).find_warning(
        "*", Match.string_like_regexp(f".*{SDK_WARNING}.*")
    )
    assert len(found) == warnings
    (asset,) = (tmp_path / "out").glob("asset.*")
    assert (asset / "antlr4_python3_runtime").is_dir()


def test_awss_sdk_and_its_parser_import_from_the_asset_alone(
    tmp_path: Path, entry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("UV_CONFIG_FILE", "UV_CACHE_DIR"):
        monkeypatch.delenv(name)
    (entry / "requirements.txt").write_text("custom-connector-sdk==1.0.5")
    asset = staged(tmp_path / "out", entry)
    code = (
        f"import sys, json; sys.path.insert(0, {str(asset)!r})\n"
        "import custom_connector_queryfilter.queryfilter.parse_tree_builder as builder\n"
        "import antlr4, importlib.metadata as metadata\n"
        "print(json.dumps(metadata.version('antlr4-python3-runtime')))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == "4.9.2"
