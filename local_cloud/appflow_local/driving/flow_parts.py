"""The parts of CreateFlow's requests: what a flow reads and writes, and its simplest tasks.

The members are those of the API reference, CreateFlow.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Part = dict[str, Any]

ALL_FIELDS: Part = {"taskType": "Map_all", "sourceFields": [], "taskProperties": {}}
"""The task that moves every field as it is."""
ON_DEMAND: Part = {"triggerType": "OnDemand"}
_UNUSABLE = re.compile(r"[^A-Za-z0-9_.#@-]+")
_LONGEST_NAME = 200


@dataclass(frozen=True)
class ConnectorEnd:
    """A custom connector as the source or the destination of flows.

    Attributes:
        profile: The name of its profile.
        api_version: Of the connector's versions, the one that flows use.
    """

    profile: str
    api_version: str

    def source(self, entity: str, settings: Mapping[str, str] | None = None) -> Part:
        """Return a sourceFlowConfig."""
        properties = {"entityName": entity, **_custom(settings)}
        return {**self._end, "sourceConnectorProperties": {"CustomConnector": properties}}

    def destination(
        self, entity: str, operation: str, settings: Mapping[str, str] | None = None, **more: object
    ) -> Part:
        """Return a member of destinationFlowConfigList; `more` are its own members."""
        properties = {"entityName": entity, "writeOperationType": operation, **more}
        properties |= _custom(settings)
        return {**self._end, "destinationConnectorProperties": {"CustomConnector": properties}}

    @property
    def _end(self) -> Part:
        return {
            "connectorType": "CustomConnector",
            "connectorProfileName": self.profile,
            "apiVersion": self.api_version,
        }


def from_s3(bucket: str, folder: str) -> Part:
    """Return a sourceFlowConfig of lines of JSON in a folder of a bucket."""
    s3 = {
        "bucketName": bucket,
        "bucketPrefix": folder,
        "s3InputFormatConfig": {"s3InputFileType": "JSON"},
    }
    return {"connectorType": "S3", "sourceConnectorProperties": {"S3": s3}}


def to_s3(bucket: str, file_type: str, **output: object) -> Part:
    """Return a member of destinationFlowConfigList; `output` are of s3OutputFormatConfig."""
    place = {"bucketName": bucket, "s3OutputFormatConfig": {"fileType": file_type, **output}}
    return {"connectorType": "S3", "destinationConnectorProperties": {"S3": place}}


def flow_name(text: str) -> str:
    """Return a flow's name that is like a text."""
    return _UNUSABLE.sub("-", text).strip("-.")[:_LONGEST_NAME]


def _custom(settings: Mapping[str, str] | None) -> Part:
    return {"customProperties": dict(settings)} if settings else {}
