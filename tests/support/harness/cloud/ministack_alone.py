"""MiniStack without the adapter, asked in the local cloud's own environment."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

from harness.cloud.local_cloud import command


def truths(preparation: str, expressions: Mapping[str, str]) -> dict[str, bool]:
    """Evaluate Python expressions, given by name, after the preparation's statements.

    One process for all: importing MiniStack takes a second.
    """
    code = preparation + "".join(
        f"print({name!r}, '=', bool({expression}))\n" for name, expression in expressions.items()
    )
    done = subprocess.run(
        [command("python"), "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = (line.split(" = ") for line in done.stdout.splitlines() if " = " in line)
    return {name: truth == "True" for name, truth in lines}
