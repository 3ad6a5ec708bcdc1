"""Installs a connector's requirements for Lambda's platform, on any machine."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Collection
from pathlib import Path
from tempfile import TemporaryDirectory

from cdk_appflow_connector.function.bundling import installation_failures as failures
from cdk_appflow_connector.function.bundling import project_file
from cdk_appflow_connector.function.bundling.requirements import SUPPLIED, Requirements
from cdk_appflow_connector.function.bundling.target import Target
from cdk_appflow_connector.function.bundling.uv_command import UvError, install_packages

# What is compiled here doesn't fit Lambda: a build that only may compile goes on without, and one
# that must ends at once.
_WITHOUT_COMPILERS = {"CC": "false", "CXX": "false"}


def install(requirements: Requirements, target: Target, folder: Path) -> None:
    """Install the requirements into the folder, as wheels for the target.

    What comes as source only is built, with a build backend that is installed in this Python's
    environment, and taken if that gives a wheel for every platform.

    Raises:
        ValueError: a requirement has no wheel for the target, or uv refuses for another reason.
    """
    with TemporaryDirectory() as work:
        wanted = [*_options(target, folder), *_wanted(requirements, Path(work))]
        built: dict[str, str] = {}
        while said := _refused(wanted, built, requirements.folder):
            name = failures.source_only(said)
            if name is None or name in built:
                raise ValueError(failures.explained(said, requirements, target, built))
            built[name] = said
            shutil.rmtree(folder, ignore_errors=True)
    _check_platforms(folder, requirements, target)


def _options(target: Target, folder: Path) -> list[str]:
    return [
        f"--target={folder}",
        f"--python={sys.executable}",
        f"--python-version={target.python}",
        f"--python-platform={target.uv_platform}",
        "--only-binary=:all:",
        "--no-build-isolation",
        "--link-mode=copy",
    ]


def _wanted(requirements: Requirements, work: Path) -> list[str]:
    if requirements.lock is not None:
        return [f"--requirements={project_file.exported(requirements.lock, SUPPLIED, work)}"]
    file, excluded = work / "requirements.txt", work / "excluded.txt"
    file.write_text("\n".join(requirements.lines), encoding="utf-8")
    excluded.write_text(SUPPLIED, encoding="utf-8")
    hashes = ["--require-hashes"] if requirements.are_hashed else []
    return [f"--requirements={file}", f"--excludes={excluded}", *hashes]


def _refused(wanted: list[str], built: Collection[str], folder: Path) -> str | None:
    """Install, with the sources of `built`, and return what uv says if it refuses."""
    sources = [f"--no-binary={name}" for name in built]
    try:
        install_packages([*wanted, *sources], folder, **_WITHOUT_COMPILERS)
    except UvError as failure:
        return str(failure) or "nothing"
    return None


def _check_platforms(folder: Path, requirements: Requirements, target: Target) -> None:
    """Raise ValueError if something is for this machine: uv takes ``linux_x86_64`` for any."""
    fitting = {"any", *target.platforms}
    for metadata in sorted(folder.glob("*.dist-info/WHEEL")):
        tags = re.findall(r"^Tag: \S+-(\S+)$", metadata.read_text(encoding="utf-8"), re.MULTILINE)
        if fitting.isdisjoint(part for tag in tags for part in tag.split(".")):
            name = metadata.parent.name.split("-")[0]
            because = f"only code for {' and '.join(sorted(tags))}"
            raise ValueError(failures.unavailable(name, requirements, target, because))
