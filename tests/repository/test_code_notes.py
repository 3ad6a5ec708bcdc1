"""The tables of the local cloud's behaviour say what the code says, and no note is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scripts.behaviour_pages import (
    AREAS,
    CLOUDFORMATION,
    FIDELITY,
    heading_of,
    linked,
    table,
    updated,
)
from scripts.code_notes import PACKAGE, Note, loose_remarks, notes, notes_in

MODULE = '''\
"""Reads a thing.

Known (API reference ReadThing, "Things (all)"): it has an end.
Inferred (the same): an order.
Refused (no page says whether they are the same): another case.

Whatever else there is to say.
"""

# Known of Schedules (User Guide): ten
# at most.
MOST = 10


def create_flow():
    """Read it.

    Chosen: nothing is read twice.
    """
    raise not_emulated(f"The thing {kind} is not emulated.")
'''
OPERATIONS = PACKAGE / "appflow" / "operations.py"


@pytest.fixture
def module(tmp_path: Path) -> Path:
    file = tmp_path / "thing.py"
    file.write_text(MODULE)
    return file


@pytest.fixture(scope="module")
def today() -> list[Note]:
    """The notes of the code, read once: no test changes them."""
    return notes()


@pytest.mark.parametrize("page", [FIDELITY, CLOUDFORMATION], ids=lambda page: page.name)
def test_a_page_has_the_notes_of_today(page: Path, today: list[Note]) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == updated(text, today), "run `make format`"


def test_every_area_is_on_one_page() -> None:
    texts = "".join(page.read_text(encoding="utf-8") for page in (FIDELITY, CLOUDFORMATION))
    assert sorted(re.findall("<!-- behaviour of ([^:]+):", texts)) == sorted(AREAS)


def test_every_heading_has_notes_and_every_operation_a_heading(today: list[Note]) -> None:
    headings = {heading for headings in AREAS.values() for heading in headings}
    assert headings == {heading_of(note) for note in today}
    operations = set(re.findall(r'"([A-Z]\w+)": ', OPERATIONS.read_text(encoding="utf-8")))
    together = set("TagResource, UntagResource and ListTagsForResource".replace(",", "").split())
    assert operations - together <= headings


def test_what_is_known_has_a_source(today: list[Note]) -> None:
    assert [note for note in today if note.standing == "known" and not note.source] == []


def test_what_speaks_of_sources_is_a_note() -> None:
    found = {path.name: loose_remarks(path) for path in PACKAGE.rglob("*.py")}
    assert {name: texts for name, texts in found.items() if texts} == {}, (
        "write it as a note: scripts/code_notes.py says how"
    )


def test_each_note_of_a_module_is_collected(module: Path) -> None:
    source = 'API reference ReadThing, "Things (all)"'
    assert list(notes_in(module, module.parent)) == [
        Note("thing.py", "", "", "known", "it has an end.", source),
        Note("thing.py", "", "", "inferred", "an order.", source),
        Note(
            "thing.py", "", "", "refused", "another case.", "no page says whether they are the same"
        ),
        Note("thing.py", "", "Schedules", "known", "ten at most.", "User Guide"),
        Note("thing.py", "create_flow", "", "chosen", "nothing is read twice.", ""),
        Note("thing.py", "", "", "refused", "The thing … is not emulated.", ""),
    ]


@pytest.mark.parametrize(
    "remark", ["Its order is inferred.", "Source: a guide.", "Known (a guide, that it ends."]
)
def test_a_remark_that_no_page_would_have_is_found(tmp_path: Path, remark: str) -> None:
    file = tmp_path / "thing.py"
    file.write_text(f'"""Reads a thing.\n\n{remark}\n"""\n')
    assert loose_remarks(file) == [remark]


def test_a_note_stands_under_what_it_names_or_its_function_or_its_module() -> None:
    def note(module: str, function: str = "", heading: str = "") -> Note:
        return Note(module, function, heading, "known", "x", "y")

    flows = "appflow/flows/anything.py"
    assert heading_of(note(flows, "delete_flow", "Schedules")) == "Schedules"
    assert heading_of(note(flows, "delete_flow")) == "DeleteFlow"
    assert heading_of(note(flows, "helper")) == "CreateFlow"
    assert heading_of(note("appflow/flows/buckets.py")) == "The buckets of a flow"
    with pytest.raises(LookupError, match="no heading in AREAS"):
        heading_of(note("elsewhere.py"))
    with pytest.raises(LookupError, match="no heading in AREAS"):
        heading_of(note(flows, heading="Scedules"))


def test_a_row_is_a_sentence_with_its_source_and_breaks_no_table() -> None:
    row = table([Note("a.py", "", "", "known", "a | b", "cdklabs/cdk-appflow#21")]).splitlines()[-1]
    link = "[cdklabs/cdk-appflow#21](https://github.com/cdklabs/cdk-appflow/issues/21)"
    assert row == f"| A \\| b. | known | {link} |"


def test_the_api_reference_of_another_service_gets_no_link() -> None:
    assert linked("Lambda API reference, AddPermission") == "Lambda API reference, AddPermission"
    assert "API_StopFlow.html" in linked("API reference StopFlow")
