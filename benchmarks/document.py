"""Puts what was measured into docs/benchmarks.md, between the markers there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from benchmarks.chains import Chains
from benchmarks.cold_start import NAMES, OURS
from benchmarks.edits import WAYS as EDITS
from benchmarks.measured import Measured
from benchmarks.peers import MOST_IN_A_STACK, PEERS
from benchmarks.results import By, ColdStarts, Deployments, Memory, Results, Synths, Workbench
from benchmarks.templates import Size
from benchmarks.workbench import RECORDS

_PART: Final = re.compile(r"(<!-- begin: ([a-z-]+) -->\n).*?(<!-- end: \2 -->)", flags=re.DOTALL)
_TIMES: Final = "\N{MULTIPLICATION SIGN}"
_ALONE: Final = "functions"
_WAYS: Final = {_ALONE: "the functions alone", **PEERS}
_SYNTH_TARGET: Final = 15
_HANDLER_OF: Final = {"provider_framework": "on_event"}
_UNITS: Final = {"ready": "ms", "answered": "ms", "cpu": "ms", "peak": "MiB"}


def filled(page: str, results: Results) -> str:
    """Return the page with what was measured in its parts."""
    written = parts(results)
    return _PART.sub(lambda part: part[1] + written[part[2]] + part[3], page)


def parts(results: Results) -> dict[str, str]:
    """Return each part of the page, in Markdown."""
    return {
        "taken": _taken(results["taken"]),
        "templates": _templates(results["templates"]),
        "chains": _chains(results["chains"]),
        "node-calls": _node_calls(results["node_calls"]),
        "synth": _synths(results["synths"]),
        "deployments": _deployments(results["deployments"]),
        "cold-start": _cold_starts(results["cold_starts"]),
        "calls": _calls(results),
        "bundling": _bundling(results["bundling"]),
        "edits": _edits(results["edits"]),
        "flow": _flow(results["flow"]),
        "page": _page(results["page"]),
        "flow-cpu": _flow_cpu(results["flow_cpu"]),
        "flow-memory": _flow_memory(results["flow_memory"]),
        "check": _check(results["workbench"]),
        "journal": _journal(results["workbench"]),
        "warm": _warm(results["workbench"]["warm"]),
    }


def _taken(taken: Mapping[str, str]) -> str:
    return (
        f"\nTaken by `{taken['command']}` on {taken['date']}: {taken['cores']} shared cores, "
        f"{taken['system']}, Python {taken['python']}, Node.js {taken['node']}; "
        f"{taken['cold_starts']} rounds of cold starts, {taken['synths']} of synths, "
        f"{taken['others']} of all else.\n\n"
    )


def _templates(templates: Mapping[str, Mapping[str, Size]]) -> str:
    numbers = list(templates[OURS])
    most = numbers[-1]
    own = templates[OURS][most]["bytes"]
    rows = []
    for peer, name in PEERS.items():
        sizes = templates[peer]
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


def _chains(chains: Mapping[str, Chains]) -> str:
    arrow = " \N{RIGHTWARDS ARROW} "
    rows = [
        [
            name,
            *(f"{len(chain)}: {arrow.join(chain)}" for chain in chains[peer].values()),
        ]
        for peer, name in PEERS.items()
    ]
    return _table(["", "the first connector", "a further one"], rows)


def _node_calls(calls: Mapping[str, float]) -> str:
    rows = [[name, f"{calls[peer]:g}"] for peer, name in PEERS.items()]
    return _table(["", "calls to Node.js of each further one, over its function"], rows)


def _synths(synths: Synths) -> str:
    columns, further, wall = [*synths["seconds"].values()], synths["further"], synths["wall"]
    rows = [
        [
            name,
            *(_cell(by[way], 2) for by in columns),
            *(_cell(further[way], 1), _added(further, way)),
            *(_cell(wall[way], 1), _added(wall, way)),
        ]
        for way, name in _WAYS.items()
    ]
    heads = [_connectors(number) + ", s" for number in synths["seconds"]]
    more = ["each further one, ms", "over its function, ms"]
    table = _table(["", *heads, *more, *(f"{head} on the clock" for head in more)], rows)
    most = [*synths["seconds"]][-1]
    is_met = float(_added(wall, OURS)) <= _SYNTH_TARGET
    return table + (
        f"The target: a further registration takes no more than {_SYNTH_TARGET} ms over its "
        f"function and permission, on the clock. This run's {_added(wall, OURS)} ms "
        f"{'meet' if is_met else 'do not meet'} it.\n\n"
        f"Of {synths['many']} connectors, in stacks of {MOST_IN_A_STACK}, each after the first "
        f"{most} took {synths['growth']:.2f} times the CPU time of each up to there.\n\n"
    )


def _added(further: By, way: str) -> str:
    """What registering adds to a connector's function and permission, from medians."""
    return f"{further[way]['median'] - further[_ALONE]['median']:+.1f}"


def _deployments(deployments: Deployments) -> str:
    columns = {
        f"{operation} {number}, s": by
        for operation, numbers in (
            ("create", deployments["create"]),
            ("delete", deployments["delete"]),
        )
        for number, by in numbers.items()
    }
    rows = [[name, *(_cell(by[p], 2) for by in columns.values())] for p, name in PEERS.items()]
    return _table(["", *columns], rows)


def _cold_starts(measured: ColdStarts) -> str:
    figures = measured["figures"]
    heads = [f"{figure}, {unit}" for figure, unit in _UNITS.items()]
    rows = [[name, *(_cell(figures[f][key], 0) for f in _UNITS)] for key, name in NAMES.items()]
    return _table(["", *heads], rows)


def _calls(results: Results) -> str:
    """Show events where a handler could be given them, and stacks' operations for the others."""
    events, stacks = results["cold_starts"]["calls"], results["deployments"]["calls"]
    rows = []
    for peer, operations in stacks.items():
        counts = events.get(_HANDLER_OF.get(peer, peer), operations)
        cells = [str(counts.get(step, "")) for step in events[OURS]]
        rows.append([PEERS[peer], *cells, str(operations["again"])])
    return _table(["", *events[OURS], "the same deployment again"], rows)


def _bundling(bundling: Mapping[str, By]) -> str:
    names = {"plain": "a plain function", "bundled": "`PythonConnectorFunction`"}
    rows = [[name, *(_cell(by[way], 2) for by in bundling.values())] for way, name in names.items()]
    heads = [f"{number} function{'' if number == '1' else 's'}, s" for number in bundling]
    return _table(["", *heads], rows)


def _edits(edits: By) -> str:
    return _table(["", "s"], [[name, _cell(edits[way], 2)] for way, name in EDITS.items()])


def _flow(flow: By) -> str:
    names = {"calls": "the calls alone", "flow": "the flow"}
    return _table(["", "s"], [[name, _cell(flow[way], 1)] for way, name in names.items()])


def _page(page: By) -> str:
    rows = [[name, _spread(page[name])] for name in page]
    return _table(["", "ms"], rows)


def _spread(measured: Measured) -> str:
    return f"{measured['median']:.0f} ({measured['first']:.0f} to {measured['third']:.0f})"


def _flow_cpu(measured: Mapping[str, By]) -> str:
    rows = [
        [way, *(_cell(by[each], 2) for each in ("flow", "tool"))] for way, by in measured.items()
    ]
    return _table(["", "the flow, s", "the tool, s"], rows)


def _flow_memory(memory: Memory) -> str:
    names = ("before", "JSON", "CSV", "PARQUET")
    rows = [
        [f"{int(records):,} records", *(f"{by[name]:.0f}" for name in names)]
        for records, by in memory["peaks"].items()
    ]
    return _table(["", "before, MiB", *(f"{name}, MiB" for name in names[1:])], rows) + (
        f"Taken on {memory['taken']}, one run each.\n\n"
    )


def _check(workbench: Workbench) -> str:
    names = {"cloud": "the cloud alone", "check": "a cloud and the check"}
    taken = workbench["taken"]
    rows = [[name, _cell(workbench["check"][way], 1)] for way, name in names.items()]
    return _table(["", "s"], rows) + f"Taken on {taken['date']}, {taken['synths']} rounds.\n\n"


def _journal(workbench: Workbench) -> str:
    by, taken = workbench["journal"], workbench["taken"]
    share = (by["without"]["ours"] - 1) * 100
    return (
        f"\nThe journal took {share:.1f} % of the CPU time of a run of {RECORDS:,} records, which "
        f"was {by['with']['median']:.2f} s in all. Taken on {taken['date']}, {taken['synths']} "
        "rounds.\n\n"
    )


def _warm(warm: By) -> str:
    names = {
        "configuration": "GetFunctionConfiguration, which runs nothing",
        "describe": "DescribeConnector",
        "silent": "a function in Python that prints nothing",
        "printing": "one that prints a line",
        "node": "a function in Node.js",
    }
    return _table(["", "ms"], [[name, _cell(warm[way], 1)] for way, name in names.items()])


def _connectors(number: str) -> str:
    return f"{number} connector" + ("" if number == "1" else "s")


def _cell(measured: Measured, digits: int) -> str:
    middle, low, high = (f"{measured[at]:.{digits}f}" for at in ("median", "first", "third"))
    return f"{middle} ({low} to {high}) {_TIMES}{measured['ours']:.2f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(["", *(f"| {' | '.join(line)} |" for line in lines), "", ""])
