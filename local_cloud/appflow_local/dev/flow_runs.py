"""Runs flows over the connector, and reads what they wrote."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from appflow_local.check.bench import said
from appflow_local.dev.flow_requests import (
    BUCKET,
    READ,
    Request,
    bucket_of,
    entity_of,
    write_request,
)
from appflow_local.dev.records import Record as Row
from appflow_local.driving.execution_records import (
    RUNNING,
    Record,
    message_of,
    processed_in,
    record_of,
    refused_in,
)
from appflow_local.driving.flow_buckets import make_bucket
from appflow_local.driving.flow_parts import ConnectorEnd
from appflow_local.written_records import read_records

_POLL_SECONDS = 0.02


class Refused(Exception):  # noqa: N818 - an outcome
    """AppFlow or the connector refuses; the message says why."""


@dataclass(frozen=True)
class Run:
    """A finished run of a flow."""

    status: str
    message: str
    moved: int
    refused: int
    records: Sequence[Row] = ()


class FlowRuns:
    """The flows of a connector.

    Args:
        appflow: the cloud's client of AppFlow.
        s3: its client of S3.
        label: the connector's, which its profile is called, too.
    """

    def __init__(self, appflow: Any, s3: Any, label: str) -> None:  # noqa: ANN401 - botocore's
        self._label = label
        self._appflow = appflow
        self._s3 = s3
        self._flows: dict[str, Request] = {}
        self._buckets: set[str] = set()

    @property
    def end(self) -> ConnectorEnd:
        """The connector, as flows name it."""
        return ConnectorEnd(self._label, self.api_version)

    @property
    def api_version(self) -> str:
        """The first version that the connector supports."""
        found = self._appflow.describe_connector(
            connectorType="CustomConnector", connectorLabel=self._label
        )["connectorConfiguration"]
        return str(found["supportedApiVersions"][0])

    def forget_metadata(self, **entity: str) -> None:
        """Ask the connector again, for its list or for an entity: its code may be another."""
        self._appflow.reset_connector_metadata_cache(
            connectorProfileName=self._label,
            connectorType="CustomConnector",
            apiVersion=self.api_version,
            **entity,
        )

    def run(self, request: Request) -> Run:
        """Run a flow to its end; create it, or change it, before.

        Raises:
            Refused: AppFlow doesn't take the flow.
        """
        bucket = bucket_of(request)
        self._create_bucket(bucket)
        execution, run = self._run(request, str(entity_of(request)))
        return replace(run, records=read_records(self._s3, bucket, within=execution))

    def write(self, records: Sequence[Row], entity: str) -> Run:
        """Insert records into an entity, by a flow.

        Raises:
            Refused: AppFlow doesn't take the flow.
        """
        self._create_bucket(BUCKET)
        body = "".join(f"{json.dumps(dict(each), default=str)}\n" for each in records)
        self._s3.put_object(Bucket=BUCKET, Key=f"{READ}/records.json", Body=body.encode())
        return self._run(write_request(entity, self.end), entity)[1]

    def _run(self, request: Request, entity: str) -> tuple[str, Run]:
        name = request["flowName"]
        try:
            self.forget_metadata(connectorEntityName=entity)
            self._put_flow(name, request)
            execution = self._appflow.start_flow(flowName=name)["executionId"]
        except ClientError as error:
            raise Refused(said(error)) from error
        record = self._finished(name, execution)
        return str(execution), Run(
            str(record["executionStatus"]),
            message_of(record),
            processed_in(record),
            refused_in(record),
        )

    def _put_flow(self, name: str, request: Request) -> None:
        if self._flows.get(name) == request:
            return
        if self._flows.pop(name, None) is not None:
            self._appflow.delete_flow(flowName=name, forceDelete=True)
        self._appflow.create_flow(**request)
        self._flows[name] = request

    def _create_bucket(self, name: str) -> None:
        if name in self._buckets:
            return
        self._buckets.add(name)
        make_bucket(self._s3, name)

    def _finished(self, name: str, execution: str) -> Record:
        while (record := record_of(self._appflow, name, execution)) is not None:
            if record["executionStatus"] not in RUNNING:
                return record
            time.sleep(_POLL_SECONDS)
        raise Refused(f"the run of {name} is gone: was the cloud reset?")
