"""Records as a table."""

from __future__ import annotations

import pytest

from appflow_local.dev.records import MOST_SHOWN, table


def test_a_table_has_all_names_and_the_first_records() -> None:
    lines = table([{"id": n, **({"more": [n]} if n == 2 else {})} for n in range(1, 13)])
    assert lines[:4] == ["id  more", "--  ----", "1", "2   [2]"]
    assert len(lines) == 2 + MOST_SHOWN + 1
    assert lines[-1] == "... and 2 more"


def test_a_terminal_is_not_told_what_to_do() -> None:
    assert table([{"a\x1b[2J": "b\x1b]0;title\x07\n"}])[2] == "b\\x1b]0;title\\x07\\n"


def test_a_long_value_and_a_wide_table_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    lines = table([{"a": "x" * 100, "b": "y" * 100}])
    assert lines[2].startswith("x" * 39 + "…  yyy")
    assert {len(each) for each in lines[1:]} == {60}
