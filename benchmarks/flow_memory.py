"""The memory of the local cloud's server while flows of 200,000 and 2,000,000 records run.

Each writes one file (`SingleFile`) of each format. Every size has a cloud of its own, and the
figure is the largest resident memory that the server had by the end of the run, its own MiniStack,
Arrow and all. `python -m benchmarks.flow_memory` measures 200,000 records; with `200000 2000000`
it compares, in a quarter of an hour, and writes the page.
"""

from __future__ import annotations

import datetime
import sys
import tempfile
from pathlib import Path

from benchmarks.document import filled
from benchmarks.flow_cloud import connected, flow_of, name_of, run
from benchmarks.results import DOCS, Memory, read, write

PAGE_OF_ALL = DOCS / "benchmarks.md"
FILE_TYPES = ("JSON", "CSV", "PARQUET")
_MIB = 1024


def memory_of(records: int) -> dict[str, float]:
    """Return the server's largest memory in MiB: before any run, then in the run of each format."""
    flows = {name_of(each): flow_of(each, "SingleFile") for each in FILE_TYPES}
    found = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        connected(Path(folder) / "home", flows, records) as (appflow, pid),
    ):
        found["before"] = _peak(pid)
        for each in FILE_TYPES:
            _forget_peak(pid)
            done = run(appflow, name_of(each))
            assert done["executionResult"]["recordsProcessed"] == records, done
            found[each] = _peak(pid)
    return found


def _peak(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / _MIB


def _forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")  # Linux: the peak is the current size again


def main() -> None:
    """Measure the sizes that are given; keep them if there are several."""
    sizes = [int(each) for each in sys.argv[1:]] or [200_000]
    peaks = {}
    for records in sizes:
        peaks[str(records)] = memory_of(records)
        sys.stdout.write(f"{records:,} records: {peaks[str(records)]}\n")
    if len(sizes) > 1:
        results = read()
        today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
        results["flow_memory"] = Memory(taken=today, peaks=peaks)
        write(results)
        PAGE_OF_ALL.write_text(filled(PAGE_OF_ALL.read_text("utf-8"), results), encoding="utf-8")


if __name__ == "__main__":
    main()
