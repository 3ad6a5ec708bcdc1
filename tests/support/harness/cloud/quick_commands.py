"""Commands of `appflow-local` without a process for each, for tests of what they say.

A process takes a command longer to start than to do its work; `test_appflow_local_command` has
what is of the process.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from appflow_local.cli import main
from harness.cloud.local_cloud import Cloud, command

_IN_TURN = """
import contextlib, io, json, sys
from appflow_local.cli import main
told = []
for arguments in json.loads(sys.argv[1]):
    errors = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
        code = main(arguments)
    told.append([code, errors.getvalue()])
print(json.dumps(told))
"""


def here(cloud: Cloud, *arguments: str) -> CompletedProcess[str]:
    """Run a command on a cloud in this process."""
    output, errors, handler = StringIO(), StringIO(), signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in cloud.own_environment.items():
            patch.setenv(name, value)
        patch.setenv("APPFLOW_LOCAL_PORT", str(cloud.port))
        with redirect_stdout(output), redirect_stderr(errors):
            try:
                code = main(arguments)
            except SystemExit as end:  # argparse's
                code = int(end.code or 0)
            finally:
                signal.signal(signal.SIGTERM, handler)
    return CompletedProcess(arguments, code, output.getvalue(), errors.getvalue())


def in_turn(
    commands: Sequence[Sequence[str]], folder: Path, home: Path, **variables: str
) -> list[tuple[int, str]]:
    """Run commands one after the other in one process of the local cloud's environment.

    Args:
        commands: their arguments.
        folder: where they run.
        home: where their clouds are.

    Returns:
        The exit code and the errors of each.
    """
    done = subprocess.run(
        [command("python"), "-c", _IN_TURN, json.dumps(commands)],
        cwd=folder,
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [(code, errors) for code, errors in json.loads(done.stdout)]
