"""Runs pip, with environment markers judged for Lambda's Python instead of this one.

A script: `run_pip.py MARKERS ARGUMENT…`, MARKERS a JSON object. pip's own --platform and
--python-version choose wheels, but requirements such as ``tomli; python_version < "3.11"`` are
judged by the Python that pip runs on.
"""

import json
import sys

# The folder of this file: its modules must not stand in for others of the same name.
sys.path.pop(0)

from pip._internal.cli.main import main
from pip._vendor.packaging import markers


def run(meant: dict[str, str], arguments: list[str]) -> int:
    """Run pip with the arguments; return its exit code."""
    markers.default_environment = lambda: dict(meant)  # type: ignore[assignment,return-value]  # pip offers no option for it
    return main(arguments)


if __name__ == "__main__":
    sys.exit(run(json.loads(sys.argv[1]), sys.argv[2:]))
