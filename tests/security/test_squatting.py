"""Nobody's connector can be taken by a provider of somebody else's, on a cloud that enforces IAM.

Whoever may invoke a provider decides what is in its events; its role decides what comes of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from harness.cloud.cloud_functions import create_function
from harness.cloud.data_connector import CONFIGURATION, CONNECTOR
from harness.provider.handler import properties
from tests.security.lives import Lives

THEIRS, OURS = "Theirs", "Ours"
DENIED = "AccessDeniedException"


@pytest.fixture(scope="module")
def other_function(life: Lives) -> str:
    source = CONNECTOR.replace("CONFIGURATION", repr(CONFIGURATION))
    return create_function(life.cloud, "squatter", source)


@pytest.fixture
def theirs(life: Lives) -> Iterator[dict[str, Any]]:
    """A connector of another stack, as AppFlow describes it."""
    label = {"connectorLabel": THEIRS}
    appflow = life.cloud.client("appflow")
    appflow.register_connector(
        **label,
        connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": life.function_arn}},
    )
    before = life.cloud.describe(THEIRS)
    yield before
    assert life.cloud.describe(THEIRS) == before
    appflow.unregister_connector(**label)


@pytest.mark.usefixtures("theirs")
def test_a_provider_cannot_unregister_another_stacks_connector(life: Lives) -> None:
    wanted = properties(THEIRS, LambdaArn=life.function_arn)
    refusal = life.refusal(OURS, "Delete", wanted, PhysicalResourceId=THEIRS)
    assert DENIED in refusal


@pytest.mark.usefixtures("theirs")
def test_a_provider_cannot_point_another_stacks_connector_elsewhere(
    life: Lives, other_function: str
) -> None:
    before = properties(THEIRS, LambdaArn=life.function_arn)
    after = properties(THEIRS, LambdaArn=other_function)
    members = {"PhysicalResourceId": THEIRS, "OldResourceProperties": before}
    assert DENIED in life.refusal(OURS, "Update", after, **members)


@pytest.mark.usefixtures("theirs")
def test_a_provider_cannot_adopt_another_stacks_connector(life: Lives) -> None:
    wanted = properties(THEIRS, LambdaArn=life.function_arn, OnConflict="ADOPT")
    assert "Exception" in life.refusal(OURS, "Create", wanted)


def test_a_provider_cannot_have_appflow_invoke_another_stacks_function(
    life: Lives, other_function: str
) -> None:
    wanted = properties(OURS, LambdaArn=other_function)
    assert DENIED in life.refusal(OURS, "Create", wanted)
    assert OURS not in life.cloud.labels()


@pytest.mark.usefixtures("theirs")
def test_a_stack_with_the_same_label_is_refused_and_its_rollback_takes_nothing(
    life: Lives,
) -> None:
    # It has every right for the label: what stops it is whose connector it is.
    wanted = properties(THEIRS, LambdaArn=life.function_arn)
    refusal = life.refusal(THEIRS, "Create", wanted)
    assert f"label {THEIRS} is taken for" in refusal
    nothing = "nothing-registered:6a1b"
    assert life.refusal(THEIRS, "Delete", wanted, PhysicalResourceId=nothing) == ""
