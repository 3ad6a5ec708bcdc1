"""Puts the figures of each section into Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.chains import Chains
from benchmarks.cold_start import NAMES, OURS
from benchmarks.edits import WAYS as EDITS
from benchmarks.measured import Measured
from benchmarks.peers import MOST_IN_A_STACK, PEERS
from benchmarks.plugin_tests import PluginTests
from benchmarks.results import By, ByNumber, Calls, Deployments, Synths
from benchmarks.templates import Size
from benchmarks.validation import FIGURES as VALIDATED
from benchmarks.validation import WAYS as VALIDATION
from benchmarks.workbench import RECORDS

_TIMES: Final = "\N{MULTIPLICATION SIGN}"
_ALONE: Final = "functions"
_WAYS: Final = {_ALONE: "the functions alone", **PEERS}
_SYNTH_TARGET: Final = 15
_HANDLER_OF: Final = {"provider_framework": "on_event"}
_UNITS: Final = {"ready": "ms", "answered": "ms", "cpu": "ms", "peak": "MiB"}


def templates(measured: Mapping[str, Mapping[str, Size]]) -> str:
    """Show the templates and assets of each way."""
    numbers = list(measured[OURS])
    most = numbers[-1]
    own = measured[OURS][most]["bytes"]
    rows = []
    for peer, name in PEERS.items():
        sizes = measured[peer]
        rows.append(
            [
                name,
                " / ".join(str(size["resources"]) for size in sizes.values()),
                " / ".join(str(size["registration"]) for size in sizes.values()),
                " / ".join(f"{size['bytes']:,}" for size in sizes.values()),
                _TIMES + f"{own / sizes[most]['bytes']:.2f}",
                f"{sizes[most]['assets']}, {sizes[most]['asset_bytes']:,}",
            ]
        )
    heads = ["resources", "the registrations'", "bytes", "ours", "assets, their bytes zipped"]
    return _table([f"{' / '.join(numbers)} connectors", *heads], rows)


def chains(found: Mapping[str, Chains]) -> str:
    """Show the longest chains of each way."""
    arrow = " \N{RIGHTWARDS ARROW} "
    rows = [
        [
            name,
            *(f"{len(chain)}: {arrow.join(chain)}" for chain in found[peer].values()),
        ]
        for peer, name in PEERS.items()
    ]
    return _table(["", "the first connector", "a further one"], rows)


def node_calls(calls: Mapping[str, float]) -> str:
    """Show the calls to Node.js of each way."""
    rows = [[name, f"{calls[peer]:g}"] for peer, name in PEERS.items()]
    return _table(["", "calls to Node.js of each further one, over its function"], rows)


def synths(measured: Synths) -> str:
    """Show what synths of each way take, and say whether this library meets its target."""
    columns, further, wall = [*measured["seconds"].values()], measured["further"], measured["wall"]
    rows = [
        [
            name,
            *(_cell(by[way], 2) for by in columns),
            *(_cell(further[way], 1), _added(further, way)),
            *(_cell(wall[way], 1), _added(wall, way)),
        ]
        for way, name in _WAYS.items()
    ]
    heads = [_connectors(number) + ", s" for number in measured["seconds"]]
    more = ["each further one, ms", "over its function, ms"]
    table = _table(["", *heads, *more, *(f"{head} on the clock" for head in more)], rows)
    most = [*measured["seconds"]][-1]
    is_met = float(_added(wall, OURS)) <= _SYNTH_TARGET
    return table + (
        f"The target: a further registration takes no more than {_SYNTH_TARGET} ms over its "
        f"function and permission, on the clock. This run's {_added(wall, OURS)} ms "
        f"{'meet' if is_met else 'do not meet'} it.\n\n"
        f"Of {measured['many']} connectors, in stacks of {MOST_IN_A_STACK}, each after the first "
        f"{most} took {measured['growth']:.2f} times the CPU time of each up to there.\n\n"
    )


def _added(further: By, way: str) -> str:
    """What registering adds to a connector's function and permission, from medians."""
    return f"{further[way]['median'] - further[_ALONE]['median']:+.1f}"


def deployments(measured: Deployments) -> str:
    """Show what stacks of each way take."""
    columns = {
        f"{operation} {number}, s": by
        for operation, numbers in (
            ("create", measured["create"]),
            ("delete", measured["delete"]),
        )
        for number, by in numbers.items()
    }
    rows = [[name, *(_cell(by[p], 2) for by in columns.values())] for p, name in PEERS.items()]
    return _table(["", *columns], rows)


def cold_starts(figures: Mapping[str, By]) -> str:
    """Show each figure of each variant."""
    heads = [f"{figure}, {unit}" for figure, unit in _UNITS.items()]
    rows = [[name, *(_cell(figures[f][key], 0) for f in _UNITS)] for key, name in NAMES.items()]
    return _table(["", *heads], rows)


def calls(counted: Calls) -> str:
    """Show events where a handler could be given them, and stacks' operations for the others."""
    events, stacks = counted["events"], counted["stacks"]
    rows = []
    for peer, operations in stacks.items():
        counts = events.get(_HANDLER_OF.get(peer, peer), operations)
        cells = [str(counts.get(step, "")) for step in events[OURS]]
        rows.append([PEERS[peer], *cells, str(operations["again"])])
    return _table(["", *events[OURS], "the same deployment again"], rows)


def bundling(measured: ByNumber) -> str:
    """Show functions bundled by this library beside plain ones."""
    names = {"plain": "a plain function", "bundled": "`PythonConnectorFunction`"}
    rows = [[name, *(_cell(by[way], 2) for by in measured.values())] for way, name in names.items()]
    heads = [f"{number} function{'' if number == '1' else 's'}, s" for number in measured]
    return _table(["", *heads], rows)


def edits(by: By) -> str:
    """Show each way from an edit to its records."""
    return _table(["", "s"], [[name, _cell(by[way], 2)] for way, name in EDITS.items()])


def flow(by: By) -> str:
    """Show a flow beside its connector's calls."""
    names = {"calls": "the calls alone", "flow": "the flow"}
    return _table(["", "s"], [[name, _cell(by[way], 1)] for way, name in names.items()])


def page(screens: By) -> str:
    """Show what each screen takes to load."""
    return _table(["", "ms"], [[name, _cell(by, 0)] for name, by in screens.items()])


def flow_cpu(measured: Mapping[str, By]) -> str:
    """Show flows beside columnar tools."""
    rows = [
        [way, *(_cell(by[each], 2) for each in ("flow", "server", "tool"))]
        for way, by in measured.items()
    ]
    return _table(["", "the flow, s", "in the server itself, s", "the tool, s"], rows)


def flow_memory(peaks: Mapping[str, Mapping[str, float]]) -> str:
    """Show the server's memory, by number of records."""
    names = ("before", "JSON", "CSV", "PARQUET")
    rows = [
        [f"{int(records):,} records", *(f"{by[name]:.0f}" for name in names)]
        for records, by in peaks.items()
    ]
    return _table(["", "before, MiB", *(f"{name}, MiB" for name in names[1:])], rows)


def check(by: By) -> str:
    """Show a check beside a cloud alone."""
    names = {"cloud": "the cloud alone", "check": "a cloud and the check"}
    return _table(["", "s"], [[name, _cell(by[way], 1)] for way, name in names.items()])


def journal(by: By) -> str:
    """Say how much of a run the journal took."""
    share = (by["without"]["ours"] - 1) * 100
    return (
        f"\nThe journal took {share:.1f} % of the CPU time of a run of {RECORDS:,} records, which "
        f"was {by['with']['median']:.2f} s in all.\n\n"
    )


def validation(measured: Mapping[str, Mapping[str, float]]) -> str:
    """Show a synth with the CDK's own validation beside one without."""
    digits = {"started": 1, "further": 0}
    rows = [
        [VALIDATED[figure], *(f"{by[way]:.{digits[figure]}f}" for way in VALIDATION), _times(by)]
        for figure, by in measured.items()
    ]
    return _table(["", *VALIDATION, ""], rows)


def _times(by: Mapping[str, float]) -> str:
    with_it, without = by.values()
    return f"{_TIMES}{with_it / without:.2f}"


def plugin_tests(measured: PluginTests) -> str:
    """Show what tests with the plugin take, and say what emptying a cloud does."""
    names = {"1": "one process", "2": "two (`-n 2`)"}
    tests, reset = measured["tests"], measured["reset"]
    rows = [
        [names[n], f"{each['seconds']:.1f}", f"{tests / each['seconds']:.1f}", f"{each['cpu']:.1f}"]
        for n, each in measured["processes"].items()
    ]
    return _table(["", "s", "tests a second", "CPU time, s"], rows) + (
        f"Emptying the cloud after such a test took {reset['median']:.0f} ms "
        f"({reset['most']:.0f} ms at most, of {reset['number']}), "
        f"{reset['over_run']:.2f} times what a flow of five records took whose function was "
        f"warm. A test's CPU time was {measured['over_cold_start']:.1f} times what a Python "
        "process takes that imports boto3, as its function does.\n\n"
    )


def warm(by: By) -> str:
    """Show calls of warm functions beside other requests."""
    names = {
        "configuration": "GetFunctionConfiguration, which runs nothing",
        "describe": "DescribeConnector",
        "silent": "a function in Python that prints nothing",
        "printing": "one that prints a line",
        "node": "a function in Node.js",
    }
    return _table(["", "ms"], [[name, _cell(by[way], 1)] for way, name in names.items()])


def _connectors(number: str) -> str:
    return f"{number} connector" + ("" if number == "1" else "s")


def _cell(measured: Measured, digits: int) -> str:
    middle, low, high = (f"{measured[at]:.{digits}f}" for at in ("median", "first", "third"))
    return f"{middle} ({low} to {high}) {_TIMES}{measured['ours']:.2f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(["", *(f"| {' | '.join(line)} |" for line in lines), "", ""])
