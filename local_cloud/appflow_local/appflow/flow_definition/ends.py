"""The two ends of a flow, read from SourceFlowConfig and DestinationFlowConfig."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from appflow_local.appflow.transfer.object_keys import PrefixConfig

S3, CUSTOM = "S3", "CustomConnector"


@dataclass(frozen=True)
class ConnectorEnd:
    """The custom connector's end.

    Attributes:
        entity: The identifier of the entity, `entityName` in the API.
        settings: The connector runtime settings, `customProperties` in the API.
        scope: The scope of the settings, by the SDK's name.
        settings_path: Where the settings are in the request.
    """

    kind: ClassVar[str] = CUSTOM
    scope: ClassVar[str]
    settings_path: ClassVar[str]

    profile_name: str
    api_version: str
    entity: str
    settings: Mapping[str, str]

    @property
    def data_object(self) -> tuple[str | None, ...]:
        """What UpdateFlow can't change.

        Inferred of UpdateFlow (what is reported of S3): the operation refuses another entity.
        """
        return (self.kind, self.entity)


@dataclass(frozen=True)
class ConnectorSourceEnd(ConnectorEnd):
    """The custom connector as the source; incremental pulls use the timestamp field."""

    scope: ClassVar[str] = "SOURCE"
    settings_path: ClassVar[str] = (
        "sourceFlowConfig.sourceConnectorProperties.CustomConnector.customProperties"
    )

    timestamp_field: str | None


@dataclass(frozen=True)
class ErrorHandling:
    """An ErrorHandlingConfig; without a bucket, the records that are refused are dropped."""

    fails_at_first_error: bool
    bucket: str | None
    prefix: str


@dataclass(frozen=True)
class ConnectorDestinationEnd(ConnectorEnd):
    """The custom connector as the destination; `write_operation` is None if the flow names none."""

    scope: ClassVar[str] = "DESTINATION"
    settings_path: ClassVar[str] = (
        "destinationFlowConfigList.1.member.destinationConnectorProperties.CustomConnector"
        ".customProperties"
    )

    write_operation: str | None
    id_fields: tuple[str, ...]
    error_handling: ErrorHandling

    @property
    def operation(self) -> str:
        """The write operation.

        Known of CreateFlow (API reference CustomConnectorDestinationProperties): a flow names the
        write operation and the ID fields for a custom connector.
        """
        return self.write_operation or "INSERT"


@dataclass(frozen=True)
class S3End:
    """A bucket and the prefix as it was given; None if it was left out."""

    kind: ClassVar[str] = S3

    bucket: str
    prefix: str | None

    @property
    def data_object(self) -> tuple[str | None, ...]:
        """What UpdateFlow can't change.

        Known of UpdateFlow (aws/aws-cdk#14452): the operation refuses another destination object:
        another bucket or prefix.
        """
        return (self.kind, self.bucket, self.prefix)


@dataclass(frozen=True)
class S3SourceEnd(S3End):
    """Files of one type, CSV or JSON."""

    file_type: str


@dataclass(frozen=True)
class OutputFormat:
    """An S3OutputFormatConfig.

    Attributes:
        target_size: In bytes; 0 if the flow names none.
        aggregates: Whether the pages of the source share files.
    """

    file_type: str
    preserves_types: bool
    target_size: int
    aggregates: bool
    prefixes: PrefixConfig


@dataclass(frozen=True)
class S3DestinationEnd(S3End):
    """A folder for files of one format."""

    format: OutputFormat


SourceEnd: TypeAlias = ConnectorSourceEnd | S3SourceEnd
DestinationEnd: TypeAlias = ConnectorDestinationEnd | S3DestinationEnd
