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


def synthesised(installation: Installation, app: Path, cwd: Path, **variables: str) -> Path:
    """Synthesise as the CDK CLI does, and return the cloud assembly."""
    outdir = app.parent / "cdk.out"
    subprocess.run(
        [str(installation.python), str(app / "app.py")],
        cwd=cwd,
        env={**os.environ, "PATH": installation.path, "CDK_OUTDIR": str(outdir), **variables},
        check=True,
    )
    return outdir


@pytest.fixture(scope="module")
def assembly(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The app's cloud assembly, made from another working directory."""
    app = copied(tmp_path_factory.mktemp("project") / "new_app")
    return synthesised(installation, app, tmp_path_factory.mktemp("elsewhere"))


def provider_asset(assembly: Path) -> dict[str, bytes]:
    (folder,) = (
        path.parent for path in assembly.glob("asset.*/appflow_connector_provider") if path.is_dir()
    )
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {f"{folder.name}/{path.relative_to(folder)}": path.read_bytes() for path in files}


def test_the_library_is_the_installed_one(installation: Installation, tmp_path: Path) -> None:
    code = "import cdk_appflow_connector as it; print(it.__file__)"
    done = subprocess.run(
        [str(installation.python), "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PATH": installation.path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(done.stdout.strip()).is_relative_to(installation.folder)


def test_an_app_synthesises_wherever_it_is_started(assembly: Path) -> None:
    template = json.loads((assembly / "NewApp.template.json").read_text())
    types = {resource["Type"] for resource in template["Resources"].values()}
    assert "Custom::AppFlowConnector" in types


def test_an_app_may_live_in_a_folder_called_constructs(
    installation: Installation, tmp_path: Path
) -> None:
    # The folder's name is that of a package that the CDK needs.
    app = copied(tmp_path / "constructs")
    assembly = synthesised(installation, app, tmp_path, PYTHONPATH=str(tmp_path))
    assert (assembly / "NewApp.template.json").is_file()


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
