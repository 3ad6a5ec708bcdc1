"""The memory of the local cloud's server while flows of 200,000 and 2,000,000 records run.

Each writes one file (`SingleFile`) of each format. Every size has a cloud of its own, and the
figure is the largest resident memory that the server had by the end of the run, its own MiniStack,
Arrow and all. Both sizes take a quarter of an hour.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.flow_cloud import connected, flow_of, name_of, run

FILE_TYPES = ("JSON", "CSV", "PARQUET")
RECORDS = (200_000, 2_000_000)
_MIB = 1024


def memory_by_records() -> dict[str, dict[str, float]]:
    """Return what `memory_of` does, by number of records, which is a text, as in JSON."""
    return {str(records): memory_of(records) for records in RECORDS}


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
