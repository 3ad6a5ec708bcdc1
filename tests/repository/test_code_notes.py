"""The page of the code's notes says what the code says, and no note is left out of it."""

from __future__ import annotations

from pathlib import Path

from scripts.code_notes import PACKAGE, PAGE, Note, notes, notes_in, page, uncollected

MODULE = '''\
"""Reads a thing. It is small.

Source: API reference ReadThing. Inferred: the order. Not documented: the end; here there is none.
"""

# Known from the user guide: ten at most.
MOST = 10


def read():
    """Read it. Inferred."""
    raise not_emulated(f"The thing {kind} is not emulated.")
'''


def test_the_page_has_the_notes_of_today() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(notes()), "run `make format`"


def test_what_is_called_inferred_or_not_documented_begins_as_a_note() -> None:
    found = {path.name: uncollected(path) for path in PACKAGE.rglob("*.py")}
    assert {name: texts for name, texts in found.items() if texts} == {}, (
        "begin it with `Inferred:` or `Not documented:`"
    )


def test_each_note_of_a_module_is_collected_with_its_standing(tmp_path: Path) -> None:
    file = tmp_path / "thing.py"
    file.write_text(MODULE)
    subject = "Reads a thing. It is small"
    assert list(notes_in(file, tmp_path)) == [
        Note("thing.py", subject, "known", "Source: API reference ReadThing."),
        Note("thing.py", subject, "inferred", "the order."),
        Note("thing.py", subject, "chosen", "Not documented: the end; here there is none."),
        Note("thing.py", "`MOST = 10`", "known", "ten at most. (From the user guide)"),
        Note("thing.py", "Read it", "inferred", "Read it."),
        Note("thing.py", "the request", "refused", "The thing … is not emulated."),
    ]


def test_a_note_without_its_marker_is_found(tmp_path: Path) -> None:
    file = tmp_path / "thing.py"
    file.write_text('"""Reads a thing. Its order is inferred from the samples."""\n')
    assert len(uncollected(file)) == 1


def test_a_note_that_would_break_its_table_is_escaped() -> None:
    assert "a \\| b" in page([Note("appflow/tags.py", "a | b", "known", "c")])
