"""Runs AWS's integration suite for connectors as it is, and writes down what became of each test.

Usage: python run_suite.py RESULT_FILE, with the suite's TEST_CONFIG in the environment.
"""

import json
import os
import sys
import time
import unittest
from pathlib import Path

from custom_connector_integ_test.appflow_test.test_case import (  # type: ignore[import-untyped]  # AWS's
    AppflowTestCase,
)

# The suite ends its names with the second in which it starts. The connector's ARN holds such a
# name, and the suite compares the ARN with a file: the file is written for the second to come.
WRITTEN_FOR = "1700000000"

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
    start = int(time.time()) + 2
    _expect_names_of(start, result_file.parent)
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(AppflowTestCase)
    runner = unittest.TextTestRunner(resultclass=_Result, verbosity=2)
    time.sleep(start - time.time())
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


def _expect_names_of(second: int, folder: Path) -> None:
    config = Path(os.environ["TEST_CONFIG"])
    configured = json.loads(config.read_text())
    (connector,) = configured["customConnectorConfigurations"]
    if "validationFileName" not in connector:
        return
    expected = Path(connector["validationFileName"]).read_text().replace(WRITTEN_FOR, str(second))
    validation = folder / "connector.json"
    validation.write_text(expected)
    connector["validationFileName"] = str(validation)
    config.write_text(json.dumps(configured))


def _texts(problems: _Problems) -> list[str]:
    return [f"{test}: {text}" for test, text in problems]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
