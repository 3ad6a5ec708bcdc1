"""A flow's ends are compared at synth with what their connector says of itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Aws, Duration, SecretValue, Stack, Token
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from cdklabs import cdk_appflow as library

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import (
    CustomConnectorDestination,
    CustomConnectorSource,
    ScheduledFlow,
    map_all,
)
from harness.synth.described_connector import described, described_function, entity, setting
from harness.synth.functions import connector_function

CONFIGURATION: dict[str, Any] = {
    "connectorRuntimeSetting": [
        setting("folder", scope="SOURCE"),
        setting("mode", scope="DESTINATION", required=True),
        setting("batch", scope="SOURCE_AND_DESTINATION", dataType="Integer"),
        setting("instanceUrl"),
    ],
    "authenticationConfig": {"isApiKeyAuthSupported": True},
    "supportedApiVersions": ["v1", "v2"],
    "supportedWriteOperations": ["INSERT", "UPSERT"],
    "supportedTriggerTypes": ["ONDEMAND"],
}
ENTITIES = {
    "orders": described("orders", "id", "total", "address"),
    "contacts": {"isSuccess": False},
}
LISTED = {"isSuccess": True, "entities": [entity("orders"), entity("contacts")]}


def profile_of(folder: Path, **given: Any) -> ConnectorProfile:  # noqa: ANN401 - a connector's
    stack = Stack(App(outdir=str(folder / "out")), "Stack")
    connector = CustomConnector(stack, "Crm", function=described_function(stack, folder, **given))
    key = ConnectorCredentials.api_key(SecretValue.secrets_manager("crm"))
    return ConnectorProfile(stack, "Login", connector=connector, credentials=key)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> ConnectorProfile:
    folder = tmp_path_factory.mktemp("crm")
    return profile_of(folder, entities=ENTITIES, listed=LISTED, **CONFIGURATION)


def synthesise(profile: ConnectorProfile, flow_id: str, **given: Any) -> None:  # noqa: ANN401
    stack = profile.stack
    bucket = stack.node.try_find_child("Bucket") or s3.Bucket(stack, "Bucket")
    assert isinstance(bucket, s3.Bucket)
    flow: dict[str, Any] = {
        "source": library.S3Source(bucket=bucket, prefix="in"),
        "destination": library.S3Destination(location=library.S3Location(bucket=bucket)),
        "mappings": [map_all()],
        **given,
    }
    try:
        library.OnDemandFlow(stack, flow_id, **flow)
        app = stack.node.root
        assert isinstance(app, App)
        app.synth(force=True)
    finally:
        stack.node.try_remove_child(flow_id)


def upsert(*ids: str) -> library.WriteOperation:
    return library.WriteOperation.upsert([*ids])


def test_what_the_connector_has_is_taken(profile: ConnectorProfile) -> None:
    source = CustomConnectorSource(
        profile, "orders", api_version="v1", settings={"folder": "a", "batch": "9"}
    )
    destination = CustomConnectorDestination(
        profile, "orders", operation=upsert("id"), settings={"mode": "safe"}
    )
    mappings = [
        library.Mapping.map(library.Field(name="id"), name="id"),
        library.Mapping.map(library.Field(name="address.city"), name="address"),
    ]
    synthesise(profile, "Flow", source=source, mappings=[map_all(exclude=["total"])])
    synthesise(profile, "Flow", source=source, destination=destination, mappings=mappings)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (
            {"entity": "order"},
            "entity 'order' is unknown to the connector of 'Stack/Function': did you",
        ),
        ({"entity": "invoices"}, "entity 'invoices' .*: there are: 'contacts', 'orders'"),
        (
            {"api_version": "v3"},
            "api_version 'v3' is unknown to the connector .*there are: 'v1', 'v2'",
        ),
        ({"settings": {"foldr": "a"}}, r"settings\['foldr'\] .* for SOURCE: did you mean 'folder'"),
        ({"settings": {"batch": "x"}}, "'x' is not of the type"),
        (
            {"settings": {"instanceUrl": "x"}},
            "declares it for CONNECTOR_PROFILE, not for SOURCE: give it to the profile",
        ),
    ],
)
def test_a_source_that_the_connector_does_not_have_is_refused(
    profile: ConnectorProfile, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        CustomConnectorSource(profile, **{"entity": "orders", **given})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"settings": {}}, r"settings lack 'mode', .*\(DESTINATION\)"),
        (
            {"operation": library.WriteOperation.update(["id"])},
            "operation 'UPDATE' is unknown to the connector .*there are: 'INSERT', 'UPSERT'",
        ),
        (
            {"operation": upsert("Id")},
            "operation: the entity 'orders' of 'Stack/Login' has no field 'Id': did you mean 'id'",
        ),
    ],
)
def test_a_destination_that_the_connector_does_not_have_is_refused(
    profile: ConnectorProfile, given: dict[str, Any], says: str
) -> None:
    right = {"entity": "orders", "operation": upsert("id"), "settings": {"mode": "safe"}}
    with pytest.raises(ValueError, match=says):
        CustomConnectorDestination(profile, **{**right, **given})


def test_the_fields_that_a_flow_reads_are_compared_when_it_is_complete(
    profile: ConnectorProfile,
) -> None:
    source = CustomConnectorSource(profile, "orders")
    total = library.Field(name="totl")
    mapping = library.Mapping.map(library.Field(name="id"), name="id")
    for given in (
        {"mappings": [library.Mapping.map(total, name="total")]},
        {"mappings": [map_all(exclude=["totl"])]},
        {"mappings": [mapping], "transforms": [library.Transform.mask(total)]},
    ):
        with pytest.raises(
            RuntimeError,
            match=r"Stack/Flow\] mappings: the entity 'orders' of .*Login' has",
        ):
            synthesise(profile, "Flow", source=source, **given)


def test_the_fields_that_a_flow_writes_are_compared_too(profile: ConnectorProfile) -> None:
    destination = CustomConnectorDestination(
        profile, "orders", operation=upsert("id"), settings={"mode": "safe"}
    )
    mappings = [library.Mapping.map(library.Field(name="Sum"), name="Totl")]
    with pytest.raises(RuntimeError, match="has no field 'Totl': did you mean 'total'"):
        synthesise(profile, "Flow", destination=destination, mappings=mappings)


def test_a_schedule_is_compared_with_what_the_connector_supports(
    profile: ConnectorProfile,
) -> None:
    bucket = s3.Bucket(profile.stack, "Lake")
    given: dict[str, Any] = {
        "source": CustomConnectorSource(profile, "orders"),
        "destination": library.S3Destination(location=library.S3Location(bucket=bucket)),
        "mappings": [map_all()],
        "schedule": events.Schedule.rate(Duration.hours(1)),
    }
    with pytest.raises(ValueError, match=r"can't run on a schedule: .* are ONDEMAND .*Hourly\)$"):
        ScheduledFlow(profile.stack, "Hourly", **given)


def test_the_field_of_an_incremental_pull_is_compared(tmp_path: Path) -> None:
    configuration = {**CONFIGURATION, "supportedTriggerTypes": ["SCHEDULED"]}
    profile = profile_of(tmp_path, entities=ENTITIES, listed=LISTED, **configuration)
    location = library.S3Location(bucket=s3.Bucket(profile.stack, "Lake"))
    pull = library.DataPullConfig(
        mode=library.DataPullMode.INCREMENTAL, timestamp_field=library.Field(name="changed").name
    )
    with pytest.raises(ValueError, match=r"pull_config: the entity .* has no field 'changed'"):
        ScheduledFlow(
            profile.stack,
            "Hourly",
            source=CustomConnectorSource(profile, "orders"),
            destination=library.S3Destination(location=location),
            mappings=[map_all()],
            schedule=events.Schedule.rate(Duration.hours(1)),
            pull_config=pull,
        )


def test_a_connector_that_only_reads_is_no_destination(tmp_path: Path) -> None:
    profile = profile_of(
        tmp_path,
        connectorModes=["SOURCE"],
        connectorRuntimeSetting=[],
        **{key: CONFIGURATION[key] for key in ("authenticationConfig",)},
    )
    with pytest.raises(ValueError, match=r"'Stack/Login' can't be a flow's destination: .* SOURCE"):
        CustomConnectorDestination(profile, "orders", operation=upsert("id"))


@pytest.mark.parametrize(
    "mapping",
    [
        map_all(exclude=["total", Aws.REGION]),
        library.Mapping.map_all(exclude=['to"tal']),
        library.Mapping.map_all(exclude=[Aws.REGION, "total"]),
        library.Mapping.map(library.Field(name=Aws.REGION), name="id"),
    ],
)
def test_fields_that_are_known_at_deployment_only_are_left_to_it(
    profile: ConnectorProfile, mapping: library.IMapping
) -> None:
    source = CustomConnectorSource(profile, "orders", settings={"folder": Aws.REGION})
    synthesise(profile, "Flow", source=source, mappings=[mapping])


@pytest.mark.parametrize("given", [{"entity": Aws.REGION}, {"api_version": Aws.REGION}])
def test_an_end_that_is_known_at_deployment_only_is_left_to_it(
    profile: ConnectorProfile, given: dict[str, Any]
) -> None:
    ids = Token.as_list({"Ref": "Ids"})
    right = {"entity": "orders", "operation": upsert(*ids), "settings": {"mode": Aws.REGION}}
    assert CustomConnectorDestination(profile, **{**right, **given})


def test_the_version_that_a_connector_was_imported_with_is_compared_too(
    profile: ConnectorProfile,
) -> None:
    stack = profile.stack
    known = CustomConnector.from_connector_attributes(
        stack,
        "Known",
        connector_label="Crm",
        api_version="v9",
        function=profile.connector.function,
    )
    theirs = ConnectorProfile.from_profile_name(stack, "Theirs", "crm", connector=known)
    with pytest.raises(ValueError, match=r"api_version 'v9' is unknown .*: there are: 'v1', 'v2'"):
        CustomConnectorSource(theirs, "orders")
    assert CustomConnectorSource(theirs, "orders", api_version="v1")


JAVA = lambda_.Runtime.JAVA_21
ARN = "arn:aws:lambda:eu-west-1:123456789012:function:crm"


@pytest.mark.parametrize(
    "made",
    [
        connector_function,
        lambda stack: connector_function(stack).add_alias("live"),
        lambda stack: lambda_.Function(
            stack, "Java", runtime=JAVA, handler="Crm", code=lambda_.Code.from_asset("docs")
        ),
        lambda stack: lambda_.Function.from_function_arn(stack, "Imported", ARN),
        lambda stack: lambda_.Version.from_version_arn(stack, "Version", f"{ARN}:1"),
        lambda _: None,
    ],
    ids=["inline", "alias", "Java", "imported", "version", "unknown"],
)
def test_a_connector_that_was_not_asked_says_nothing(
    stack: Stack, made: Callable[[Stack], lambda_.IFunction | None]
) -> None:
    connector = CustomConnector.from_connector_attributes(
        stack, "Crm", connector_label="Crm", api_version="v1", function=made(stack)
    )
    basic = ConnectorCredentials.basic("ann", SecretValue.secrets_manager("crm"))
    login = ConnectorProfile(
        stack, "Login", connector=connector, credentials=basic, settings={"colour": "red"}
    )
    mapping = library.Mapping.map(library.Field(name="anything"), name="id")
    source = CustomConnectorSource(login, "anything", settings={"colour": "red"})
    synthesise(login, "Flow", source=source, mappings=[mapping])


@pytest.mark.parametrize(
    "listed",
    [
        {"isSuccess": False, "errorDetails": {"errorCode": "InvalidCredentials"}},
        {"isSuccess": True, "entities": [entity("orders")], "nextToken": "more"},
        {"isSuccess": True, "entities": [entity("shop", hasNestedEntities=True)]},
        {"isSuccess": True, "entities": "none"},
    ],
)
def test_entities_that_are_not_told_without_credentials_are_left_to_the_deployment(
    tmp_path: Path, listed: dict[str, Any]
) -> None:
    profile = profile_of(tmp_path, listed=listed, **CONFIGURATION)
    mapping = library.Mapping.map(library.Field(name="anything"), name="id")
    source = CustomConnectorSource(profile, "shop/orders")
    synthesise(profile, "Flow", source=source, mappings=[mapping])
