"""How values look on the page: escaped, cut, visible; records as tables; flows as drawings."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from markupsafe import Markup

from appflow_local.appflow.account.executions import SUCCESSFUL, Execution
from appflow_local.appflow.account.hidden_texts import Hider
from appflow_local.appflow.account.run_traces import RunTrace
from appflow_local.page import shown
from appflow_local.page.drawing import draw
from appflow_local.page.records import side_by_side, table
from harness.model.runs import mapped, task

NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)


def trace(*samples: tuple[Any, Any], **origins: str) -> RunTrace:
    done = Execution("1", "nightly", 1, False, SUCCESSFUL, NOW, NOW)
    made = RunTrace(("1", "r"), done, origins)
    for before, after in samples:
        made.sample(before, after, None if after is not None else "dropped")
    return made


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain", "plain"),
        ("two\nlines\tand more", "two\nlines\tand more"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("a\x00b\x1b[31m", "a\\x00b\\x1b[31m"),
        ("zero\u200bwidth\u2066", "zero\\u200bwidth\\u2066"),
        ("half \ud800", "half ?"),
        ("שלום", "שלום"),
    ],
)
def test_what_cannot_be_seen_is_spelled_out(text: str, seen: str) -> None:
    assert shown.finalized(text) == seen


def test_a_secret_is_hidden_before_a_long_text_is_cut() -> None:
    text = "x" * (shown.LONGEST_TEXT - 3) + "s3cr3t-key"
    with shown.hiding(Hider(["s3cr3t-key"])):
        found = str(shown.finalized(text))
    assert "s3c" not in found
    assert "more characters" in found
    assert shown.finalized(Markup("<b>ours</b>")) == "<b>ours</b>"


@pytest.mark.parametrize(
    ("given", "said"),
    [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (10_240, "10 KB"), (5 * 1024**3, "5.0 GB")],
)
def test_sizes(given: int, said: str) -> None:
    assert shown.size(given) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [(0.0421, "42 ms"), (1.25, "1.2 s"), (61, "1 min 1 s"), (7260, "2 h 1 min")],
)
def test_durations(given: float, said: str) -> None:
    assert shown.took(given) == said


def test_a_value_that_a_task_changed_is_marked_and_so_is_a_field_that_is_left_behind() -> None:
    found = side_by_side(
        trace(
            ({"id": 1, "name": "Ann", "age": 7}, {"number": 1, "name": "A**"}),
            number="id",
            name="name",
        )
    )
    assert [(each.name, each.is_dropped) for each in found.before] == [
        ("id", False),
        ("name", False),
        ("age", True),
    ]
    assert [(each.value, each.state) for each in found.pairs[0].after] == [
        (1, ""),
        ("A**", "changed"),
    ]


def test_a_number_that_became_text_is_changed_and_a_missing_field_is_no_null() -> None:
    found = side_by_side(trace(({"id": 1, "x": None}, {"id": "1", "x": None}), ({"id": 2}, None)))
    assert [each.state for each in found.pairs[0].after] == ["changed", ""]
    assert [each.state for each in found.pairs[1].before] == ["", "missing"]
    assert found.pairs[1].why == "dropped"
    assert found.before[0].is_number
    assert not found.after[0].is_number


@pytest.mark.parametrize("text", ["[1]", "no json", 7, None, "[" * 100_000])
def test_what_is_no_record_is_shown_as_it_is(text: object) -> None:
    found = table([text])
    assert [each.name for each in found.columns] == ["(not a record)"]


def test_a_record_with_thousands_of_fields_is_a_table_of_some() -> None:
    wide = json.dumps({f"f{number}": number for number in range(5000)})
    assert len(table([wide]).columns) == 60


def test_a_flow_is_drawn_with_what_happens_to_each_field() -> None:
    drawing = draw(
        [
            *mapped("id"),
            task("Map", "name", to="customer"),
            task("Mask", "name", operator="MASK_LAST_N", MASK_LENGTH="4", MASK_VALUE="*"),
            task("Filter", "id", operator="GREATER_THAN", VALUE="1"),
            task("Validate", "id", operator="VALIDATE_NON_NULL", VALIDATION_ACTION="DropRecord"),
        ],
        {},
    )
    rows = [(row.source, [pill.text for pill in row.pills], row.target) for row in drawing.rows]
    assert rows == [("id", [], "id"), ("name", ["mask last 4"], "customer")]
    assert drawing.everywhere == [
        "Filter: id greater than 1",
        "Validate: id non null, or drop the record",
    ]


def test_all_fields_are_drawn_once_a_run_has_found_them() -> None:
    tasks = [task("Map_all")]
    assert [row.source for row in draw(tasks, {}).rows] == ["all fields"]
    origins = {f"f{number}": f"f{number}" for number in range(30)}
    drawing = draw(tasks, origins)
    assert len(drawing.rows) == 24
    assert drawing.left_out == 6


def test_a_field_with_many_tasks_and_long_names_stays_within_the_drawing() -> None:
    masks = [task("Mask", "x" * 200, operator="MASK_ALL") for _ in range(20)]
    drawing = draw([task("Map", "x" * 200, to="y" * 200), *masks], {})
    (row,) = drawing.rows
    assert all(pill.x + pill.width < drawing.right for pill in row.pills)
    assert len(row.source) == len(row.target) == 30
