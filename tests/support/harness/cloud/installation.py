"""Builds the library's distributions and installs the wheel where nothing of this checkout is.

No network: an installer places the wheel, and its dependencies are linked from the environment of
the tests, file by file as their installer recorded them. What the wheel does not declare is absent.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from harness.cloud.local_cloud import REPOSITORY


@dataclass(frozen=True)
class Built:
    """A release's two files."""

    wheel: Path
    sdist: Path


@dataclass(frozen=True)
class Installation:
    """A virtual environment with the wheel and what it declares, and nothing else."""

    folder: Path

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def python(self) -> Path:
        return self.bin / "python"

    @property
    def path(self) -> str:
        """A PATH on which this Python comes first, then the tests' Node.js and the CDK CLI."""
        tools = (REPOSITORY / ".venv" / "bin", REPOSITORY / "node_modules" / ".bin")
        return os.pathsep.join([str(self.bin), *map(str, tools), os.environ["PATH"]])


def build(source: Path, target: Path) -> Built:
    """Build the wheel and the sdist of a source tree, as hatchling's frontends do."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--target", "sdist"]
    subprocess.run([*command, "--directory", str(target)], cwd=source, check=True)
    (wheel,), (sdist,) = target.glob("*.whl"), target.glob("*.tar.gz")
    return Built(wheel, sdist)


def install(wheel: Path, folder: Path) -> Installation:
    """Make an environment of the wheel and of what it declares."""
    installation = Installation(folder)
    uv = [sys.executable, "-m", "uv", "--offline", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(folder)], check=True)
    at = ["--python", str(installation.python)]
    subprocess.run([*uv, "pip", "install", *at, "--no-deps", str(wheel)], check=True)
    site_packages = _site_packages(installation.python)
    (own,) = site_packages.glob("cdk_appflow_connector-*.dist-info")
    for dependency in _dependencies(Distribution.at(own)).values():
        _link(dependency, site_packages)
    subprocess.run([*uv, "pip", "check", *at], check=True)
    return installation


def _dependencies(of: Distribution) -> dict[str, Distribution]:
    """All that the distribution needs, directly or not, by name; without its extras."""
    found: dict[str, Distribution] = {}
    waiting = list(_needed(of))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = distribution(name)
            waiting.extend(_needed(found[name]))
    return found


def _needed(of: Distribution) -> Iterator[str]:
    for requirement in map(Requirement, of.requires or ()):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield canonicalize_name(requirement.name)


def _link(installed: Distribution, site_packages: Path) -> None:
    for file in installed.files or ():
        target = site_packages / file
        # Scripts of the environment, recorded as ../../../bin/NAME, are not needed; and a file may
        # be recorded twice, as aws-cdk-lib's copy of its schema is.
        if ".." not in file.parts and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _link_or_copy(Path(str(file.locate())), target)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        target.hardlink_to(source)
    except OSError:  # another file system, or one without links
        shutil.copy2(source, target)


def _site_packages(python: Path) -> Path:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())
