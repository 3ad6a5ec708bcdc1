"""The installed wheel in an app that knows nothing of this repository."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from aws_cdk import App, Stack

from cdk_appflow_connector import RegistrationProvider
from harness.cloud.assembly import Assembly
from harness.cloud.installation import Installation
from harness.cloud.local_cloud import REPOSITORY, Cloud

NEW_APP = Path(__file__).with_name("new_app")
CONNECTOR = REPOSITORY / "tests" / "end_to_end" / "tiny_app" / "connector"
# Without aws-cdk-lib's own types, which take mypy a minute to read; with them, `make check` looks
# at what users copy.
MYPY = """
[mypy]
strict = True
python_version = 3.10
cache_dir = /dev/null
[mypy-aws_cdk.*]
follow_imports = skip
"""


def copied(folder: Path) -> Path:
    """A copy of the app in a folder of the name that matters."""
    shutil.copytree(NEW_APP, folder)
    shutil.copytree(CONNECTOR, folder / "connector")
    return folder


@pytest.fixture(scope="module")
def assembly(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app's cloud assembly, made as the CDK CLI does, but from another working directory.

    The app's folder has the name of a package that the CDK needs, and is found under it.
    """
    project = tmp_path_factory.mktemp("project")
    app, outdir = copied(project / "constructs"), project / "cdk.out"
    subprocess.run(
        [str(installation.python), str(app / "app.py")],
        cwd=tmp_path_factory.mktemp("elsewhere"),
        env={
            **os.environ,
            "PATH": installation.path,
            "PYTHONPATH": str(project),
            "CDK_OUTDIR": str(outdir),
        },
        check=True,
    )
    return outdir


def provider_asset(assembly: Path) -> dict[str, bytes]:
    (folder,) = (
        path.parent for path in assembly.glob("asset.*/appflow_connector_provider") if path.is_dir()
    )
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {f"{folder.name}/{path.relative_to(folder)}": path.read_bytes() for path in files}


def test_the_library_is_the_installed_one(installation: Installation, tmp_path: Path) -> None:
    name = "cdk_appflow_connector"
    code = f"from importlib.util import find_spec; print(find_spec({name!r}).origin)"
    done = subprocess.run(
        [str(installation.python), "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PATH": installation.path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).is_relative_to(installation.folder)


def test_an_app_synthesises_wherever_it_is_started_and_in_a_folder_called_constructs(
    assembly: Path,
) -> None:
    template = json.loads((assembly / "NewApp.template.json").read_text())
    types = {resource["Type"] for resource in template["Resources"].values()}
    assert "Custom::AppFlowConnector" in types


def test_the_providers_asset_is_the_repositorys_byte_for_byte(
    assembly: Path, tmp_path: Path
) -> None:
    app = App(outdir=str(tmp_path))
    RegistrationProvider(Stack(app, "Stack"), "Provider")
    app.synth()
    assert provider_asset(assembly) == provider_asset(tmp_path)


def test_an_app_passes_strict_type_checks_that_find_a_wrong_argument(
    installation: Installation, tmp_path: Path
) -> None:
    app = (NEW_APP / "app.py").read_text()
    (tmp_path / "app.py").write_text(app)
    (tmp_path / "wrong.py").write_text(app.replace('label="NewApp"', "label=1"))
    (tmp_path / "mypy.ini").write_text(MYPY)
    done = subprocess.run(
        ["mypy", f"--python-executable={installation.python}", "app.py", "wrong.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    problem, _ = done.stdout.splitlines()
    assert problem.startswith("wrong.py:"), done.stdout + done.stderr
    assert 'Argument "label" to "CustomConnector" has incompatible type "int"' in problem


def test_an_app_is_deployed_to_the_local_cloud(assembly: Path, cloud: Cloud) -> None:
    app = Assembly(assembly, "NewApp")
    app.deploy(cloud, "NewApp")
    try:
        assert cloud.settle("NewApp") == "CREATE_COMPLETE", cloud.reasons("NewApp")
        assert "NewApp" in cloud.labels()
    finally:
        cloud.client("cloudformation").delete_stack(StackName="NewApp")
    assert cloud.settle("NewApp") == "DELETE_COMPLETE"
    assert "NewApp" not in cloud.labels()
