from __future__ import annotations

import pytest

from appflow_connector_provider.registration import Registration

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:crm:live"
ARN = "arn:aws:appflow:eu-west-1:123456789012:connector/Crm"


def read(**changes: object) -> Registration:
    provisioning = {"lambda": {"lambdaArn": FUNCTION}}
    return Registration.read("Crm", {"connectorProvisioningConfig": provisioning, **changes})


def test_the_arn_is_the_one_that_appflow_tells() -> None:
    assert read(connectorArn=f"{ARN}-told").arn == f"{ARN}-told"


@pytest.mark.parametrize("told", [{}, {"connectorArn": None}, {"connectorArn": ""}])
def test_an_arn_that_appflow_does_not_tell_follows_from_the_functions(
    told: dict[str, object],
) -> None:
    assert read(**told).arn == ARN


def test_without_a_function_there_is_no_arn() -> None:
    assert read(connectorProvisioningConfig=None).arn == ""
