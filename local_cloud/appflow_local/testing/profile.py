"""A connector profile in a test, and the flows that it runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from appflow_local.driving.flow_buckets import make_bucket
from appflow_local.driving.flow_parts import ON_DEMAND, ConnectorEnd, flow_name, from_s3, to_s3
from appflow_local.testing.calls import Call, calls
from appflow_local.testing.errors import AppflowLocalError, told_plainly
from appflow_local.testing.run import BUCKET, REFUSED, Run
from appflow_local.testing.scheduled import ScheduledFlow
from appflow_local.testing.tasks import mapped, tasks_of
from appflow_local.written_records import FORMATS

if TYPE_CHECKING:
    from appflow_local.testing.own_cloud import OwnCloud

_MOMENT_SECONDS = 0.001
Tasks = Sequence[Mapping[str, Any]]


class Profile:
    """A connector profile.

    Args:
        own: the test's cloud.
        label: the connector's.
        name: the profile's.
        api_version: of the connector's versions, the one that flows use.
    """

    def __init__(self, own: OwnCloud, label: str, name: str, api_version: str) -> None:
        self._own = own
        self.label = label
        self.name = name
        self._api_version = api_version
        self._end = ConnectorEnd(name, api_version)
        self._flows = 0

    @told_plainly
    def run(
        self,
        entity: str,
        *,
        tasks: Tasks | None = None,
        filter: str | None = None,  # noqa: A002 - the word of AppFlow and its users
        format: str = "JSON",  # noqa: A002
        settings: Mapping[str, object] | None = None,
        timeout: float = 60.0,
        wait: bool = True,
    ) -> Run:
        """Run a flow from an entity to S3, and wait for its end.

        Args:
            entity: the entity's identifier.
            tasks: as in CreateFlow; all fields as they are (Map_all) if it's left out.
            filter: comparisons joined by `and`, such as `"amount > 3 and name = 'Ann'"`.
            format: of the files: JSON, CSV or PARQUET.
            settings: connector runtime settings of the source.
            timeout: how many seconds the run may take, in real time.
            wait: False to return while it runs.

        Raises:
            AppflowLocalError: an argument is wrong, or the run takes longer than `timeout`.
            botocore.exceptions.ClientError: AppFlow refuses the flow.
        """
        source = self._end.source(entity, setting_texts(settings))
        name = self._create(
            entity, ON_DEMAND, source, self._to_s3(format),
            tasks_of(tasks, filter, self._types(entity) if filter else {}),
        )  # fmt: skip
        return self._start(name, timeout, wait=wait)

    @told_plainly
    def write(
        self,
        entity: str,
        records: Iterable[Mapping[str, Any]],
        *,
        operation: str = "INSERT",
        ids: Sequence[str] | None = None,
        settings: Mapping[str, object] | None = None,
        timeout: float = 60.0,
        wait: bool = True,
    ) -> Run:
        """Run a flow that writes records from S3 to an entity, and wait for its end.

        Args:
            entity: the entity's identifier.
            records: what to write; all keys of all records are mapped.
            operation: INSERT, UPDATE, UPSERT or DELETE.
            ids: the fields that identify a record; for all but INSERT the entity's primary key if
                it's left out.
            settings: connector runtime settings of the destination.
            timeout: how many seconds the run may take, in real time.
            wait: False to return while it runs.

        Raises:
            AppflowLocalError: an argument is wrong, or the run takes longer than `timeout`.
            botocore.exceptions.ClientError: AppFlow refuses the flow.
        """
        rows = [dict(each) for each in records]
        if not rows:
            raise AppflowLocalError("there is nothing to write: give at least one record")
        name = self._name(entity)
        self._bucket()
        lines = "".join(f"{json.dumps(row)}\n" for row in rows)
        s3 = self._own.client("s3")
        s3.put_object(Bucket=BUCKET, Key=f"in/{name}/records.json", Body=lines.encode())
        refused = {"bucketName": BUCKET, "bucketPrefix": REFUSED}
        names = ids if ids is not None or operation == "INSERT" else self._keys(entity)
        destination = self._end.destination(
            entity, operation, setting_texts(settings), errorHandlingConfig=refused,
            **({"idFieldNames": list(names)} if names else {}),
        )  # fmt: skip
        fields = dict.fromkeys(key for row in rows for key in row)
        source = from_s3(BUCKET, f"in/{name}")
        self._create(entity, ON_DEMAND, source, destination, mapped(fields), name)
        return self._start(name, timeout, wait=wait)

    @told_plainly
    def schedule(
        self,
        entity: str,
        expression: str,
        *,
        incremental: str | None = None,
        tasks: Tasks | None = None,
        filter: str | None = None,  # noqa: A002
        format: str = "JSON",  # noqa: A002
        settings: Mapping[str, object] | None = None,
        **properties: object,
    ) -> ScheduledFlow:
        """Create a scheduled flow from an entity to S3, and activate it.

        A rate's first run is due at once, and has ended when this returns.

        Args:
            entity: the entity's identifier.
            expression: such as `rate(1hours)` or `cron(0 6 * * ? *)`.
            incremental: the timestamp field by which only new records are pulled; all if left out.
            tasks: see `run`.
            filter: see `run`.
            format: see `run`.
            settings: see `run`.
            properties: more members of AppFlow's ScheduledTriggerProperties.

        Raises:
            AppflowLocalError: an argument is wrong.
            botocore.exceptions.ClientError: AppFlow refuses the flow.
        """
        source = self._end.source(entity, setting_texts(settings))
        mode = "Incremental" if incremental else "Complete"
        if incremental:
            source["incrementalPullConfig"] = {"datetimeTypeFieldName": incremental}
        scheduled = {"scheduleExpression": expression, "dataPullMode": mode, **properties}
        trigger = {"triggerType": "Scheduled", "triggerProperties": {"Scheduled": scheduled}}
        name = self._create(
            entity, trigger, source, self._to_s3(format),
            tasks_of(tasks, filter, self._types(entity) if filter else {}),
        )  # fmt: skip
        self._own.client("appflow").start_flow(flowName=name)
        answer = self._own.workbench.clock(by=_MOMENT_SECONDS)
        while not answer["reached"]:
            answer = self._own.workbench.clock(until=answer["until"])
        return ScheduledFlow(self._own, name)

    @told_plainly
    def entities(self, path: str | None = None) -> list[str]:
        """Return the identifiers of the connector's entities, or of those below one."""
        below = {} if path is None else {"entitiesPath": path}
        listed = self._own.client("appflow").list_connector_entities(
            connectorProfileName=self.name, connectorType="CustomConnector", **below
        )["connectorEntityMap"]
        return [each["name"] for entities in listed.values() for each in entities]

    @told_plainly
    def fields(self, entity: str) -> list[dict[str, Any]]:
        """Return an entity's fields, as DescribeConnectorEntity answers."""
        described = self._own.client("appflow").describe_connector_entity(
            connectorProfileName=self.name,
            connectorType="CustomConnector",
            connectorEntityName=entity,
            apiVersion=self._api_version,
        )
        fields: list[dict[str, Any]] = described["connectorEntityFields"]
        return fields

    @property
    def calls(self) -> list[Call]:
        """AppFlow's calls to the connector, oldest first."""
        return calls(self._own.workbench, label=self.label)

    def _types(self, entity: str) -> dict[str, str]:
        return {
            each["identifier"]: each.get("supportedFieldTypeDetails", {})
            .get("v1", {})
            .get("fieldType", "String")
            for each in self.fields(entity)
        }

    def _keys(self, entity: str) -> list[str]:
        return [each["identifier"] for each in self.fields(entity) if each.get("isPrimaryKey")]

    def _name(self, entity: str) -> str:
        self._flows += 1
        return f"{flow_name(f'{self.name}-{entity}')}-{self._flows}"

    def _to_s3(self, file_type: str) -> dict[str, Any]:
        if file_type not in FORMATS:
            raise AppflowLocalError(f"format={file_type!r}: give one of {', '.join(FORMATS)}")
        self._bucket()
        typed = {"preserveSourceDataTyping": True} if file_type == "PARQUET" else {}
        prefix = {"pathPrefixHierarchy": ["EXECUTION_ID"]}
        return to_s3(BUCKET, file_type, prefixConfig=prefix, **typed)

    def _create(
        self,
        entity: str,
        trigger: Mapping[str, Any],
        source: Mapping[str, Any],
        destination: Mapping[str, Any],
        tasks: Tasks,
        name: str | None = None,
    ) -> str:
        made = name or self._name(entity)
        self._own.client("appflow").create_flow(
            flowName=made,
            triggerConfig=trigger,
            sourceFlowConfig=source,
            destinationFlowConfigList=[destination],
            tasks=tasks,
        )
        return made

    def _start(self, name: str, timeout: float, *, wait: bool) -> Run:
        started = self._own.client("appflow").start_flow(flowName=name)
        run = Run(self._own, name, started["executionId"])
        return run.wait(timeout) if wait else run

    def _bucket(self) -> None:
        make_bucket(self._own.client("s3"), BUCKET)


def setting_texts(settings: Mapping[str, object] | None) -> dict[str, str]:
    """Return settings as AppFlow's API takes them."""
    return {
        key: str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in (settings or {}).items()
    }
