"""`make bench` and `make bench-check` measure sections alone, and keep them whatever fails."""

from __future__ import annotations

import datetime
import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from benchmarks.__main__ import measure
from benchmarks.check import check
from benchmarks.checks import Checked
from benchmarks.document import filled
from benchmarks.results import Kept, Results, Taken, read
from benchmarks.running import UnknownNamesError, chosen, report
from benchmarks.sections import Section
from benchmarks.taken import sentences, taken_now
from benchmarks.workplace import Workplace

PAGE: Final = """\
<!-- begin: taken -->
<!-- end: taken -->
<!-- begin: slow -->
<!-- end: slow -->
<!-- begin: broken -->
<!-- end: broken -->
<!-- begin: quick -->
<!-- end: quick -->
"""
OLD: Final[Taken] = {
    "date": "2026-01-02",
    "cores": 8,
    "system": "Plan 9 on a PDP-11",
    "python": "3.10.1",
    "node": "20.0.0",
    "rounds": 2,
    "load": "under a load of 3",
}


def broken(_place: Workplace) -> int:
    command = "print('half of it'); raise SystemExit('no such cloud')"
    subprocess.run([sys.executable, "-c", command], check=True, capture_output=True, text=True)
    return 0


def shown(figures: int) -> str:
    return f"\nIt took {figures} ms.\n\n"


def fakes(**measured: int) -> dict[str, Section[Any]]:
    return {
        "slow": Section(lambda _: measured["slow"], shown, rounds=3, is_long=True),
        "broken": Section(broken, shown),
        "quick": Section(lambda _: measured["quick"], shown, rounds=7),
    }


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    kept: Results = {name: {"taken": OLD, "figures": 1} for name in ("slow", "broken")}
    (tmp_path / "benchmarks.json").write_text(json.dumps(kept), encoding="utf-8")
    (tmp_path / "benchmarks.md").write_text(filled(PAGE, kept, fakes()), encoding="utf-8")
    return tmp_path


def figures(docs: Path) -> dict[str, int]:
    return {name: kept["figures"] for name, kept in read(docs).items()}


def page(docs: Path) -> str:
    return (docs / "benchmarks.md").read_text(encoding="utf-8")


def test_a_section_that_fails_leaves_its_old_figures_and_all_others(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sections = fakes(slow=20, quick=30)
    failed = measure([*sections], Workplace(docs / "work"), docs, sections)
    assert figures(docs) == {"slow": 20, "broken": 1, "quick": 30}
    assert "It took 30 ms.\n\n`make bench ONLY=quick`, on " in page(docs)
    assert "It took 1 ms.\n\n`make bench ONLY=broken`, on 2026-01-02, under a load of 3.\n" in page(
        docs
    )
    assert list(failed) == ["broken"]
    assert report(failed) == 1
    told = capsys.readouterr().err
    assert "in broken\n" in told
    assert "half of it" in told
    assert "no such cloud" in told
    assert told.endswith("not measured: broken\n")


def test_nothing_that_failed_is_a_success() -> None:
    assert report({}) == 0


def test_only_the_sections_that_are_named_are_measured(docs: Path) -> None:
    measure(["quick"], Workplace(docs / "work"), docs, fakes(quick=30))
    assert figures(docs) == {"slow": 1, "broken": 1, "quick": 30}


def test_each_section_is_written_before_the_next_one_is_measured(docs: Path) -> None:
    found: list[dict[str, int]] = []

    def look(_place: Workplace) -> int:
        found.append(figures(docs))
        return 5

    sections = {**fakes(slow=20), "quick": Section(look, shown)}
    measure(["slow", "quick"], Workplace(docs / "work"), docs, sections)
    assert found == [{"slow": 20, "broken": 1}]


def test_figures_that_cannot_be_shown_are_not_kept(docs: Path) -> None:
    wrong = Section[Any](lambda _: {"mean": 1}, lambda each: str(each["median"]))
    failed = measure(["slow"], Workplace(docs / "work"), docs, {**fakes(), "slow": wrong})
    assert "KeyError: 'median'" in failed["slow"]
    assert figures(docs) == {"slow": 1, "broken": 1}


def test_old_figures_in_another_shape_keep_nobody_from_writing(docs: Path) -> None:
    other = Section[Any](lambda _: {"median": 1}, lambda each: str(each["median"]))
    sections = {**fakes(quick=30), "slow": other}
    assert not measure(["quick"], Workplace(docs / "work"), docs, sections)
    assert "It took 30 ms." in page(docs)


def test_a_section_that_was_never_measured_says_how(docs: Path) -> None:
    assert "Not measured yet: `make bench ONLY=quick`." in page(docs)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ([], ["quick", "broken"]),
        (["broken", "quick"], ["quick", "broken"]),
        (["slow"], ["slow"]),
    ],
)
def test_names_choose_sections_in_their_order(given: list[str], names: list[str]) -> None:
    assert chosen(given, ["slow", "quick", "broken"], ["slow"]) == names


def test_an_unknown_name_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UnknownNamesError, match="nothing is called edit: choose from edits, page"):
        chosen(["edit", "page"], ["edits", "page"], [])


def kept(**changes: object) -> Kept:
    return {"taken": {**OLD, **changes}, "figures": 0}  # type: ignore[typeddict-item]


def test_a_run_is_told_in_one_sentence_with_the_rounds_of_each_section() -> None:
    results = {
        "a": kept(),
        "b": kept(date="2026-01-01", cores=1),
        "c": kept(rounds=1),
        "d": kept(rounds=0),
        "e": kept(load=""),
        "f": kept(),
    }
    assert sentences(results, ["a", "c", "d", "b", "e", "f", "not measured"]) == (
        "\nTaken on 2026-01-01 with 1 core, Plan 9 on a PDP-11, Python 3.10.1, Node.js 20.0.0: "
        "2 rounds of `b`.\n"
        "\nTaken on 2026-01-02 with 8 cores, Plan 9 on a PDP-11, Python 3.10.1, Node.js 20.0.0: "
        "2 rounds of `a`, `e` and `f`; 1 round of `c`; counts of `d`.\n\n"
    )


@pytest.mark.parametrize(("before", "between"), [(123456.0, " to 123456.0"), (-1.0, "-1.0 to ")])
def test_a_section_notes_the_day_the_machine_and_its_load(before: float, between: str) -> None:
    noted = taken_now(4, before)
    today = datetime.datetime.now(tz=datetime.timezone.utc).date()
    assert today - datetime.date.fromisoformat(noted["date"]) <= datetime.timedelta(days=1)
    assert noted["python"] == platform.python_version()
    assert int(noted["node"].split(".")[0]) >= 20
    assert noted["rounds"] == 4
    assert noted["load"].startswith("under a load of ")
    assert between in noted["load"]


def ok(_place: Workplace) -> Iterator[Checked]:
    yield Checked("what is small", 1.0, 2.0)


def over(_place: Workplace) -> Iterator[Checked]:
    yield Checked("what is large", 3.0, 2.0)


def fails(_place: Workplace) -> Iterator[Checked]:
    yield Checked("what came before", 1.0, 1.0)
    raise RuntimeError("no browser")


def test_budgets_are_checked_on_after_a_failure_and_all_is_told_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = {"over": over, "fails": fails, "ok": ok}
    assert check([*checks], Workplace(tmp_path), checks) == 1
    out, err = capsys.readouterr()
    assert [line.split()[0] for line in out.splitlines()] == ["OVER", "ok", "ok", "OVER"]
    assert out.splitlines()[-1].endswith("3 (at most 2)")
    assert "RuntimeError: no browser" in err
    assert err.endswith("not measured: fails\n")


@pytest.mark.parametrize(("name", "code"), [("ok", 0), ("over", 1), ("fails", 1)])
def test_a_budget_that_is_exceeded_or_not_measured_fails(
    name: str, code: int, tmp_path: Path
) -> None:
    checks = {"over": over, "fails": fails, "ok": ok}
    assert check([name], Workplace(tmp_path), checks) == code
