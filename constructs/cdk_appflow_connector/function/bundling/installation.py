"""Installs a connector's requirements for Lambda's platform, whatever this machine is."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from cdk_appflow_connector.function.bundling import project_file, requirement_lines
from cdk_appflow_connector.function.bundling.pip_command import PipError, run_pip
from cdk_appflow_connector.function.bundling.requirements import Requirements
from cdk_appflow_connector.function.bundling.target import Target

# The sentences of pip's that are read here; another wording shows as pip's own error.
_NOTHING_FITS = re.compile(
    r"No matching distribution found for (.+?)(?: \(from .*)?$", re.MULTILINE
)
_WRONG_WHEEL = re.compile(r"(\S+\.whl) is not a supported wheel on this platform")
_LAST_LINES = 12


def install(requirements: Requirements, target: Target, folder: Path) -> None:
    """Install the requirements into the folder, as wheels for the target.

    What comes as source only is built, if that gives a wheel for every platform.

    Raises:
        ValueError: a requirement has no wheel for the target, or pip refuses for another reason.
    """
    with TemporaryDirectory() as work:
        installation = _Installation(requirements, target, Path(work))
        try:
            installation.into(folder)
        except PipError as failure:
            raise ValueError(_in_short(str(failure), target)) from failure
    _check_platforms(folder, target)


class _Installation:
    def __init__(self, requirements: Requirements, target: Target, work: Path) -> None:
        self._requirements = requirements
        self._target = target
        self._lines = _lines(requirements)
        self._file = work / "requirements.txt"
        self._wheels = work / "wheels"
        self._wheels.mkdir()

    def into(self, folder: Path) -> None:
        built: set[str] = set()
        while missing := self._missing_after_trying(folder):
            name = requirement_lines.name_of(missing)
            if name in built:
                raise ValueError(_unavailable(missing, self._target))
            built.add(name)
            self._build(name, missing)

    def _missing_after_trying(self, folder: Path) -> str | None:
        """Install, and return the requirement for which there is no wheel, if any."""
        platforms = [f"--platform={platform}" for platform in self._target.platforms]
        wheels = ["--only-binary=:all:", f"--find-links={self._wheels}"]
        python = ["--implementation=cp", f"--python-version={self._target.python}"]
        where = ["--no-compile", f"--target={folder}"]
        try:
            self._pip("install", [*where, *wheels, *python, *platforms], self._lines)
        except PipError as failure:
            found = _NOTHING_FITS.search(str(failure))
            if found is None:
                raise
            return found[1].strip()
        return None

    def _build(self, name: str, missing: str) -> None:
        """Make a wheel of a requirement that has none, and let the next try find it."""
        lines = [line for line in self._lines if requirement_lines.name_of(line) == name]
        options = [line for line in self._lines if line.startswith("-")]
        how = ["--no-deps", f"--no-binary={name}", f"--wheel-dir={self._wheels}"]
        before = set(self._wheels.iterdir())
        try:
            self._pip("wheel", how, [*options, *(lines or [missing])])
        except PipError as failure:
            if _NOTHING_FITS.search(str(failure)):
                raise ValueError(_unavailable(missing, self._target)) from failure
            raise
        for wheel in set(self._wheels.iterdir()) - before:
            self._admit(wheel, name, missing)

    def _admit(self, wheel: Path, name: str, missing: str) -> None:
        if not wheel.name.endswith("-none-any.whl"):
            raise ValueError(_unavailable(missing, self._target, f"its source gives {wheel.name}"))
        if self._requirements.are_hashed:
            # pip compared the source with its hash; what was made of it has a hash of its own.
            mine = f"--hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"
            self._lines = [
                f"{line} {mine}" if requirement_lines.name_of(line) == name else line
                for line in self._lines
            ]

    def _pip(self, command: str, options: list[str], lines: list[str]) -> None:
        self._file.write_text("\n".join(lines), encoding="utf-8")
        arguments = [command, "--quiet", *options, f"--requirement={self._file}"]
        run_pip(self._target, arguments, self._requirements.folder)


def _lines(requirements: Requirements) -> list[str]:
    if requirements.lock is None:
        return list(requirements.lines)
    lines = project_file.exported(requirements.lock)
    return list(requirement_lines.flatten(requirements.folder, lines).lines)


def _check_platforms(folder: Path, target: Target) -> None:
    """Raise ValueError if something was built for this machine, as pip does from a repository."""
    fitting = {"any", *target.platforms}
    for metadata in sorted(folder.glob("*.dist-info/WHEEL")):
        tags = re.findall(r"^Tag: \S+-(\S+)$", metadata.read_text(encoding="utf-8"), re.MULTILINE)
        if fitting.isdisjoint(tags):
            name = metadata.parent.name.split("-")[0]
            raise ValueError(_unavailable(name, target, f"its source gives code for {tags[0]}"))


def _unavailable(requirement: str, target: Target, because: str = "nor a source") -> str:
    return (
        f"requirement {requirement!r} has no wheel for {target} (glibc 2.{target.glibc}), {because}"
        ". Either let pip find one (--find-links FOLDER in the requirements), or bundle in Docker: "
        "lambda_.Code.from_asset(…, bundling=…), or aws-lambda-python-alpha's PythonFunction"
    )


def _in_short(text: str, target: Target) -> str:
    wrong = _WRONG_WHEEL.search(text)
    if wrong:
        return _unavailable(wrong[1], target, "it is built for another platform")
    lines = [line for line in text.splitlines() if not line.startswith("WARNING")]
    return "requirements cannot be installed. pip says: " + "\n".join(lines[-_LAST_LINES:])
