"""A custom resource whose function can't start fails at once, and says why."""

from __future__ import annotations

import time

import pytest

from harness.cloud import custom_resource_stack as custom
from harness.cloud.appflow_stack import changed, deploy
from harness.cloud.local_cloud import Cloud

MOST_SECONDS = 20

CASES = {
    "Import": ("Function.Code", {"ZipFile": "import nothing_of_this_name\n"}, "nothing_of_this"),
    "Syntax": ("Function.Code", {"ZipFile": "def handler(event, context\n"}, "never closed"),
    "Handler": ("Function.Handler", "index.missing", "missing"),
    "Language": ("Function.Runtime", "nodejs22.x", "Unexpected"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_custom_resource_of_a_function_that_cannot_start_fails_at_once(
    own_cloud: Cloud, case: str
) -> None:
    path, value, expected = CASES[case]
    stack = f"NoStart{case}"
    body = changed(custom.template(Thing={}), path, value)
    began = time.monotonic()
    assert deploy(own_cloud, stack, body) == "ROLLBACK_COMPLETE"
    assert time.monotonic() - began < MOST_SECONDS
    reasons = own_cloud.reasons(stack)
    assert f"Thing: The function {stack}-Function-" in reasons
    assert expected in reasons
