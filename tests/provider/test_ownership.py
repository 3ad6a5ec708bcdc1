"""Whose a registration is: an update may have changed the function that an event names."""

from __future__ import annotations

import pytest

from harness.model.appflow import (
    FUNCTION_ARN,
    OTHER_FUNCTION_ARN,
    Client,
    answering,
    labels,
    register,
    sdk_answer,
)
from harness.provider.handler import Provider, properties

ALIAS, VERSION = f"{FUNCTION_ARN}:live", f"{FUNCTION_ARN}:7"


@pytest.fixture(autouse=True)
def _functions(provider: Provider) -> None:
    for arn in (OTHER_FUNCTION_ARN, ALIAS, VERSION):
        provider.cloud.host.functions[arn] = answering(sdk_answer())


@pytest.mark.parametrize("registered", [FUNCTION_ARN, OTHER_FUNCTION_ARN])
@pytest.mark.parametrize("sent", [FUNCTION_ARN, OTHER_FUNCTION_ARN])
def test_a_delete_without_a_rollback_unregisters_with_either_set_of_properties(
    provider: Provider, client: Client, registered: str, sent: str
) -> None:
    provider.create(LambdaArn=registered)
    assert provider.delete("Orders", properties(LambdaArn=sent))["Status"] == "SUCCESS"
    assert labels(client) == []


def test_a_rename_with_another_function_that_failed_for_good_leaves_nothing(
    provider: Provider, client: Client
) -> None:
    provider.create()
    provider.delete("Orders", properties("Sales", LambdaArn=OTHER_FUNCTION_ARN))
    assert labels(client) == []


@pytest.mark.parametrize("registered", [FUNCTION_ARN, ALIAS, VERSION])
@pytest.mark.parametrize("sent", [FUNCTION_ARN, ALIAS, VERSION])
def test_every_version_and_alias_is_the_same_function_even_with_an_invented_id(
    provider: Provider, client: Client, registered: str, sent: str
) -> None:
    register(client, connectorProvisioningConfig={"lambda": {"lambdaArn": registered}})
    invented = "shop-OrdersRegistration-1A2B3C4D5E6F7"
    provider.delete(invented, properties(LambdaArn=sent))
    assert labels(client) == []


@pytest.mark.parametrize("physical_id", ["Orders", "shop-OrdersRegistration-1A2B3C4D5E6F7"])
def test_what_somebody_else_registered_for_another_function_is_left_alone(
    provider: Provider, client: Client, physical_id: str
) -> None:
    register(client, connectorProvisioningConfig={"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}})
    assert provider.delete(physical_id)["Status"] == "SUCCESS"
    assert labels(client) == ["Orders"]


def test_an_invented_id_proves_nothing_of_another_functions_registration(
    provider: Provider, client: Client
) -> None:
    provider.create(LambdaArn=OTHER_FUNCTION_ARN)
    provider.delete("shop-OrdersRegistration-1A2B3C4D5E6F7")
    assert labels(client) == ["Orders"]


def test_an_update_after_one_that_failed_without_a_rollback_is_made(provider: Provider) -> None:
    provider.create(LambdaArn=OTHER_FUNCTION_ARN)
    third = "arn:aws:lambda:eu-west-1:123456789012:function:third"
    provider.cloud.host.functions[third] = answering(sdk_answer())
    answer = provider.update("Orders", properties(), properties(LambdaArn=third))
    assert answer["Status"] == "SUCCESS"
