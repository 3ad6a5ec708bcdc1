"""Assets made of installed packages."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import RegistrationProvider, installed_code

PACKAGES = ("appflow_connector_provider", "crhelper")
LARGEST_ASSET = 37 * 1024
"""Bytes, zipped: the provider stays small to upload and to load. 36 KiB so far, of which
requests that overlap, connectors not visible yet and reasons that lead with the fact take five."""


def asset_of(outdir: Path, *packages: str | Path) -> Path:
    app = App(outdir=str(outdir))
    lambda_.Function(
        Stack(app, "Stack"),
        "Function",
        code=installed_code(*packages),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    app.synth()
    (asset,) = outdir.glob("asset.*")
    return asset


def contents(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def package(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for name in ("__init__.py", *names):
        (folder / name).write_text("")
    return folder


def test_the_asset_holds_the_packages_and_nothing_else(tmp_path: Path) -> None:
    files = contents(asset_of(tmp_path, *PACKAGES))
    assert "appflow_connector_provider/handler.py" in files
    assert "crhelper/resource_helper.py" in files
    assert {name.split("/")[0] for name in files} == set(PACKAGES)
    assert all(name.endswith(".py") for name in files)


def test_the_providers_asset_stays_small(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
        for name, content in contents(asset_of(tmp_path, *PACKAGES)).items():
            zipped.writestr(name, content)
    assert len(archive.getvalue()) <= LARGEST_ASSET


def test_the_same_packages_give_the_same_asset(tmp_path: Path) -> None:
    first = asset_of(tmp_path / "first", *PACKAGES)
    second = asset_of(tmp_path / "second", *PACKAGES)
    assert first.name == second.name
    assert contents(first) == contents(second)


def test_another_content_gives_another_asset(tmp_path: Path) -> None:
    source = package(tmp_path / "connector")
    first = asset_of(tmp_path / "first", source)
    (source / "__init__.py").write_text("VERSION = 2")
    assert asset_of(tmp_path / "second", source).name != first.name


def test_caches_do_not_change_the_asset(tmp_path: Path) -> None:
    source = package(tmp_path / "connector")
    first = asset_of(tmp_path / "first", source)
    package(source / "__pycache__", "connector.cpython-313.pyc")
    (source / "__pycache__" / "__init__.py").unlink()
    assert asset_of(tmp_path / "second", source).name == first.name


def test_a_missing_package_is_named() -> None:
    with pytest.raises(ModuleNotFoundError, match="package 'no_such_package' is not installed"):
        installed_code("no_such_package")


def test_a_folder_that_is_no_package_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"is not a package: it has no __init__\.py"):
        installed_code(tmp_path)


def test_no_package_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="packages is empty"):
        installed_code()


def test_a_compiled_module_is_refused(tmp_path: Path) -> None:
    source = package(tmp_path / "fast", "_fast.cpython-313-x86_64-linux-gnu.so")
    with pytest.raises(ValueError, match="package 'fast' has the compiled module"):
        installed_code(source)


def test_two_packages_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    folders = [package(tmp_path / parent / "connector") for parent in ("one", "two")]
    with pytest.raises(ValueError, match="must have different names"):
        installed_code(*folders)


def test_the_shared_provider_does_not_take_over_a_construct_of_the_same_id() -> None:
    stack = Stack(App(), "Stack")
    Stack(stack, "AppFlowConnectorRegistration")
    with pytest.raises(TypeError, match="belongs to something else"):
        RegistrationProvider.of_stack(stack)
