"""What must stay true of the repository as a whole."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import cdk_appflow_connector

REPOSITORY = Path(__file__).parents[2]


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


def test_deploy_time_code_imports_no_aws_sdk() -> None:
    loaded = run("import sys, cdk_appflow_connector; print('boto3' in sys.modules)")
    assert loaded == "False"


def test_run_time_code_imports_no_cdk() -> None:
    loaded = run(
        "import sys, appflow_connector_provider.handler;"
        "print('aws_cdk' in sys.modules, 'constructs' in sys.modules)"
    )
    assert loaded == "False False"


def test_the_public_face_is_what_it_lists() -> None:
    listed = cdk_appflow_connector.__all__
    assert listed == sorted(listed)
    for name in listed:
        assert getattr(cdk_appflow_connector, name).__doc__


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
