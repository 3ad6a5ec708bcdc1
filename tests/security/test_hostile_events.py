"""Whoever may invoke the provider can send it anything; this is what it then does not do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import event as note_kind
from hypothesis import given, settings
from hypothesis import strategies as st

from appflow_connector_provider.response import ResponseError
from harness.provider.handler import Provider, properties
from tests.security.answers import check_answer
from tests.security.hostile_texts import DEEP_VALUES, ODD_VALUES, TEXTS, texts, values
from tests.security.response_urls import is_cloudformations, urls
from tests.security.sandbox import SECONDS, THEIRS, Sandbox
from tests.security.tally import TALLY

# What nobody foresaw is answered, too, but with Python's words.
PYTHONS_ERROR = re.compile(r"\w*(Error|Exception): ")
MEMBERS = ("RequestType", "RequestId", "StackId", "LogicalResourceId", "PhysicalResourceId")
OF_ALL_KINDS = MEMBERS[1:]  # the first is the kind
EXTRA = ("CrHelperPoll", "CrHelperData", "CrHelperRule", "CrHelperPermission", "NoEcho", "Data")
BOTH_PROPERTIES = ("ResourceProperties", "OldResourceProperties")
PROPERTIES = (
    "ConnectorLabel",
    "LambdaArn",
    "Description",
    "Revision",
    "OnConflict",
    "ForceUnregister",
    "ServiceToken",
)
PLACES = [(name,) for name in (*MEMBERS, *EXTRA, *BOTH_PROPERTIES)] + [
    ("ResourceProperties", name) for name in PROPERTIES
]
where = (
    st.sampled_from(PLACES)
    | st.tuples(st.sampled_from(BOTH_PROPERTIES), st.sampled_from(PROPERTIES))
    | st.tuples(texts.filter(lambda name: name != "ResponseURL"))
)
changes = st.lists(st.tuples(where, values), min_size=1, max_size=5)
kinds = st.sampled_from(["Create", "Update", "Delete"])


def put(event: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    *parents, last = path
    for name in parents:
        inner = event.get(name)
        event[name] = inner = dict(inner) if isinstance(inner, dict) else {}
        event = inner
    event[last] = value


def sent_event(provider: Provider, kind: str) -> dict[str, Any]:
    return provider.event(
        kind,
        PhysicalResourceId="Orders",
        ResourceProperties=properties(),
        OldResourceProperties=properties(Revision="0"),
    )


@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_each_member_may_be_anything(hostile: Sandbox, place: tuple[str, ...]) -> None:
    for value in (*TEXTS.values(), *ODD_VALUES, *DEEP_VALUES):
        for kind in ("Create", "Update", "Delete") if place[0] in OF_ALL_KINDS else ("Update",):
            provider = hostile.fresh()
            event = sent_event(provider, kind)
            put(event, place, value)
            deliver_and_check(hostile, provider, event)


def test_every_event_is_answered_once_in_full_and_touches_only_what_it_names(
    hostile: Sandbox, tries: settings
) -> None:
    @settings(tries)
    @given(kind=kinds, changes=changes, registered=st.booleans())
    def try_one(kind: str, changes: list[Any], registered: bool) -> None:
        provider = hostile.fresh()
        if registered:
            provider.create()
        event = sent_event(provider, kind)
        for path, value in changes:
            put(event, path, value)
        note_kind(deliver_and_check(hostile, provider, event))

    try_one()


def deliver_and_check(hostile: Sandbox, provider: Provider, event: dict[str, Any]) -> str:
    """Deliver an event and check all that was promised; return the answer's status."""
    hostile.recorder.calls.clear()
    provider.cloud.host.invocations.clear()
    provider.endpoint.attempts.clear()
    TALLY.events += 1
    assert hostile.deliver(event) <= SECONDS
    answer = check_answer(provider.endpoint.attempts)
    assert not PYTHONS_ERROR.match(answer["Reason"])
    check_calls(hostile, provider, event)
    assert hostile.leaks() == []
    assert hostile.log.unforeseen == []
    return str(answer["Status"])


def check_calls(hostile: Sandbox, provider: Provider, event: dict[str, Any]) -> None:
    """No call for a label or function but the event's own; on AWS the role limits them, too."""
    both = [event.get(name) for name in BOTH_PROPERTIES]
    named = [given for given in both if isinstance(given, dict)]
    own_labels = [given.get("ConnectorLabel") for given in named]
    own_functions = [given.get("LambdaArn") for given in named]
    recorder, invocations = hostile.recorder, provider.cloud.host.invocations
    assert all(label in [*own_labels, event.get("PhysicalResourceId")] for label in recorder.labels)
    assert all(arn in own_functions for arn in recorder.functions)
    assert all(arn in own_functions for arn, *_ in invocations)


def test_a_label_of_somebody_elses_stays_theirs_whatever_id_is_claimed(hostile: Sandbox) -> None:
    for kind in ("Create", "Update", "Delete"):
        for physical_id in (THEIRS, f"refused:t:{THEIRS}", f"outcome-unknown:t:{THEIRS}"):
            for label in (THEIRS, "Orders"):
                provider = hostile.fresh()
                event = sent_event(provider, kind) | {
                    "PhysicalResourceId": physical_id,
                    "ResourceProperties": properties(label),
                    "OldResourceProperties": properties(THEIRS),
                }
                before = description(hostile)
                hostile.deliver(event)
                assert description(hostile) == before, event


def description(hostile: Sandbox) -> Any:  # noqa: ANN401 - JSON
    client = hostile.server.client()
    asked = {"connectorType": "CustomConnector", "connectorLabel": THEIRS}
    return client.describe_connector(**asked)["connectorConfiguration"]


def test_an_answer_goes_to_cloudformations_bucket_or_nowhere(
    hostile: Sandbox, tries: settings
) -> None:
    @settings(tries)
    @given(url=urls())
    def try_one(url: str) -> None:
        provider = hostile.fresh()
        TALLY.response_urls += 1
        with pytest.raises((ResponseError, ValueError)) as caught:
            hostile.deliver(provider.event("Create", ResponseURL=url))
        assert "SECRET" not in str(caught.value)
        assert hostile.leaks() == []
        assert provider.endpoint.attempts == []
        assert all(is_cloudformations(host, port) for host, port in hostile.looked_up)
        # It does nothing for a sender that it can't answer.
        assert hostile.looked_up or not hostile.recorder.calls
        note_kind("sent" if hostile.looked_up else "refused")

    try_one()


@pytest.mark.parametrize("event", [None, [], "event", 1, {}, {"ResponseURL": ["https://x/"]}])
def test_an_input_that_is_not_an_event_is_an_error_and_nothing_more(
    hostile: Sandbox, event: object
) -> None:
    hostile.fresh()
    with pytest.raises(ValueError, match="the event has no ResponseURL"):
        hostile.deliver(event)
    assert hostile.recorder.calls == []
