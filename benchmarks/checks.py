"""What has a budget, by section: a few rounds of each, and the most that its ratios may be."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from benchmarks import budgets
from benchmarks.bundling import bundling_rounds
from benchmarks.calls import calls_of_a_life
from benchmarks.chains import chains_of
from benchmarks.cold_start import FLOOR, OURS, VARIANTS, cold_starts, figures_of
from benchmarks.deployments import deploying, deployment_rounds, seconds_of
from benchmarks.edits import edit_rounds
from benchmarks.flow_cpu import cpu_rounds
from benchmarks.flow_memory import FILE_TYPES, memory_by_records
from benchmarks.flow_throughput import throughput_rounds
from benchmarks.measured import ratio
from benchmarks.node_calls import node_calls_of
from benchmarks.page import EMPTY, FILE, SCREENS, page_rounds
from benchmarks.peers import MOST_IN_A_STACK
from benchmarks.plugin_tests import plugin_tests
from benchmarks.stub import surroundings
from benchmarks.synth import MANY, App, growth, per_further, synth_rounds
from benchmarks.templates import size, template
from benchmarks.warm_calls import warm_rounds
from benchmarks.workbench import check_rounds, journal_rounds
from benchmarks.workplace import Workplace

_STARTS: Final = 20
_SYNTHS: Final = 3
_BUNDLINGS: Final = 2
_BUNDLED: Final = 10
_CHECKS: Final = 3
_TESTS: Final = 20
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


def _starts(place: Workplace) -> Iterator[Checked]:
    variants = {name: VARIANTS[name] for name in (FLOOR, OURS)}
    with surroundings(place.new("starts")) as around:
        rounds = cold_starts(variants, _STARTS, around)
    for figure, most in budgets.COLD_START.items():
        measured = ratio(figures_of(rounds, figure), OURS, FLOOR)
        yield Checked(f"cold start over the floor: {figure}", measured, most)


def _calls(place: Workplace) -> Iterator[Checked]:
    with surroundings(place.new("calls")) as around:
        calls = calls_of_a_life(VARIANTS[OURS], around)
    for step, number in calls.items():
        yield Checked(f"calls to AppFlow: {step}", number, budgets.CALLS[step])


def _synth(place: Workplace) -> Iterator[Checked]:
    apps: list[App] = [(way, number) for way in _COMPARED for number in (1, _MANY)]
    rounds = synth_rounds([*apps, (OURS, MANY)], _SYNTHS, place.assemblies)
    each = [per_further(times, _COMPARED, _MANY) for times in rounds]
    added = ratio(each, OURS, "functions") - 1
    yield Checked("synth of a registration over its function's", added, budgets.SYNTH)
    over_native = ratio(each, OURS, _NATIVE)
    yield Checked("synth of a connector over native", over_native, budgets.SYNTH_OVER_NATIVE)
    grown = statistics.median(growth(times, OURS, _MANY, MANY) for times in rounds)
    yield Checked(f"synth of one of {MANY} connectors over one of {_MANY}", grown, budgets.GROWTH)


def _node_calls(_place: Workplace) -> Iterator[Checked]:
    yield Checked("calls to Node.js of a connector", node_calls_of(OURS), budgets.NODE_CALLS)


def _templates(place: Workplace) -> Iterator[Checked]:
    native, ours = (
        {number: size(place.assembly((way, number)), number) for number in (1, _MANY)}
        for way in (_NATIVE, OURS)
    )
    more = {number: ours[number]["resources"] - native[number]["resources"] for number in ours}
    further = (more[_MANY] - more[1]) / (_MANY - 1)
    yield Checked("resources over native: first", more[1], budgets.FIRST_CONNECTOR)
    yield Checked("resources over native: each further", further, budgets.FURTHER_CONNECTOR)
    resources, again = (
        template(place.assembly((OURS, _MANY), number))["Resources"] for number in (0, 1)
    )
    types = [each["Type"] for each in resources.values()]
    yield Checked("state machines", types.count("AWS::StepFunctions::StateMachine"), 0)
    changed = sum(again.get(key) != each for key, each in resources.items())
    yield Checked("resources changed by another synth", changed, budgets.CHANGED_RESOURCES)
    yield Checked("the provider's asset, bytes", ours[1]["asset_bytes"], budgets.ASSET_BYTES)


def _chains(place: Workplace) -> Iterator[Checked]:
    found = chains_of((_NATIVE, OURS), place.assembly)
    for deployment, chain in found[OURS].items():
        more = len(chain) - len(found[_NATIVE][deployment])
        yield Checked(f"longest chain over native: {deployment}", more, budgets.CHAIN)


def _deletes(place: Workplace) -> Iterator[Checked]:
    apps: list[App] = [(way, 1) for way in _DELETED]
    for app in apps:
        place.assembly(app)
    with deploying(place.folder / "deployments") as cloud:
        rounds = deployment_rounds(cloud, apps, _DEPLOYMENTS, place.assemblies / "0")
    measured = ratio(seconds_of(rounds, "delete", 1), *_DELETED)
    yield Checked("deleting a stack over the provider framework's", measured, budgets.DELETE)


def _flow_cpu(_place: Workplace) -> Iterator[Checked]:
    (cpu,) = cpu_rounds(1)
    for way, most in budgets.FLOW_CPU.items():
        over = cpu[way] / cpu[f"{way}, tool"]
        yield Checked(f"a flow's CPU over a columnar tool's: {way}", over, most)


def _flow_memory(_place: Workplace) -> Iterator[Checked]:
    few, many = memory_by_records().values()
    for each in FILE_TYPES:
        grown = many[each] / few[each]
        yield Checked(f"memory of ten times the records: {each}", grown, budgets.FLOW_MEMORY)


def _warm(_place: Workplace) -> Iterator[Checked]:
    rounds = warm_rounds(_CHECKS)
    for each in ("silent", "printing", "node"):
        over = ratio(rounds, each, "configuration")
        yield Checked(f"a warm call over a request: {each}", over, budgets.WARM_CALL)


def _plugin_tests(_place: Workplace) -> Iterator[Checked]:
    measured = plugin_tests(_TESTS, workers=(1,))
    over = measured["over_cold_start"]
    yield Checked("a test's CPU over a cold start's", over, budgets.PLUGIN_TEST)
    over = measured["reset"]["over_run"]
    yield Checked("emptying a cloud over a warm flow", over, budgets.RESET)


def _page(_place: Workplace) -> Iterator[Checked]:
    rounds = page_rounds()
    over = ratio(rounds, EMPTY, FILE)
    yield Checked("an empty cloud's overview over its style sheet", over, budgets.PAGE)
    for screen in SCREENS:
        grown = ratio(rounds, screen, EMPTY)
        yield Checked(f"with 1,000 runs over that: {screen}", grown, budgets.PAGE_GROWTH)


def _ratio(
    name: str,
    rounds: Callable[[], Sequence[dict[str, float]]],
    between: tuple[str, str],
    most: float,
) -> Callable[[Workplace], Iterator[Checked]]:
    def check(_place: Workplace) -> Iterator[Checked]:
        yield Checked(name, ratio(rounds(), *between), most)

    return check


CHECKS: Final[dict[str, Callable[[Workplace], Iterator[Checked]]]] = {
    "cold-start": _starts,
    "synth": _synth,
    "templates": _templates,
    "chains": _chains,
    "node-calls": _node_calls,
    "bundling": _ratio(
        "PythonConnectorFunction's synth over a plain one's",
        partial(bundling_rounds, _BUNDLINGS, _BUNDLED),
        ("bundled", "plain"),
        budgets.BUNDLING,
    ),
    "calls": _calls,
    "deployments": _deletes,
    "edits": _ratio(
        "an edit under dev over one under --hotswap",
        partial(edit_rounds, 1),
        ("dev", "hotswap"),
        budgets.EDIT,
    ),
    "flow": _ratio(
        "a flow over its connector's calls",
        partial(throughput_rounds, 1),
        ("flow", "calls"),
        budgets.FLOW,
    ),
    "flow-cpu": _flow_cpu,
    "flow-memory": _flow_memory,
    "check": _ratio(
        "a check over a cloud alone",
        partial(check_rounds, _CHECKS),
        ("check", "cloud"),
        budgets.CHECK,
    ),
    "warm": _warm,
    "journal": _ratio(
        "a run with the journal over one without",
        partial(journal_rounds, _CHECKS),
        ("with", "without"),
        budgets.JOURNAL,
    ),
    "plugin-tests": _plugin_tests,
    "page": _page,
}
"""By the section's name. The CDK's own validation has none: it is not ours."""
