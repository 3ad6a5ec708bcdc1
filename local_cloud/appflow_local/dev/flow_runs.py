"""Runs flows over the connector, and reads what they wrote."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from botocore.exceptions import ClientError

from appflow_local.aws_client import aws_client
from appflow_local.cloud import LocalCloud
from appflow_local.dev.flow_requests import (
    BUCKET,
    READ,
    Request,
    bucket_of,
    entity_of,
    write_request,
)
from appflow_local.dev.records import Record
from appflow_local.written_records import read_records

LABEL = "dev"
"""What the connector, its function and its profile are called."""
_POLL_SECONDS = 0.02
_RUNNING = ("InProgress", "CancelStarted")
_RIGHTS = (
    "GetObject", "ListBucket", "PutObject", "PutObjectAcl", "GetBucketAcl", "AbortMultipartUpload",
    "ListMultipartUploadParts", "ListBucketMultipartUploads",
)  # fmt: skip


class Refused(Exception):  # noqa: N818 - an outcome
    """AppFlow or the connector refuses; the message says why."""


@dataclass(frozen=True)
class Run:
    """A finished run of a flow."""

    status: str
    message: str
    moved: int
    refused: int
    records: Sequence[Record] = ()


class FlowRuns:
    """The flows of a connector.

    Args:
        cloud: the cloud.
        appflow: its client of AppFlow.
    """

    def __init__(self, cloud: LocalCloud, appflow: Any) -> None:  # noqa: ANN401 - botocore's
        self._appflow = appflow
        self._s3 = aws_client(cloud, "s3")
        self._flows: dict[str, Request] = {}
        self._buckets: set[str] = set()

    @property
    def api_version(self) -> str:
        """The first version that the connector supports."""
        found = self._appflow.describe_connector(
            connectorType="CustomConnector", connectorLabel=LABEL
        )["connectorConfiguration"]
        return str(found["supportedApiVersions"][0])

    def forget_metadata(self, **entity: str) -> None:
        """Ask the connector again, for its list or for an entity: its code may be another."""
        self._appflow.reset_connector_metadata_cache(
            connectorProfileName=LABEL,
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

    def write(self, records: Sequence[Record], entity: str) -> Run:
        """Insert records into an entity, by a flow.

        Raises:
            Refused: AppFlow doesn't take the flow.
        """
        self._create_bucket(BUCKET)
        body = "".join(f"{json.dumps(dict(each), default=str)}\n" for each in records)
        self._s3.put_object(Bucket=BUCKET, Key=f"{READ}/records.json", Body=body.encode())
        return self._run(write_request(entity, self.api_version, LABEL), entity)[1]

    def _run(self, request: Request, entity: str) -> tuple[str, Run]:
        name = request["flowName"]
        try:
            self.forget_metadata(connectorEntityName=entity)
            self._put_flow(name, request)
            execution = self._appflow.start_flow(flowName=name)["executionId"]
        except ClientError as error:
            raise Refused(said(error)) from error
        record = self._finished(name, execution)
        result = record.get("executionResult", {})
        info = result.get("errorInfo", {})
        return str(execution), Run(
            str(record["executionStatus"]),
            str(info.get("executionMessage", "")),
            int(result.get("recordsProcessed", 0)),
            int(info.get("putFailuresCount", 0)),
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
        self._s3.create_bucket(Bucket=name)
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "appflow.amazonaws.com"},
            "Action": [f"s3:{action}" for action in _RIGHTS],
            "Resource": [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"],
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self._s3.put_bucket_policy(Bucket=name, Policy=policy)

    def _finished(self, name: str, execution: str) -> dict[str, Any]:
        while True:
            found = self._appflow.describe_flow_execution_records(flowName=name)["flowExecutions"]
            record: dict[str, Any] = next(r for r in found if r["executionId"] == execution)
            if record["executionStatus"] not in _RUNNING:
                return record
            time.sleep(_POLL_SECONDS)


def said(error: ClientError) -> str:
    """What AppFlow says."""
    return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
