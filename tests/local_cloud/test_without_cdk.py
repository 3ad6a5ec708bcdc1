"""What the documents tell a connector's author who has no CDK, done in a local cloud."""

from __future__ import annotations

import re
import sys

from harness.cloud.local_cloud import REPOSITORY, Cloud
from harness.model.runs import json_lines

DOCS = REPOSITORY / "docs"
PAGE = DOCS / "how-to" / "local-cloud-without-cdk.md"
RECORDS = [{"id": number, "name": f"product {number}"} for number in range(1, 6)]


def test_the_walkthrough_ends_with_the_records_that_the_page_shows(own_cloud: Cloud) -> None:
    folder = DOCS / "snippets" / "without_cdk"
    done = own_cloud.run([sys.executable, "try_connector.py"], cwd=folder)
    assert done.returncode == 0, done.stderr
    assert json_lines(done.stdout) == RECORDS
    shown = re.search(r"\$ python try_connector.py\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert shown
    assert done.stdout == shown[1]
