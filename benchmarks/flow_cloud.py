"""A local cloud whose connector has records of 20 fields, and flows of them to S3.

The records come in pages of 1,000; `measured` clouds run flows that other modules measure.
"""

from __future__ import annotations

import importlib.util
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import create_function
from harness.cloud.local_cloud import running_cloud
from harness.model.appflow import Client, registration, sdk_answer
from harness.model.profiles import authentication, flow, profile
from harness.model.runs import RUNNING, executions, start, task, to_s3

PAGE = 1_000
LABEL = "Columns"
BUCKET = "flow-cpu"
FORMATS = ("JSON", "CSV", "PARQUET", "heavy plan")
_LOOK_SECONDS = 0.5
_TICK = os.sysconf("SC_CLK_TCK")

CONNECTOR = '''\
import json

FIELDS = []
for kind, names in {
    "Integer": ["id", "quantity", "rank"], "Long": ["stamp", "size"],
    "Double": ["price", "weight", "rate"], "Boolean": ["active", "paid"],
    "DateTime": ["created", "changed"], "Date": ["due"],
    "String": ["name", "city", "email", "phone", "note", "status", "country"],
}.items():
    FIELDS += [{"fieldName": name, "dataType": kind} for name in names]

def record(n):
    return {
        "id": n, "quantity": n % 97, "rank": n % 7, "stamp": 1_700_000_000_000 + n,
        "size": n * 1003, "price": n * 0.37 % 1000, "weight": n % 31 / 8, "rate": n % 101 / 101,
        "active": n % 2 == 0, "paid": n % 3 == 0,
        "created": f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}T{n % 24:02}:{n % 60:02}:00Z",
        "changed": f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}T{n % 24:02}:{n % 60:02}:30Z",
        "due": f"2026-{n % 12 + 1:02}-{n % 28 + 1:02}",
        "name": f"customer number {n}", "city": ("Basel", "Bern", "Genf")[n % 3],
        "email": f"customer{n}@example.com", "phone": f"+41 61 {n % 10_000_000:07}",
        "note": 'a note of some words that says little, and says it "twice"',
        "status": ("open", "paid", None)[n % 3], "country": "CH",
    }

def texts(first, count, names=None):
    for n in range(first, first + count):
        found = record(n)
        yield json.dumps(found if names is None else {name: found[name] for name in names})

ABOUT = json.loads("""CONFIGURATION""")
pages = {}

def page(first, names):
    if not IS_PREPARED:
        return list(texts(first, PAGE, names))
    if not pages:
        pages.update((n, list(texts(n * PAGE, PAGE, names))) for n in range(10))
    return pages[first // PAGE % 10]

def handler(event, context):
    kind = event["type"]
    if kind == "DescribeConnectorConfigurationRequest":
        return ABOUT
    if kind == "DescribeEntityRequest":
        entity = {"entityIdentifier": "all", "hasNestedEntities": False}
        return {"isSuccess": True, "entityDefinition": {"entity": entity, "fields": FIELDS}}
    if kind == "QueryDataRequest":
        first = int(event["nextToken"] or 0)
        after = first + PAGE
        return {
            "isSuccess": True,
            "records": page(first, event["selectedFieldNames"]),
            "nextToken": str(after) if after < RECORDS else None,
        }
    return {"isSuccess": True}
'''


def _source(records: int, *, prepared: bool = False) -> str:
    about = sdk_answer(
        authenticationConfig=authentication(),
        connectorModes=["SOURCE"],
        connectorRuntimeSetting=[],
    )
    words = {
        "CONFIGURATION": json.dumps(about),
        "IS_PREPARED": str(prepared),
        "PAGE": str(PAGE),
        "RECORDS": str(records),
    }
    text = CONNECTOR
    for name, value in words.items():
        text = text.replace(name, value)
    return text


def run(appflow: Client, name: str) -> dict[str, Any]:
    """Run a flow to its end; each look at it costs the server, so there are few."""
    start(appflow, name)
    while (newest := executions(appflow, name)[0])["executionStatus"] in RUNNING:
        time.sleep(_LOOK_SECONDS)
    return newest


@contextmanager
def connected(
    home: Path, flows: Mapping[str, dict[str, Any]], records: int, *, prepared: bool = False
) -> Iterator[tuple[Client, int]]:
    """Start a cloud with these flows; yield a client, and the id of the server's process.

    Prepared pages, ten in turns, cost the connector's function little.
    """
    with running_cloud(home) as cloud:
        create_bucket(cloud, BUCKET)
        arn = create_function(cloud, LABEL, _source(records, prepared=prepared))
        appflow = cloud.client("appflow")
        where = {"lambda": {"lambdaArn": arn}}
        appflow.register_connector(**registration(LABEL, connectorProvisioningConfig=where))
        given = {"authenticationType": "BASIC", "basic": {"username": "ann", "password": "x"}}
        appflow.create_connector_profile(
            **profile(connectorLabel=LABEL, connectorProfileConfig=_config(given))
        )
        for name, made in flows.items():
            appflow.create_flow(**{**made, "flowName": name})
        told = cloud.run(["appflow-local", "status", "--port", str(cloud.port)]).stdout
        pid = int(told.partition("(pid ")[2].partition(")")[0])
        yield appflow, pid


def _config(credentials: dict[str, Any]) -> dict[str, Any]:
    return {
        "connectorProfileProperties": {"CustomConnector": {}},
        "connectorProfileCredentials": {"CustomConnector": credentials},
    }


def name_of(way: str) -> str:
    """Return the name of the flow of a format, or of the heavy plan."""
    return way.lower().replace(" ", "-")


def flow_of(way: str, aggregation: str | None = None) -> dict[str, Any]:
    """Return a flow into files of a format, or one with masks, a truncation and casts."""
    file_type = way if way in ("JSON", "CSV", "PARQUET") else "JSON"
    config = {
        "fileType": file_type,
        "prefixConfig": {"pathPrefixHierarchy": []},
        **({"preserveSourceDataTyping": True} if file_type == "PARQUET" else {}),
        **({"aggregationConfig": {"aggregationType": aggregation}} if aggregation else {}),
    }
    source = {
        "connectorType": "CustomConnector",
        "apiVersion": "v51.0",
        "connectorProfileName": "prod",
        "sourceConnectorProperties": {"CustomConnector": {"entityName": "all"}},
    }
    return flow(
        name_of(way),
        sourceFlowConfig=source,
        destinationFlowConfigList=to_s3(bucketName=BUCKET, s3OutputFormatConfig=config),
        tasks=_heavy() if way == "heavy plan" else [task("Map_all")],
    )


def _heavy() -> list[Any]:
    names = [each["fieldName"] for each in _fields()]
    casts = {"price": "String", "quantity": "Double", "created": "Date", "weight": "BigDecimal"}
    maps = [
        task(
            "Map",
            each,
            to=each,
            **({"DESTINATION_DATA_TYPE": casts[each]} if each in casts else {}),
        )
        for each in names
    ]
    return [
        task("Filter", *names, operator="PROJECTION"),
        task("Mask", "email", operator="MASK_FIRST_N", MASK_LENGTH="5", MASK_VALUE="*"),
        task("Mask", "phone", operator="MASK_LAST_N", MASK_LENGTH="4", MASK_VALUE="*"),
        task("Truncate", "note", TRUNCATE_LENGTH="20"),
        *maps,
    ]


def _generator(records: int) -> Any:  # noqa: ANN401 - a module
    found = importlib.util.spec_from_loader("records", loader=None)
    assert found is not None
    module = importlib.util.module_from_spec(found)
    exec(_source(records), module.__dict__)  # noqa: S102 - the text above
    return module


def _fields() -> list[dict[str, str]]:
    fields: list[dict[str, str]] = _generator(0).FIELDS
    return fields


def records_file(folder: Path, records: int) -> Path:
    """Write the records as JSON lines, for tools that read files."""
    file = folder / "records.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for text in _generator(records).texts(0, records):
            stream.write(f"{text}\n")
    return file


def server_cpu(pid: int) -> float:
    """The CPU seconds that a process has taken, without its children's."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / _TICK


def page_processes(pid: int) -> list[int]:
    """The processes that work on pages for a server."""
    return [each for each in _children(pid) if "page_processes" in _command(each)]


def children_cpu(pid: int) -> dict[str, float]:
    """The CPU seconds of a server's processes: those that work on `pages`, and the `functions`."""
    pages = page_processes(pid)
    others = [each for each in _children(pid) if each not in pages]
    return {"pages": sum(map(server_cpu, pages)), "functions": sum(map(server_cpu, others))}


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(each) for task in tasks for each in task.read_text().split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def work_cpu(pid: int) -> float:
    """The CPU seconds that a server has taken, and the processes that work on pages for it."""
    return server_cpu(pid) + children_cpu(pid)["pages"]
