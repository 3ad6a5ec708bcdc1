"""Custom connectors as source and destination of cdklabs' flows."""

from __future__ import annotations

from collections.abc import Mapping

import jsii
from aws_cdk.aws_appflow import CfnFlow
from constructs import IConstruct

from cdk_appflow_connector import validation
from cdk_appflow_connector.argument_types import check_given
from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.construct_repr import shown
from cdk_appflow_connector.environment import check_same_environment
from cdk_appflow_connector.flows.api_version import ApiVersion
from cdk_appflow_connector.flows.argument_checks import check_writing
from cdk_appflow_connector.flows.error_bucket import let_appflow_write
from cdk_appflow_connector.flows.library import cdk_appflow
from cdk_appflow_connector.flows.self_checks import DESTINATION, SOURCE, DescribedEnd
from cdk_appflow_connector.profile.imported_profile import IConnectorProfile

_CONNECTOR_TYPE = "CustomConnector"


@jsii.implements(cdk_appflow.ISource)
class CustomConnectorSource:
    """An entity that a flow reads through a custom connector.

    Its flow is created after the profile and the connector's registration, and deleted before
    them.

    Example:
        ```python
        cdk_appflow.OnDemandFlow(
            stack,
            "Export",
            source=CustomConnectorSource(profile, "orders"),
            destination=cdk_appflow.S3Destination(location=cdk_appflow.S3Location(bucket=bucket)),
            mappings=[map_all()],
        )
        ```

    Args:
        profile: the connection, from this app or imported.
        entity: the entity as the connector names it: at most 1024 characters, no white space.
        api_version: one of the connector's ``supportedApiVersions``. Default: the newest one in
            its registration.
        settings: the connector's runtime settings of scope ``SOURCE``: at most 50. AppFlow refuses
            white space in a value. Default: none.

    Raises:
        TypeError: an argument is of another type.
        ValueError: AppFlow would refuse a value, no API version is given and the connector was
            imported without one, or, with the function's ``preflight``, the connector doesn't have
            what is given.
    """

    @names_construct
    def __init__(
        self,
        profile: IConnectorProfile,
        entity: str,
        *,
        api_version: str | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        _check(profile, entity, settings)
        self._profile = profile
        self._entity = entity
        self._api_version = ApiVersion(profile, api_version)
        self._settings = dict(settings or {})
        self._end = DescribedEnd(profile, SOURCE, entity)
        self._end.check(api_version, self._settings)

    def __repr__(self) -> str:
        return shown(self, self._entity, profile=self._profile.node.path)

    @property
    def connector_type(self) -> cdk_appflow.ConnectorType:
        """The type with which the library names the connector in tasks."""
        return cdk_appflow.ConnectorType(_CONNECTOR_TYPE, True)

    def bind(self, scope: cdk_appflow.IFlow) -> CfnFlow.SourceFlowConfigProperty:
        """Return the flow's source; called by the flow."""
        check_profiles(scope, self)
        self._end.watch(scope)
        return CfnFlow.SourceFlowConfigProperty(
            connector_type=_CONNECTOR_TYPE,
            connector_profile_name=self._profile.profile_name,
            api_version=self._api_version.of(scope),
            source_connector_properties=CfnFlow.SourceConnectorPropertiesProperty(
                custom_connector=CfnFlow.CustomConnectorSourcePropertiesProperty(
                    entity_name=self._entity, custom_properties=self._settings or None
                )
            ),
        )


@jsii.implements(cdk_appflow.IDestination)
class CustomConnectorDestination:
    """An entity that a flow writes through a custom connector.

    Its flow is created after the profile and the connector's registration, and deleted before
    them.

    Example:
        ```python
        cdk_appflow.OnDemandFlow(
            stack,
            "WriteBack",
            source=cdk_appflow.S3Source(bucket=bucket, prefix="orders"),
            destination=CustomConnectorDestination(
                profile, "orders", operation=cdk_appflow.WriteOperation.upsert(["id"])
            ),
            mappings=[cdk_appflow.Mapping.map(cdk_appflow.Field(name="Id"), name="id")],
        )
        ```

    Args:
        profile: the connection, from this app or imported.
        entity: the entity as the connector names it: at most 1024 characters, no white space.
        operation: ``WriteOperation.insert()``, ``upsert(ids)``, ``update(ids)`` or ``delete(ids)``;
            one of the connector's ``supportedWriteOperations``. The ids are the fields by which
            the destination identifies a record.
        api_version: as for `CustomConnectorSource`.
        settings: the connector's runtime settings of scope ``DESTINATION``: at most 50. AppFlow
            refuses white space in a value. Default: none.
        error_handling: whether the first refused record ends the run, and a bucket for refused
            records, to which AppFlow gets write access. Default: AppFlow's choice, no bucket.

    Raises:
        TypeError: an argument is of another type.
        ValueError: AppFlow would refuse a value, no API version is given and the connector was
            imported without one, or, with the function's ``preflight``, the connector doesn't have
            what is given.
    """

    @names_construct
    def __init__(
        self,
        profile: IConnectorProfile,
        entity: str,
        *,
        operation: cdk_appflow.WriteOperation,
        api_version: str | None = None,
        settings: Mapping[str, str] | None = None,
        error_handling: cdk_appflow.ErrorHandlingConfiguration | None = None,
    ) -> None:
        _check(profile, entity, settings)
        check_writing(operation, error_handling)
        self._profile = profile
        self._entity = entity
        self._operation = operation
        self._api_version = ApiVersion(profile, api_version)
        self._settings = dict(settings or {})
        self._error_handling = error_handling
        self._end = DescribedEnd(profile, DESTINATION, entity)
        self._end.check(api_version, self._settings)
        self._end.check_operation(operation.type.value, operation.ids or [])

    def __repr__(self) -> str:
        profile, operation = self._profile.node.path, self._operation.type.value
        return shown(self, self._entity, profile=profile, operation=operation)

    @property
    def connector_type(self) -> cdk_appflow.ConnectorType:
        """The type with which the library names the connector in tasks."""
        return cdk_appflow.ConnectorType(_CONNECTOR_TYPE, True)

    def bind(self, scope: cdk_appflow.IFlow) -> CfnFlow.DestinationFlowConfigProperty:
        """Return the flow's destination; called by the flow."""
        check_profiles(scope, self)
        self._end.watch(scope)
        properties = CfnFlow.CustomConnectorDestinationPropertiesProperty(
            entity_name=self._entity,
            write_operation_type=self._operation.type.value,
            id_field_names=self._operation.ids,
            custom_properties=self._settings or None,
            error_handling_config=self._bind_errors(scope),
        )
        return CfnFlow.DestinationFlowConfigProperty(
            connector_type=_CONNECTOR_TYPE,
            connector_profile_name=self._profile.profile_name,
            api_version=self._api_version.of(scope),
            destination_connector_properties=CfnFlow.DestinationConnectorPropertiesProperty(
                custom_connector=properties
            ),
        )

    def _bind_errors(self, flow: cdk_appflow.IFlow) -> CfnFlow.ErrorHandlingConfigProperty | None:
        handling = self._error_handling
        if handling is None:
            return None
        location = handling.error_location
        if location is not None:
            let_appflow_write(location.bucket, flow)
        return CfnFlow.ErrorHandlingConfigProperty(
            fail_on_first_error=handling.fail_on_first_error,
            bucket_name=location.bucket.bucket_name if location else None,
            bucket_prefix=location.prefix if location else None,
        )


def check_profiles(flow: IConstruct, *ends: object) -> None:
    """Raise ValueError if a source or destination has a profile of another account or Region."""
    for end in ends:
        if isinstance(end, (CustomConnectorSource, CustomConnectorDestination)):
            check_same_environment(flow, end._profile, "the profile", "AppFlow can't use it")


def check_schedule(source: object, timestamp_field: str | None) -> None:
    """Raise ValueError if the source's connector, asked at synth, says that it can't be read so."""
    if isinstance(source, CustomConnectorSource):
        source._end.check_schedule(timestamp_field)


def _check(profile: object, entity: str, settings: Mapping[str, str] | None) -> None:
    advice = "give a ConnectorProfile, or refer to one with ConnectorProfile.from_profile_name"
    check_given("profile", profile, "profile_name", advice)
    validation.check_entity(entity)
    validation.check_properties("settings", {} if settings is None else settings)
