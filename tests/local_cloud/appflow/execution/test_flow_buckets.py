"""What CreateFlow and UpdateFlow say of a flow's buckets."""

from __future__ import annotations

import pytest

from harness.model.appflow import CALLER_ARN, Client, FakeHost, refusal
from harness.model.fake_storage import BUCKET
from harness.model.runs import (
    DataFunction,
    connected,
    from_s3,
    inward,
    orders,
    outward,
    to_connector,
    to_s3,
)

PREFIX = "Create Flow request failed: "


@pytest.fixture(autouse=True)
def connector(client: Client, host: FakeHost) -> DataFunction:
    return connected(client, host, DataFunction([orders(1)]))


@pytest.mark.parametrize(
    "parameters",
    [
        outward(destinationFlowConfigList=to_s3(bucketName="none")),
        inward(sourceFlowConfig=from_s3(bucketName="none")),
        inward(destinationFlowConfigList=to_connector(errorHandlingConfig={"bucketName": "none"})),
    ],
)
def test_every_bucket_must_exist(client: Client, parameters: dict[str, object]) -> None:
    assert refusal(client.create_flow, **parameters) == (
        "ValidationException",
        f"{PREFIX}[The bucket none does not exist]",
    )


def test_a_bucket_must_be_in_the_region_of_the_flow(client: Client, host: FakeHost) -> None:
    host.bucket_regions[BUCKET] = "us-east-1"
    assert refusal(client.create_flow, **outward()) == (
        "ValidationException",
        f"{PREFIX}[The bucket lake is in us-east-1, but the flow is in eu-west-1]",
    )


@pytest.mark.parametrize(
    ("parameters", "action"),
    [
        (outward(), "s3:PutObject"),
        (outward(), "s3:GetBucketAcl"),
        (inward(), "s3:GetObject"),
        (inward(), "s3:ListBucket"),
        (
            inward(
                destinationFlowConfigList=to_connector(errorHandlingConfig={"bucketName": BUCKET})
            ),
            "s3:PutObject",
        ),
    ],
)
def test_a_bucket_must_let_appflow_in(
    client: Client, host: FakeHost, parameters: dict[str, object], action: str
) -> None:
    host.closed.add((BUCKET, action))
    assert refusal(client.create_flow, **parameters) == (
        "ValidationException",
        f"{PREFIX}[The policy of the bucket lake must allow appflow.amazonaws.com to perform "
        f"{action}]",
    )


def test_a_bucket_that_is_only_read_need_not_be_written(client: Client, host: FakeHost) -> None:
    host.closed |= {(BUCKET, "s3:PutObject"), (BUCKET, "s3:GetBucketAcl")}
    client.create_flow(**inward())


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:ListAllMyBuckets", "*"),
        ("s3:ListBucket", "arn:aws:s3:::lake"),
        ("s3:GetBucketLocation", "arn:aws:s3:::lake"),
        ("s3:GetBucketPolicy", "arn:aws:s3:::lake"),
    ],
)
def test_the_caller_must_be_allowed_to_look_at_a_bucket(
    client: Client, host: FakeHost, action: str, resource: str
) -> None:
    client.create_flow(**outward())
    host.denied.add((action, resource))
    denial = (
        "AccessDeniedException",
        f"User: {CALLER_ARN} is not authorized to perform: {action} on resource: {resource}",
    )
    assert refusal(client.create_flow, **outward("other")) == denial
    assert refusal(client.update_flow, **outward()) == denial


@pytest.mark.parametrize("change", [{"bucketName": "pond"}, {"bucketPrefix": "elsewhere"}])
def test_an_update_moves_neither_end_to_other_objects(
    client: Client, host: FakeHost, change: dict[str, str]
) -> None:
    host.bucket_regions["pond"] = host.bucket_regions[BUCKET]
    client.create_flow(**outward())
    client.create_flow(**inward())
    moved = outward(destinationFlowConfigList=to_s3(**change))
    assert refusal(client.update_flow, **moved) == (
        "ValidationException",
        "UpdateFlow request failed due to:[Destination object for the destination connector can "
        "not be updated]",
    )
    assert refusal(client.update_flow, **inward(sourceFlowConfig=from_s3(**change))) == (
        "ValidationException",
        "UpdateFlow request failed due to:[Do not update the object for the flow.]",
    )
