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
from harness.cloud.installation import Installation
from harness.cloud.local_cloud import REPOSITORY, Cloud

NEW_APP = Path(__file__).with_name("new_app")
CONNECTOR = REPOSITORY / "tests" / "end_to_end" / "tiny_app" / "connector"


@pytest.fixture
def new_app(tmp_path: Path) -> Path:
    return copied(tmp_path / "new_app")


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


def test_an_app_passes_strict_type_checks(
    installation: Installation, new_app: Path, tmp_path: Path
) -> None:
    # What `make check` has learnt of aws-cdk-lib: without it, mypy needs a minute more.
    cache = tmp_path / "mypy_cache"
    if (REPOSITORY / ".mypy_cache").is_dir():
        shutil.copytree(REPOSITORY / ".mypy_cache", cache)
    options = ["--strict", "--config-file=", "--python-version=3.10", f"--cache-dir={cache}"]
    done = subprocess.run(
        ["mypy", *options, f"--python-executable={installation.python}", "app.py"],
        cwd=new_app,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_app_is_deployed_to_the_local_cloud(
    installation: Installation, new_app: Path, cloud: Cloud
) -> None:
    printed = cloud.cdk("deploy", cwd=new_app, PATH=installation.path)
    try:
        assert "NewApp.ConnectorArn = arn:aws:appflow:" in printed
        assert "NewApp" in cloud.labels()
    finally:
        cloud.cdk("destroy", "--force", "--app", "cdk.out", cwd=new_app)
    assert "NewApp" not in cloud.labels()
