"""No message of the page of troubleshooting is left out of the tests that provoke them."""

from __future__ import annotations

import pytest

from tests.troubleshooting.page import NOT_PROVOKED, PROVOKED, has, messages, sections, way_to


def test_every_section_is_provoked_or_says_that_it_is_not() -> None:
    assert list(sections()) == [*PROVOKED, *NOT_PROVOKED]
    assert "No test provokes these" in sections()[NOT_PROVOKED[0]]


@pytest.mark.parametrize("section", PROVOKED)
def test_every_row_of_a_section_has_a_message(section: str) -> None:
    rows = [line for line in sections()[section].splitlines() if line.startswith("| `")]
    assert len(messages(section)) == len(rows) > 0


def test_a_text_has_a_message_if_it_has_its_parts_in_their_order() -> None:
    assert has("Error: The bucket 'a' is in b.", "The bucket … is in …")
    assert not has("Error: The bucket 'a' has gone fishing.", "The bucket … is in …")


def test_a_message_that_nothing_provokes_is_noticed() -> None:
    with pytest.raises(LookupError, match="0 ways provoke 'The bucket … is in …'"):
        way_to("The bucket … is in …", {"The shop": None})
