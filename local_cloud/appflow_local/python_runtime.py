"""The Python environment that functions run in: the standard library and boto3, as on Lambda.

In the cloud's own interpreter, a function could import the emulator's dependencies, so one that
its asset lacks would fail only on AWS.
"""

from __future__ import annotations

import re
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path


def build_python_runtime(folder: Path) -> Path:
    """Create the environment, link this one's boto3 into it, and return its interpreter."""
    builder = venv.EnvBuilder(symlinks=True, with_pip=False)
    builder.create(folder)
    packages = next(folder.glob("lib/python*/site-packages"))
    for installed in _with_requirements("boto3"):
        for source in _modules(installed):
            (packages / source.name).symlink_to(source)
    return folder / "bin" / "python"


def _with_requirements(name: str) -> list[Distribution]:
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found[current] = distribution(current)
        for requirement in found[current].requires or []:
            if "extra ==" not in requirement:
                waiting.append(re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower())
    return list(found.values())


def _modules(installed: Distribution) -> set[Path]:
    """The top-level packages, modules and metadata of a distribution."""
    tops = {file.parts[0] for file in installed.files or [] if file.parts[0] not in ("..", "bin")}
    return {Path(str(installed.locate_file(top))) for top in tops if top != "__pycache__"}
