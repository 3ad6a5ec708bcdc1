"""Compiles functions in Java with the machine's JDK, for tests that need one."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

# With the options of short lives, which halve what the compiler takes.
JAVA = ("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
COMPILER = (*JAVA, "-m", "jdk.compiler/com.sun.tools.javac.Main")
SOURCES = Path(__file__).parents[4] / "local_cloud" / "appflow_local" / "java"


@cache
def has_jdk() -> bool:
    """Whether this machine has a JDK."""
    if shutil.which("java") is None:
        return False
    done = subprocess.run([*COMPILER, "-version"], capture_output=True, check=False)
    return done.returncode == 0


def skip_without_jdk() -> None:
    """Skip the test, and say so, if this machine has no JDK."""
    if not has_jdk():
        pytest.skip("there's no JDK: install default-jdk-headless to run functions in Java")


def compiled(folder: Path, sources: dict[str, str], *, runtime: bool = False) -> Path:
    """Compile sources, by the names of their files, into a folder of classes.

    They may use Lambda's interfaces. The result holds these and all else of the emulator's part, on
    which functions run, if `runtime` says so.
    """
    written, classes = folder / "sources", folder / "classes"
    for name, source in sources.items():
        file = written / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    files = sorted(written.rglob("*.java"))
    files += sorted(SOURCES.rglob("*.java")) if runtime else []
    path = ["-implicit:none", "-sourcepath", str(SOURCES)]
    subprocess.run(
        [*COMPILER, "-proc:none", *path, "-d", str(classes), *map(str, files)], check=True
    )
    return classes


def files_of(classes: Path) -> dict[str, bytes]:
    """Return the files of a folder by the names that they have in a function's package."""
    files = sorted(file for file in classes.rglob("*") if file.is_file())
    return {str(file.relative_to(classes)): file.read_bytes() for file in files}
