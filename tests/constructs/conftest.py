from __future__ import annotations

import pytest
from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_

from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function


@pytest.fixture
def stack() -> Stack:
    return Stack(unbundled_app(), "Stack")


@pytest.fixture
def function(stack: Stack) -> lambda_.Function:
    return connector_function(stack)
