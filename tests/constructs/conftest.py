from __future__ import annotations

from importlib.util import find_spec

import pytest
from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_

from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function

_OF_FLOWS = [
    "flows",
    "test_missing_values.py",
    "test_removal_policies.py",
    "testing/test_template_assertions.py",
]
# The oldest releases that are admitted are tried without the extra `flows`, which needs newer ones.
collect_ignore = _OF_FLOWS if find_spec("cdklabs") is None else []


@pytest.fixture
def stack() -> Stack:
    return Stack(unbundled_app(), "Stack")


@pytest.fixture
def function(stack: Stack) -> lambda_.Function:
    return connector_function(stack)
