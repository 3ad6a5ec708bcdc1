"""Physical ids and client tokens."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appflow_connector_provider import contract
from appflow_connector_provider.physical_id import (
    Foreign,
    NothingRegistered,
    Registered,
    Unsettled,
    client_token,
    parse,
)

labels = st.from_regex(contract.LABEL_PATTERN, fullmatch=True).filter(
    lambda label: len(label) <= contract.LABEL_MAX_LENGTH
)


@given(labels, st.text())
def test_every_id_is_recognised_again_and_is_no_longer_than_1_kb(
    label: str, request_id: str
) -> None:
    token = client_token(request_id, "register")
    for made in (Registered(label), NothingRegistered("5b478341"), Unsettled(token, label)):
        assert parse(str(made), label) == made
        assert 1 <= len(str(made).encode()) <= 1024


@given(labels)
def test_no_marker_is_a_label(label: str) -> None:
    for marker in (NothingRegistered("5b478341"), Unsettled("token", label)):
        assert contract.label_problem(str(marker)) is not None


def test_another_id_is_foreign() -> None:
    assert parse("shop-Orders-1A2B3C", "Orders") == Foreign("shop-Orders-1A2B3C")


@given(st.text(), st.text())
def test_a_token_is_a_function_of_the_request_and_printable(one: str, other: str) -> None:
    token = client_token(one, "register")
    assert token == client_token(one, "register")
    assert 1 <= len(token) <= 256
    assert token.isascii()
    assert token.isprintable()
    assert (token == client_token(other, "register")) == (one == other)
