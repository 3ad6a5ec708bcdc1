"""`deployed` as the documents show it, on a cloud that runs: the CDK CLI, and then boto3.

With a cloud of its own it is in `test_ci_page.py`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from harness.cloud.local_cloud import REPOSITORY, Cloud


def test_the_tests_in_the_documents_pass_and_leave_nothing_behind(
    cloud: Cloud, tmp_path: Path
) -> None:
    options = ["-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", "-c", os.devnull]
    tests = [sys.executable, "-m", "pytest", *options, str(REPOSITORY / "docs/snippets/app_tests")]
    # Of the plugins that are installed, they need none.
    plugins = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    variables = {"TMPDIR": str(tmp_path), "JSII_DEPRECATED": "quiet", **plugins}
    done = cloud.run(tests, tmp_path, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout
    assert not [*tmp_path.glob("deployed-*")]
    assert cloud.status("Crm") == "DELETE_COMPLETE"
    assert "Crm" not in cloud.labels()
