"""The CPU time that a flow takes of the local cloud's server, beside columnar tools over the same.

200,000 records of 20 fields, in pages of 1,000; the yardsticks read them as JSON lines from a file
and write one file: pyarrow, or DuckDB for JSON and for the plan with masks and casts. The server's
time is its own process's and that of the processes that work on pages for it, without that of the
connector's function, and includes receiving the pages and putting the objects. All take turns in
one run.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from benchmarks.flow_cloud import (
    FORMATS,
    connected,
    flow_of,
    name_of,
    records_file,
    run,
    server_cpu,
    work_cpu,
)
from benchmarks.measured import summary
from benchmarks.results import By
from harness.model.appflow import Client

RECORDS = 200_000


def cpu_rounds(rounds: int) -> list[dict[str, float]]:
    """Return, for each round, the CPU seconds of each way, and of its yardstick: `JSON, tool`.

    Those of the server's own process are in it, and beside it: `JSON, server`.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = records_file(folder, RECORDS)
        flows = {name_of(each): flow_of(each) for each in FORMATS}
        with connected(folder / "home", flows, RECORDS) as (appflow, pid):
            run(appflow, name_of("JSON"))
            return [dict(_round(appflow, pid, lines, folder)) for _ in range(rounds)]


def _round(appflow: Client, pid: int, lines: Path, folder: Path) -> Iterator[tuple[str, float]]:
    for each in FORMATS:
        before, server_before = work_cpu(pid), server_cpu(pid)
        done = run(appflow, name_of(each))
        assert done["executionResult"]["recordsProcessed"] == RECORDS, done
        yield each, work_cpu(pid) - before
        yield f"{each}, server", server_cpu(pid) - server_before
        yield f"{each}, tool", cpu_of(YARDSTICKS[each], lines, folder / "out")


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
            [
                {"flow": each[way], **{part: each[f"{way}, {part}"] for part in ("server", "tool")}}
                for each in measured
            ],
            "flow",
        )
        for way in FORMATS
    }
