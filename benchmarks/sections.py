"""The sections of docs/benchmarks.md that are measured: each can be measured alone.

`make bench ONLY="edits flow-cpu"` names them so, and the page's markers do. They are measured in
this order: what has timed its synths leaves the assemblies for those that look at them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from benchmarks import measures, tables
from benchmarks.flow_cpu import flow_cpu
from benchmarks.flow_memory import memory_by_records
from benchmarks.measured import FEW_ROUNDS, ROUNDS, SYNTH_ROUNDS
from benchmarks.page import LOADS
from benchmarks.plugin_tests import plugin_tests
from benchmarks.validation import validation
from benchmarks.workplace import Workplace

F = TypeVar("F")


@dataclass(frozen=True)
class Section(Generic[F]):
    """A part of the page.

    Attributes:
        measure: returns its figures, which JSON can hold.
        shown: puts them into Markdown.
        rounds: how often each thing is measured; 0 if it is counted.
        is_long: whether it is left out unless it is named.
    """

    measure: Callable[[Workplace], F]
    shown: Callable[[F], str]
    rounds: int = 0
    is_long: bool = False


SECTIONS: Final[dict[str, Section[Any]]] = {
    "cold-start": Section(measures.starts, tables.cold_starts, ROUNDS),
    "synth": Section(measures.synths, tables.synths, SYNTH_ROUNDS),
    "templates": Section(measures.templates, tables.templates),
    "chains": Section(measures.chains, tables.chains),
    "node-calls": Section(measures.node_calls, tables.node_calls),
    "validation": Section(lambda _place: validation(FEW_ROUNDS), tables.validation, FEW_ROUNDS),
    "bundling": Section(measures.bundling, tables.bundling, FEW_ROUNDS),
    "calls": Section(measures.calls, tables.calls),
    "deployments": Section(measures.deployments, tables.deployments, FEW_ROUNDS),
    "edits": Section(measures.edits, tables.edits, FEW_ROUNDS),
    "flow": Section(measures.flow, tables.flow, FEW_ROUNDS),
    "flow-cpu": Section(lambda _place: flow_cpu(FEW_ROUNDS), tables.flow_cpu, FEW_ROUNDS),
    "flow-memory": Section(lambda _place: memory_by_records(), tables.flow_memory, 1, is_long=True),
    "check": Section(measures.check, tables.check, SYNTH_ROUNDS),
    "warm": Section(measures.warm, tables.warm, SYNTH_ROUNDS),
    "journal": Section(measures.journal, tables.journal, SYNTH_ROUNDS),
    "plugin-tests": Section(lambda _place: plugin_tests(), tables.plugin_tests, 1),
    "page": Section(measures.page, tables.page, LOADS),
}
"""By name."""

LONG: Final = [name for name, section in SECTIONS.items() if section.is_long]
