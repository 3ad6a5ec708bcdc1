"""`make bench-check`: measures what has a budget, and fails when one is exceeded."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks import budgets
from benchmarks.bundling import bundling_rounds
from benchmarks.calls import calls_of_a_life
from benchmarks.chains import chains_of
from benchmarks.cold_start import FLOOR, OURS, VARIANTS, cold_starts, figures_of
from benchmarks.deployments import deploying, deployment_rounds, seconds_of
from benchmarks.edits import edit_rounds
from benchmarks.flow_cpu import cpu_rounds
from benchmarks.flow_throughput import throughput_rounds
from benchmarks.measured import ratio
from benchmarks.node_calls import node_calls_of
from benchmarks.peers import MOST_IN_A_STACK
from benchmarks.stub import surroundings
from benchmarks.synth import MANY, App, assembly, growth, per_further, synth, synth_rounds
from benchmarks.templates import size, template
from benchmarks.warm_calls import warm_rounds
from benchmarks.workbench import check_rounds, journal_rounds

_STARTS: Final = 20
_SYNTHS: Final = 3
_BUNDLINGS: Final = 2
_BUNDLED: Final = 10
_CHECKS: Final = 3
_MANY: Final = MOST_IN_A_STACK
_NATIVE: Final = "native"
_COMPARED: Final = ("functions", _NATIVE, OURS)
_DELETED: Final = (OURS, "provider_framework")
_DEPLOYMENTS: Final = 3


class Checked(NamedTuple):
    """What was measured, and the most that it may be."""

    name: str
    measured: float
    most: float


def main() -> int:
    """Print each budget beside what was measured; 1 if one is exceeded."""
    over = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, measured, most in _checks(Path(folder)):
            over |= measured > most
            verdict = "OVER" if measured > most else "ok"
            print(f"{verdict:5}{name:50}{measured:10.4g} (at most {most:g})", flush=True)
    return over


def _checks(folder: Path) -> Iterator[Checked]:
    yield from _starts(folder)
    yield from _synth(folder)
    yield from _templates(folder)
    yield from _chains(folder)
    yield from _deletes(folder)
    bundled = ratio(bundling_rounds(_BUNDLINGS, _BUNDLED), "bundled", "plain")
    yield Checked("PythonConnectorFunction's synth over a plain one's", bundled, budgets.BUNDLING)
    edit = ratio(edit_rounds(1), "dev", "hotswap")
    yield Checked("an edit under dev over one under --hotswap", edit, budgets.EDIT)
    flow = ratio(throughput_rounds(1), "flow", "calls")
    yield Checked("a flow over its connector's calls", flow, budgets.FLOW)
    (cpu,) = cpu_rounds(1)
    for way, most in budgets.FLOW_CPU.items():
        yield Checked(
            f"a flow's CPU over a columnar tool's: {way}", cpu[way] / cpu[f"{way}, tool"], most
        )
    checked = ratio(check_rounds(_CHECKS), "check", "cloud")
    yield Checked("a check over a cloud alone", checked, budgets.CHECK)
    warm = warm_rounds(_CHECKS)
    for each in ("silent", "printing", "node"):
        over = ratio(warm, each, "configuration")
        yield Checked(f"a warm call over a request: {each}", over, budgets.WARM_CALL)
    journal = ratio(journal_rounds(_CHECKS), "with", "without")
    yield Checked("a run with the journal over one without", journal, budgets.JOURNAL)


def _starts(folder: Path) -> Iterator[Checked]:
    variants = {name: VARIANTS[name] for name in (FLOOR, OURS)}
    with surroundings(folder) as around:
        calls = calls_of_a_life(VARIANTS[OURS], around)
        rounds = cold_starts(variants, _STARTS, around)
    for figure, most in budgets.COLD_START.items():
        measured = ratio(figures_of(rounds, figure), OURS, FLOOR)
        yield Checked(f"cold start over the floor: {figure}", measured, most)
    for step, number in calls.items():
        yield Checked(f"calls to AppFlow: {step}", number, budgets.CALLS[step])


def _synth(folder: Path) -> Iterator[Checked]:
    apps: list[App] = [(way, number) for way in _COMPARED for number in (1, _MANY)]
    rounds = synth_rounds([*apps, (OURS, MANY)], _SYNTHS, folder)
    each = [per_further(times, _COMPARED, _MANY) for times in rounds]
    added = ratio(each, OURS, "functions") - 1
    yield Checked("synth of a registration over its function's", added, budgets.SYNTH)
    over_native = ratio(each, OURS, _NATIVE)
    yield Checked("synth of a connector over native", over_native, budgets.SYNTH_OVER_NATIVE)
    yield Checked("calls to Node.js of a connector", node_calls_of(OURS), budgets.NODE_CALLS)
    grown = statistics.median(growth(times, OURS, _MANY, MANY) for times in rounds)
    yield Checked(f"synth of one of {MANY} connectors over one of {_MANY}", grown, budgets.GROWTH)


def _templates(folder: Path) -> Iterator[Checked]:
    outputs = {number: assembly(folder / "0", (_NATIVE, number)) for number in (1, _MANY)}
    native = {number: size(output, number)["resources"] for number, output in outputs.items()}
    outputs = {number: assembly(folder / "0", (OURS, number)) for number in native}
    ours = {number: size(output, number)["resources"] for number, output in outputs.items()}
    first = ours[1] - native[1]
    further = (ours[_MANY] - native[_MANY] - first) / (_MANY - 1)
    yield Checked("resources over native: first", first, budgets.FIRST_CONNECTOR)
    yield Checked("resources over native: each further", further, budgets.FURTHER_CONNECTOR)
    resources = template(outputs[_MANY])["Resources"]
    types = [each["Type"] for each in resources.values()]
    yield Checked("state machines", types.count("AWS::StepFunctions::StateMachine"), 0)
    again = template(assembly(folder / "1", (OURS, _MANY)))["Resources"]
    changed = sum(again.get(key) != each for key, each in resources.items())
    yield Checked("resources changed by another synth", changed, budgets.CHANGED_RESOURCES)
    zipped = size(outputs[1], 1)["asset_bytes"]
    yield Checked("the provider's asset, bytes", zipped, budgets.ASSET_BYTES)


def _chains(folder: Path) -> Iterator[Checked]:
    found = chains_of((_NATIVE, OURS), folder / "chains")
    for deployment, chain in found[OURS].items():
        more = len(chain) - len(found[_NATIVE][deployment])
        yield Checked(f"longest chain over native: {deployment}", more, budgets.CHAIN)


def _deletes(folder: Path) -> Iterator[Checked]:
    apps: list[App] = [(way, 1) for way in _DELETED]
    for app in apps:
        synth(app, assembly(folder / "deleted", app))
    with deploying(folder / "cloud") as cloud:
        rounds = deployment_rounds(cloud, apps, _DEPLOYMENTS, folder / "deleted")
    measured = ratio(seconds_of(rounds, "delete", 1), *_DELETED)
    yield Checked("deleting a stack over the provider framework's", measured, budgets.DELETE)


if __name__ == "__main__":
    raise SystemExit(main())
