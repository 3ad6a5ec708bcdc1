"""The example's own tests, as somebody runs them who copied its folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

from harness.cloud.local_cloud import REPOSITORY, command

EXAMPLE = REPOSITORY / "examples" / "datasette_connector"
SDK = ("antlr4", "custom_connector_queryfilter", "custom_connector_sdk")


def test_the_examples_own_tests_pass_with_the_installed_plugin(tmp_path: Path) -> None:
    # In the local cloud's environment, which has the plugin; the server is this one's. The SDK is
    # put beside the connector, instead of requirements.txt: nothing is fetched.
    copy = tmp_path / "copy"
    for name in ("datasette_connector", "tests"):
        shutil.copytree(EXAMPLE / name, copy / name)
    for name in SDK:
        shutil.copytree(Path(sysconfig.get_paths()["purelib"], name), copy / name)
    scripts = sysconfig.get_paths()["scripts"]
    done = subprocess.run(
        [command("python"), "-m", "pytest", "-p", "no:cacheprovider", "tests"],
        cwd=copy,
        env={
            **os.environ,
            "PATH": os.pathsep.join([scripts, os.environ["PATH"]]),
            "APPFLOW_LOCAL_HOME": str(tmp_path / "home"),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\b7 passed in", done.stdout)
