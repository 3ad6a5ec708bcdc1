"""The Python environments that functions run in: the standard library and boto3, as on Lambda.

In the cloud's own environment, a function could import the emulator's dependencies, so one that
its asset lacks would fail only on AWS.
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distribution
from pathlib import Path

PYTHONS_VARIABLE = "APPFLOW_LOCAL_PYTHONS"
OWN_VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"

_GIVEN = re.compile(r"(3\.[0-9]+)=(.+)")
_ASK_VERSION = "import sys; print('%d.%d' % sys.version_info[:2])"
_SECONDS = 60.0
_NO_MODULES = ("", "..", "bin", "__pycache__")  # "": of an absolute path


class NoInterpreter(Exception):  # noqa: N818 - an outcome
    """An interpreter that the user gives can't be used; the message says why."""


def given_pythons() -> dict[str, Path]:
    """Return the interpreters that `APPFLOW_LOCAL_PYTHONS` gives, by their version.

    Its value is like `3.12=/usr/bin/python3.12,3.13=/opt/python/bin/python3`.

    Raises:
        NoInterpreter: it's written otherwise, or an interpreter doesn't run or is another version.
    """
    items = [each.strip() for each in os.environ.get(PYTHONS_VARIABLE, "").split(",")]
    return dict(_checked(each) for each in items if each)


def build_python_runtime(folder: Path, interpreter: Path | None = None) -> Path:
    """Create an environment, link this one's boto3 into it, and return its interpreter.

    Args:
        folder: the environment's.
        interpreter: what it's for; None for the cloud's own.

    Raises:
        NoInterpreter: the interpreter can't make one.
    """
    if interpreter is None:
        venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    else:
        _run(interpreter, "-m", "venv", "--without-pip", "--symlinks", str(folder))
    packages = next(folder.glob("lib/python*/site-packages"))
    for installed in _with_requirements("boto3"):
        for source in _modules(installed):
            (packages / source.name).symlink_to(source)
    return folder / "bin" / "python"


def build_python_runtimes(folder: Path, given: Mapping[str, Path]) -> dict[str, Path]:
    """Create an environment for the cloud's own interpreter, and for each that is given.

    Returns the interpreters by their version.

    Raises:
        NoInterpreter: see `build_python_runtime`.
    """
    built = {OWN_VERSION: build_python_runtime(folder)} if OWN_VERSION not in given else {}
    for version, interpreter in given.items():
        built[version] = build_python_runtime(folder / "given" / version, interpreter)
    return built


def _checked(item: str) -> tuple[str, Path]:
    found = _GIVEN.fullmatch(item)
    if found is None:
        raise NoInterpreter(
            f"{PYTHONS_VARIABLE} has {item!r}: give versions and interpreters as in "
            "3.12=/usr/bin/python3.12,3.13=/usr/bin/python3.13"
        )
    interpreter = Path(found[2]).expanduser().absolute()
    version = _run(interpreter, "-c", _ASK_VERSION).strip()
    if version != found[1]:
        raise NoInterpreter(f"{PYTHONS_VARIABLE} has {item!r}, but that is Python {version}")
    return version, interpreter


def _run(interpreter: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - the user's own
            [str(interpreter), *arguments],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise NoInterpreter(f"{interpreter} fails: {error.stderr.strip()[-500:]}") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise NoInterpreter(
            f"{interpreter} can't be run ({error}): see {PYTHONS_VARIABLE}"
        ) from error
    return done.stdout


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
    tops = {path.partition("/")[0] for path in _files(installed)}.difference(_NO_MODULES)
    return {Path(str(installed.locate_file(top))) for top in tops}


def _files(installed: Distribution) -> Iterable[str]:
    """The paths of a distribution's files, from where its modules are.

    As texts, where they can be had: botocore has two thousand, a tenth of a start as objects.
    """
    if record := installed.read_text("RECORD"):
        return [row[0] for row in csv.reader(record.splitlines())]
    return map(str, installed.files or [])
