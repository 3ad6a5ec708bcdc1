"""Flows and profiles with a KMS key of the customer's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from harness.model.appflow import ACCOUNT, CALLER_ARN, REGION, Client, FakeHost, refusal
from harness.model.fake_storage import BUCKET
from harness.model.profiles import SECRET_ARN, flows, profile, profile_update, profiles
from harness.model.runs import (
    DataFunction,
    connected,
    csv_text,
    inward,
    message,
    orders,
    outward,
    run,
    to_connector,
)

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
ALIAS = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/lake"
VIA = {"kms:ViaService": f"appflow.{REGION}.amazonaws.com"}
FOR_AWS = {**VIA, "kms:GrantIsForAWSResource": "true"}
RIGHTS = {"kms:DescribeKey": VIA, "kms:ListGrants": VIA, "kms:CreateGrant": FOR_AWS}

Create = Callable[[str], Any]


@pytest.fixture(autouse=True)
def connector(client: Client, host: FakeHost) -> DataFunction:
    host.add_key(KEY)
    return connected(client, host, DataFunction([orders(2)]))


@pytest.fixture(params=["flow", "profile"])
def request_with(client: Client, request: pytest.FixtureRequest) -> dict[str, Any]:
    """A request that takes a key: the operation, its parameters, and what begins its message."""
    if request.param == "flow":
        begin, end = "Create Flow request failed: [", "]"
        return {"call": client.create_flow, "given": outward(), "begin": begin, "end": end}
    given = profile("second")
    return {"call": client.create_connector_profile, "given": given, "begin": "", "end": "."}


def refused(asked: dict[str, Any], key: str) -> tuple[str, str]:
    return refusal(asked["call"], **asked["given"], kmsArn=key)


def names(client: Client) -> list[str]:
    """Everything that a refused request must not have made."""
    return flows(client) + profiles(client)


def test_a_flow_shows_its_key_and_its_objects_carry_it(client: Client, host: FakeHost) -> None:
    client.create_flow(**outward(kmsArn=KEY))
    assert client.describe_flow(flowName="nightly")["kmsArn"] == KEY
    assert run(client)["executionStatus"] == "Successful"
    assert list(host.object_keys.values()) == [KEY]


def test_objects_of_a_flow_without_a_key_are_encrypted_as_the_bucket_says(
    client: Client, host: FakeHost
) -> None:
    client.create_flow(**outward())
    assert "kmsArn" not in client.describe_flow(flowName="nightly")
    run(client)
    assert list(host.object_keys.values()) == [None]


def test_an_update_keeps_the_key(client: Client, host: FakeHost) -> None:
    client.create_flow(**outward(kmsArn=KEY))
    client.update_flow(**outward(description="changed"))
    assert client.describe_flow(flowName="nightly")["kmsArn"] == KEY
    run(client)
    assert list(host.object_keys.values()) == [KEY]


def test_refused_records_are_encrypted_with_the_flows_key(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    host.objects[BUCKET, "in/a.csv"] = csv_text([{"id": 1, "name": "a"}])
    connector.answers["WriteDataRequest"] = {
        "isSuccess": True,
        "writeRecordResults": [{"isSuccess": False, "errorMessage": "no"}],
    }
    kept = to_connector(errorHandlingConfig={"bucketName": BUCKET, "bucketPrefix": "refused"})
    client.create_flow(**inward(destinationFlowConfigList=kept, kmsArn=KEY))
    run(client, "upload")
    assert list(host.object_keys.values()) == [KEY]


def test_the_secret_of_a_profile_carries_the_key(client: Client, host: FakeHost) -> None:
    client.create_connector_profile(**profile("second"), kmsArn=KEY)
    assert host.secret_keys == {SECRET_ARN: None, SECRET_ARN.replace("prod", "second"): KEY}


def test_the_caller_must_be_able_to_give_the_key_to_appflow(
    client: Client, host: FakeHost, request_with: dict[str, Any]
) -> None:
    before = names(client)
    for action, keys in RIGHTS.items():
        host.denied = {(action, KEY)}
        code, text = refused(request_with, KEY)
        assert (code, text) == (
            "AccessDeniedException",
            f"User: {CALLER_ARN} is not authorized to perform: {action} on resource: {KEY}",
        )
        assert host.condition_keys[action] == keys
    assert names(client) == before


def test_an_alias_is_asked_for_by_its_keys_arn(
    client: Client, host: FakeHost, request_with: dict[str, Any]
) -> None:
    host.keys[ALIAS] = host.keys[KEY]
    request_with["call"](**request_with["given"], kmsArn=ALIAS)
    assert ("kms:CreateGrant", KEY) in host.asked
    assert ("kms:CreateGrant", ALIAS) not in host.asked
    assert names(client)


@pytest.mark.parametrize(
    ("key", "problem"),
    [
        (KEY.replace("key/1", "key/2"), "does not exist"),
        (ALIAS, "does not exist"),
        (KEY.replace(REGION, "eu-north-1"), f"is not in {REGION}"),
    ],
)
def test_a_key_that_is_not_there_is_refused(
    client: Client, request_with: dict[str, Any], key: str, problem: str
) -> None:
    before = names(client)
    begin, end = request_with["begin"], request_with["end"]
    assert refused(request_with, key) == (
        "ValidationException",
        f"{begin}The KMS key {key} {problem}{end}",
    )
    assert names(client) == before


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion", "PendingImport"])
def test_a_key_that_is_not_enabled_is_refused(
    client: Client, host: FakeHost, request_with: dict[str, Any], state: str
) -> None:
    before, secrets = names(client), dict(host.secrets)
    host.add_key(KEY, state)
    code, text = refused(request_with, KEY)
    assert code == "ValidationException"
    assert f"The KMS key {KEY} is not enabled: its state is {state}" in text
    assert (names(client), host.secrets) == (before, secrets)


def test_a_key_that_signs_is_refused(host: FakeHost, request_with: dict[str, Any]) -> None:
    host.add_key(KEY, is_symmetric=False)
    code, text = refused(request_with, KEY)
    assert code == "ValidationException"
    assert "is not a symmetric key for encryption" in text


def test_a_key_of_another_account_is_a_limit_of_the_emulator(request_with: dict[str, Any]) -> None:
    code, text = refused(request_with, KEY.replace(ACCOUNT, "210987654321"))
    assert code == "UnsupportedOperationException"
    assert text.endswith("This is a limit of the local emulator, not of Amazon AppFlow.")


def test_a_run_fails_when_the_flows_key_was_disabled(
    client: Client, host: FakeHost, connector: DataFunction
) -> None:
    client.create_flow(**outward(kmsArn=KEY))
    host.add_key(KEY, "Disabled")
    assert message(run(client)) == f"The KMS key {KEY} is not enabled: its state is Disabled"
    assert (connector.queries, host.objects) == ([], {})


def test_a_profile_whose_key_was_disabled_cannot_be_used(client: Client, host: FakeHost) -> None:
    client.create_connector_profile(**profile("second"), kmsArn=KEY)
    given = outward()
    given["sourceFlowConfig"] = {**given["sourceFlowConfig"], "connectorProfileName": "second"}
    client.create_flow(**given)
    host.add_key(KEY, "PendingDeletion")
    problem = f"The KMS key {KEY} is not enabled: its state is PendingDeletion."
    assert message(run(client)) == problem
    assert refusal(client.update_connector_profile, **profile_update("second")) == (
        "ValidationException",
        problem,
    )
    entity = {"connectorType": "CustomConnector", "connectorProfileName": "second"}
    assert refusal(client.list_connector_entities, **entity) == ("ValidationException", problem)
    client.delete_connector_profile(connectorProfileName="second", forceDelete=True)
