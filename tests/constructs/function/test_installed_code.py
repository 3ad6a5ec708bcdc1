"""Assets made of installed packages."""

from __future__ import annotations

import io
import os
import stat
from importlib.machinery import ModuleSpec
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector import RegistrationProvider, installed_code
from cdk_appflow_connector.function import installed_code as installed_code_module
from cdk_appflow_connector.function.bundling.asset import File, digest_of

PACKAGES = ("appflow_connector_provider", "crhelper")
LARGEST_ASSET = 46 * 1024
"""Bytes, zipped: the provider stays small to upload and to load. 43 KiB so far, of which
requests that overlap, connectors not visible yet and reasons that lead with the fact take five, and
what refreshes profiles, which the provider itself never imports, four."""


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


def test_everyone_can_read_it_whatever_the_umask_and_its_digest_says_so(tmp_path: Path) -> None:
    source = package(tmp_path / "connector", "setup.py")
    (source / "inner").mkdir()
    (source / "inner" / "tool.py").write_text("")
    (source / "inner" / "tool.py").chmod(0o700)
    first = asset_of(tmp_path / "first", source)
    before = os.umask(0o077)
    try:
        second = asset_of(tmp_path / "second", source)
    finally:
        os.umask(before)
    assert second.name == first.name
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in second.rglob("*")}
    assert modes == {False: 0o644, True: 0o755}


def test_the_digest_covers_the_permissions() -> None:
    digests = {digest_of("", {"a": File(b"", executable)}) for executable in (False, True)}
    assert len(digests) == 2


def test_a_package_in_an_archive_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ZipFile(tmp_path / "app.pyz", "w") as archive:
        archive.writestr("zipped_package/__init__.py", "")
    monkeypatch.syspath_prepend(str(tmp_path / "app.pyz"))
    with pytest.raises(ValueError, match=r"'zipped_package' is imported from an archive \(.*pyz"):
        installed_code("zipped_package")


def test_a_package_in_several_folders_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "spread_package").mkdir(parents=True)
        monkeypatch.syspath_prepend(str(tmp_path / name))
    with pytest.raises(ValueError, match="'spread_package' is spread over 2 folders"):
        installed_code("spread_package")


@pytest.mark.parametrize("content", [[], ["crm.pyi"], ["readme.txt"], [".hidden.py"]])
def test_a_package_of_which_nothing_could_be_imported_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: list[str]
) -> None:
    (tmp_path / "bare_package").mkdir()
    for name in content:
        (tmp_path / "bare_package" / name).write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ValueError, match="'bare_package' has no Python module in"):
        installed_code("bare_package")


def test_a_package_is_imported_by_its_own_name_wherever_it_was_installed_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an editable installation may map them: a package to a folder of another name."""
    source = package(tmp_path / "src")
    spec = ModuleSpec("edited_package", None, is_package=True)
    spec.submodule_search_locations = [str(source)]
    monkeypatch.setattr(installed_code_module, "find_spec", lambda _: spec)
    assert [*contents(asset_of(tmp_path / "out", "edited_package"))] == [
        "edited_package/__init__.py"
    ]


def test_a_package_of_a_namespace_keeps_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop_namespace").mkdir()
    package(tmp_path / "shop_namespace" / "crm")
    monkeypatch.syspath_prepend(str(tmp_path))
    files = contents(asset_of(tmp_path / "out", "shop_namespace.crm"))
    assert [*files] == ["shop_namespace/crm/__init__.py"]


def test_what_tools_leave_in_a_package_is_left_out(tmp_path: Path) -> None:
    source = package(tmp_path / "connector", "crm.py")
    first = asset_of(tmp_path / "first", source)
    (source / ".idea").mkdir()
    for name in (".DS_Store", ".crm.py.swp", ".idea/workspace.xml"):
        (source / name).write_text(name)
    (source / ".cache").symlink_to(tmp_path)
    second = asset_of(tmp_path / "second", source)
    assert second.name == first.name
    assert [*contents(second)] == [*contents(first)]


def test_a_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    source = package(tmp_path / "connector")
    (source / "shared").symlink_to(tmp_path)
    with pytest.raises(ValueError, match=r"'connector' has a link to a folder, '.*shared'"):
        installed_code(source)


def test_a_single_module_is_no_package() -> None:
    with pytest.raises(ModuleNotFoundError, match="'this' is a single module, not a package"):
        installed_code("this")


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
