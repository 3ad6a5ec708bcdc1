"""Runs AWS's integration suite for connectors as it is, and writes down what became of each test.

Usage: python run_suite.py RESULT_FILE, with the suite's TEST_CONFIG in the environment.
"""

import json
import sys
import types
import unittest
from pathlib import Path

from custom_connector_integ_test.appflow_test.test_case import (  # type: ignore[import-untyped]  # AWS's
    AppflowTestCase,
)
from custom_connector_integ_test.utils import (  # type: ignore[import-untyped]  # AWS's
    resource_info_provider,
)

# The suite ends its names with the second in which it starts. The connector's ARN holds such a
# name, and the suite compares the ARN with a file, so that second has to be known.
STARTED = 1700000000

_Problems = list[tuple[unittest.TestCase, str]]


class _Result(unittest.TextTestResult):
    """Also keeps the tests that succeeded."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # passed on
        self.passed: list[str] = []

    def addSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802 - unittest's name
        super().addSuccess(test)
        self.passed.append(test.id().rpartition(".")[2])


def main(result_file: Path) -> None:
    """Run the suite and write the outcome as JSON."""
    clock = types.SimpleNamespace(time=lambda: STARTED)
    resource_info_provider.time = clock
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(AppflowTestCase)
    runner = unittest.TextTestRunner(resultclass=_Result, verbosity=2)
    result = runner.run(suite)
    assert isinstance(result, _Result)
    outcome = {
        "run": result.testsRun,
        "passed": result.passed,
        "failures": _texts(result.failures),
        "errors": _texts(result.errors),
        "skipped": _texts(result.skipped),
    }
    result_file.write_text(json.dumps(outcome))


def _texts(problems: _Problems) -> list[str]:
    return [f"{test}: {text}" for test, text in problems]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
