"""The CPU time that a flow takes of the local cloud's server, beside columnar tools over the same.

200,000 records of 20 fields, in pages of 1,000; the yardsticks read them as JSON lines from a file
and write one file: pyarrow, or DuckDB for JSON and for the plan with masks and casts. The server's
time is its own process's, without that of the connector's function, and includes receiving the
pages and putting the objects. All take turns in one run.
"""

from __future__ import annotations

import importlib.util
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from benchmarks.document import filled
from benchmarks.measured import FEW_ROUNDS, summary
from benchmarks.results import DOCS, By, read, write
from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import create_function
from harness.cloud.local_cloud import Cloud, running_cloud
from harness.model.appflow import Client, registration, sdk_answer
from harness.model.profiles import authentication, flow, profile
from harness.model.runs import RUNNING, executions, start, task, to_s3

PAGE_OF_ALL = DOCS / "benchmarks.md"
RECORDS = 200_000
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
            "records": list(texts(first, PAGE, event["selectedFieldNames"])),
            "nextToken": str(after) if after < RECORDS else None,
        }
    return {"isSuccess": True}
'''


def _source() -> str:
    about = sdk_answer(
        authenticationConfig=authentication(),
        connectorModes=["SOURCE"],
        connectorRuntimeSetting=[],
    )
    numbers = {"CONFIGURATION": json.dumps(about), "PAGE": str(PAGE), "RECORDS": str(RECORDS)}
    text = CONNECTOR
    for name, value in numbers.items():
        text = text.replace(name, value)
    return text


def cpu_rounds(rounds: int) -> list[dict[str, float]]:
    """Return, for each round, the CPU seconds of each way, and of its yardstick: `JSON, tool`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = _records_file(folder)
        with _connected(folder / "home") as (cloud, appflow, pid):
            assert cloud.port
            return [dict(_round(appflow, pid, lines, folder)) for _ in range(rounds)]


def run(appflow: Client, name: str) -> dict[str, Any]:
    """Run a flow to its end; each look at it costs the server, so there are few."""
    start(appflow, name)
    while (newest := executions(appflow, name)[0])["executionStatus"] in RUNNING:
        time.sleep(_LOOK_SECONDS)
    return newest


def _round(appflow: Client, pid: int, lines: Path, folder: Path) -> Iterator[tuple[str, float]]:
    for each in FORMATS:
        before = server_cpu(pid)
        done = run(appflow, _name(each))
        assert done["executionResult"]["recordsProcessed"] == RECORDS, done
        yield each, server_cpu(pid) - before
        yield f"{each}, tool", cpu_of(YARDSTICKS[each], lines, folder / "out")


@contextmanager
def _connected(home: Path) -> Iterator[tuple[Cloud, Client, int]]:
    with running_cloud(home) as cloud:
        create_bucket(cloud, BUCKET)
        arn = create_function(cloud, LABEL, _source())
        appflow = cloud.client("appflow")
        where = {"lambda": {"lambdaArn": arn}}
        appflow.register_connector(**registration(LABEL, connectorProvisioningConfig=where))
        given = {"authenticationType": "BASIC", "basic": {"username": "ann", "password": "x"}}
        appflow.create_connector_profile(
            **profile(connectorLabel=LABEL, connectorProfileConfig=_config(given))
        )
        for each in FORMATS:
            appflow.create_flow(**_flow(each))
        told = cloud.run(["appflow-local", "status", "--port", str(cloud.port)]).stdout
        pid = int(told.partition("(pid ")[2].partition(")")[0])
        run(appflow, _name("JSON"))
        yield cloud, appflow, pid


def _config(credentials: dict[str, Any]) -> dict[str, Any]:
    return {
        "connectorProfileProperties": {"CustomConnector": {}},
        "connectorProfileCredentials": {"CustomConnector": credentials},
    }


def _name(way: str) -> str:
    return way.lower().replace(" ", "-")


def _flow(way: str) -> dict[str, Any]:
    file_type = way if way in ("JSON", "CSV", "PARQUET") else "JSON"
    config = {
        "fileType": file_type,
        "prefixConfig": {"pathPrefixHierarchy": []},
        **({"preserveSourceDataTyping": True} if file_type == "PARQUET" else {}),
    }
    source = {
        "connectorType": "CustomConnector",
        "apiVersion": "v51.0",
        "connectorProfileName": "prod",
        "sourceConnectorProperties": {"CustomConnector": {"entityName": "all"}},
    }
    return flow(
        _name(way),
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


def _generator() -> Any:  # noqa: ANN401 - a module
    found = importlib.util.spec_from_loader("records", loader=None)
    assert found is not None
    module = importlib.util.module_from_spec(found)
    exec(_source(), module.__dict__)  # noqa: S102 - the text above
    return module


def _fields() -> list[dict[str, str]]:
    fields: list[dict[str, str]] = _generator().FIELDS
    return fields


def _records_file(folder: Path) -> Path:
    file = folder / "records.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for text in _generator().texts(0, RECORDS):
            stream.write(f"{text}\n")
    return file


def server_cpu(pid: int) -> float:
    """The CPU seconds that a process has taken, without its children's."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / _TICK


def cpu_of(work: Callable[[Path, Path], None], lines: Path, out: Path) -> float:
    """The CPU seconds that work takes of this process."""
    before = time.process_time()
    work(lines, out)
    return time.process_time() - before


def _arrow_table(lines: Path) -> pa.Table:
    return pa_json.read_json(lines)


def _arrow_csv(lines: Path, out: Path) -> None:
    pa_csv.write_csv(_arrow_table(lines), out)


def _arrow_parquet(lines: Path, out: Path) -> None:
    pq.write_table(_arrow_table(lines), out)


def _duck_json(lines: Path, out: Path) -> None:
    duckdb.sql(f"COPY (SELECT * FROM read_json('{lines}')) TO '{out}' (FORMAT json)")  # noqa: S608 - our own paths


def _duck_heavy(lines: Path, out: Path) -> None:
    duckdb.sql(
        "COPY (SELECT * REPLACE (CAST(price AS VARCHAR) AS price, CAST(quantity AS DOUBLE) AS "  # noqa: S608 - our own paths
        "quantity, CAST(created AS DATE) AS created, CAST(weight AS DECIMAL(38, 18)) AS weight, "
        "'*****' || substr(email, 6) AS email, substr(phone, 1, length(phone) - 4) || '****' AS "
        f"phone, substr(note, 1, 20) AS note) FROM read_json('{lines}')) TO '{out}' (FORMAT json)"
    )


YARDSTICKS: dict[str, Callable[[Path, Path], None]] = {
    "JSON": _duck_json,
    "CSV": _arrow_csv,
    "PARQUET": _arrow_parquet,
    "heavy plan": _duck_heavy,
}


def flow_cpu(rounds: int) -> dict[str, By]:
    """Sum up the rounds, by format."""
    measured = cpu_rounds(rounds)
    return {
        way: summary(
            [{"flow": each[way], "tool": each[f"{way}, tool"]} for each in measured], "flow"
        )
        for way in FORMATS
    }


def main() -> None:
    """Measure this alone, and write it into the document."""
    results = read()
    results["flow_cpu"] = flow_cpu(FEW_ROUNDS)
    write(results)
    PAGE_OF_ALL.write_text(filled(PAGE_OF_ALL.read_text("utf-8"), results), encoding="utf-8")


if __name__ == "__main__":
    main()
