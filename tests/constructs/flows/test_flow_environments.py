"""A flow's profile is in the flow's account and Region, where its name is used once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from aws_cdk import Duration, Environment, SecretValue, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3
from cdklabs import cdk_appflow as library

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import (
    CustomConnectorDestination,
    CustomConnectorSource,
    ScheduledFlow,
    map_all,
)
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from tests.constructs.flows.shop_flows import Shop

HOME = Environment(account="111111111111", region="eu-west-1")
KEY = ConnectorCredentials.api_key(SecretValue.secrets_manager("key"))
ANY_FIELD = [map_all()]


def profile_in(stack: Stack) -> ConnectorProfile:
    connector = CustomConnector(stack, "Connector", function=connector_function(stack))
    return ConnectorProfile(stack, "Profile", connector=connector, credentials=KEY)


def bucket_in(stack: Stack) -> s3.IBucket:
    return s3.Bucket(stack, "Bucket")


def from_connector(stack: Stack, profile: ConnectorProfile) -> None:
    location = library.S3Location(bucket=bucket_in(stack))
    library.OnDemandFlow(
        stack,
        "Flow",
        source=CustomConnectorSource(profile, "order", api_version="v1"),
        destination=library.S3Destination(location=location),
        mappings=ANY_FIELD,
    )


def into_connector(stack: Stack, profile: ConnectorProfile) -> None:
    insert = library.WriteOperation.insert()
    ScheduledFlow(
        stack,
        "Flow",
        source=library.S3Source(bucket=bucket_in(stack), prefix="in"),
        destination=CustomConnectorDestination(
            profile, "order", operation=insert, api_version="v1"
        ),
        mappings=ANY_FIELD,
        schedule=events.Schedule.rate(Duration.hours(1)),
    )


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        (Environment(account="222222222222", region="eu-west-1"), "account"),
        (Environment(account="111111111111", region="us-east-1"), "Region"),
    ],
    ids=["account", "Region"],
)
@pytest.mark.parametrize(
    ("make", "error"),
    # cdklabs' flows ask for their ends in Node.js, which keeps only an error's text.
    [(from_connector, RuntimeError), (into_connector, ValueError)],
)
def test_a_profile_elsewhere_is_refused(
    make: Callable[[Stack, ConnectorProfile], None],
    error: type[Exception],
    other: Environment,
    differs: str,
) -> None:
    app = unbundled_app()
    profile = profile_in(Stack(app, "Other", env=other))
    with pytest.raises(error, match=f"the profile 'Other/Profile' is in another {differs} than"):
        make(Stack(app, "Here", env=HOME), profile)


def test_a_flows_name_is_used_once() -> None:
    shop = Shop()
    make = partial(
        ScheduledFlow,
        shop.stack,
        source=CustomConnectorSource(shop.profile, "order"),
        destination=shop.to_bucket,
        mappings=ANY_FIELD,
        schedule=events.Schedule.rate(Duration.hours(1)),
        name="hourly",
    )
    make("First")
    with pytest.raises(ValueError, match="name 'hourly' is already used by 'Stack/First'"):
        make("Second")
