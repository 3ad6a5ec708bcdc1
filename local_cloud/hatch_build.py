"""Compiles the runtime of functions in Java into a wheel, where the machine that builds has a JDK.

Such a wheel runs them on a JRE, too. Without a JDK the wheel holds the sources alone, which the
cloud compiles on the user's JDK.
"""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_COMPILE = ("java", "-m", "jdk.compiler/com.sun.tools.javac.Main", "--release", "11")
_JAR = "java_runtime.jar"  # as in appflow_local/java_runtime.py


class CustomBuildHook(BuildHookInterface):
    """Adds the jar to a wheel that is installed elsewhere."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the sources and name the jar to the builder, unless there is no JDK."""
        self._work = TemporaryDirectory()  # deleted with this object, after the wheel is written
        if version == "editable":
            return
        classes, jar = Path(self._work.name, "classes"), Path(self._work.name, _JAR)
        sources = sorted(Path(self.root, "appflow_local", "java").rglob("*.java"))
        command = [*_COMPILE, "-proc:none", "-nowarn", "-encoding", "UTF-8", "-d", str(classes)]
        try:
            subprocess.run(  # noqa: S603 - the builder's own
                [*command, *map(str, sources)], check=True, capture_output=True
            )
        except (OSError, subprocess.CalledProcessError) as error:
            self.app.display_warning(f"no JDK here ({error}): Java will need one where it runs")
            return
        with zipfile.ZipFile(jar, "w") as archive:
            for file in sorted(classes.rglob("*.class")):
                # Not dated: the same sources make the same jar.
                name = file.relative_to(classes).as_posix()
                archive.writestr(zipfile.ZipInfo(name), file.read_bytes())
        build_data["force_include"][str(jar)] = f"appflow_local/{_JAR}"
