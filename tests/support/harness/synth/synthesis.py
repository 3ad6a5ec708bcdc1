"""Synthesises apps one after the other in one process: most of a synth is the start of the CDK.

Run as a program it is that process. It takes a job a line and answers with what went wrong, if
anything.
"""

from __future__ import annotations

import atexit
import json
import os
import runpy
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType

from harness.synth.direct_kernel import ask_jsii_directly

Variables = Mapping[str, str]
_REPOSITORY = Path(__file__).parents[4]
_SUPPORT = Path(__file__).parents[2]


class Synthesizer:
    """The CDK, started once.

    Args:
        folder: the working directory of the apps, whose cdk.json, if there is one, has their
            context.
    """

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __spec__.name],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "JSII_DEPRECATED": "quiet", "PYTHONPATH": str(_SUPPORT)},
            text=True,
        )

    def __enter__(self) -> Synthesizer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, and wait for that."""
        self._process.communicate()  # the end of its input is its own

    def synthesise(
        self,
        app: str,
        output: Path,
        variables: Variables | None = None,
        context: Mapping[str, str] | None = None,
    ) -> None:
        """Run an app's file or module, as Python would, with these variables; it must succeed.

        The context is what the CDK CLI is given by `--context`.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        job = {
            "app": app,
            "output": str(output),
            "variables": dict(variables or {}),
            "given": dict(context or {}),
        }
        print(json.dumps(job), file=self._process.stdin, flush=True)
        problem = json.loads(self._process.stdout.readline())
        assert problem is None, problem


@cache
def shared_synthesizer() -> Synthesizer:
    """One in the repository's folder, for all modules of tests in this process."""
    synthesizer = Synthesizer(_REPOSITORY)
    atexit.register(synthesizer.close)
    return synthesizer


def _answer_jobs() -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # where apps may print
    ask_jsii_directly()
    for line in sys.stdin:
        try:
            _run(**json.loads(line))
            problem = None
        except (Exception, SystemExit):  # noqa: BLE001 - an app may raise anything
            problem = traceback.format_exc()
        print(json.dumps(problem), file=answers, flush=True)


def _run(app: str, output: str, variables: Variables, given: Mapping[str, str]) -> None:
    settings = Path("cdk.json")
    context = json.loads(settings.read_text()).get("context", {}) if settings.exists() else {}
    with _app_defaults(outdir=output, context={**context, **given}):
        before = {**os.environ}
        os.environ.update(variables)
        try:
            run = runpy.run_path if app.endswith(".py") else runpy.run_module
            run(app, run_name="__main__")
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def _app_defaults(**defaults: object) -> Iterator[None]:
    """What the CDK CLI says by variables: Node.js, long since started, would not see those."""
    import aws_cdk

    original = aws_cdk.App

    class App(original):  # type: ignore[valid-type,misc]
        def __init__(self, **given: object) -> None:
            super().__init__(**{**defaults, **given})

    aws_cdk.App = App  # type: ignore[misc]
    try:
        yield
    finally:
        aws_cdk.App = original  # type: ignore[misc]


if __name__ == "__main__":
    _answer_jobs()
