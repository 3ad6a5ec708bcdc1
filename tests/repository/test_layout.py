"""What must stay true of the repository as a whole."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import cdk_appflow_connector
from cdk_appflow_connector import flows, schema, testing

REPOSITORY = Path(__file__).parents[2]
PUBLIC = (cdk_appflow_connector, flows, schema, testing)


def run(code: str, cwd: Path = REPOSITORY) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return [REPOSITORY / name for name in listed.stdout.split("\0") if name]


def test_import_constructs_from_the_repository_root_is_the_package_from_pypi() -> None:
    origin = Path(run("import constructs; print(constructs.__file__)"))
    assert "site-packages" in origin.parts
    assert not (REPOSITORY / "constructs" / "__init__.py").exists()


def test_run_time_code_imports_no_cdk() -> None:
    loaded = run(
        "import sys, appflow_connector_provider.handler;"
        "print('aws_cdk' in sys.modules, 'constructs' in sys.modules)"
    )
    assert loaded == "False False"


@pytest.mark.parametrize("package", PUBLIC, ids=["constructs", "flows", "schema", "testing"])
def test_a_public_package_lists_all_that_it_imports_sorted_and_documented(
    package: ModuleType,
) -> None:
    imported = {
        name: value
        for name, value in vars(package).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert package.__all__ == sorted(imported)
    assert all(value.__doc__ for value in imported.values())


def test_the_reference_shows_all_that_is_public() -> None:
    text = (REPOSITORY / "docs" / "reference.md").read_text(encoding="utf-8")
    public = {f"{package.__name__}.{name}" for package in PUBLIC for name in package.__all__}
    assert set(re.findall(r"^::: (\S+)$", text, re.MULTILINE)) == public


@pytest.mark.parametrize(
    "forbidden",
    [
        r"registry\.npmjs\.org|pypi\.org/simple|files\.pythonhosted\.org|deb\.debian\.org",
        r"(?<![A-Za-z0-9_.~-])/(home|root|Users|work)/\w",
        r"AKIA[0-9A-Z]{16}|BEGIN (RSA |EC )?PRIVATE KEY",
    ],
)
def test_no_file_names_a_registry_a_machine_or_a_credential(forbidden: str) -> None:
    offenders = []
    for file in tracked_files():
        # A link holds a path of the machine it was made on.
        assert not file.is_symlink(), file
        if file == Path(__file__) or not file.is_file():
            continue
        if re.search(forbidden, file.read_text(encoding="utf-8", errors="replace")):
            offenders.append(str(file.relative_to(REPOSITORY)))
    assert offenders == []
