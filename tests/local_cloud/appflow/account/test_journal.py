"""What the journal keeps of calls to connectors, and what it hides."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import replace
from datetime import datetime, timezone
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from appflow_local.appflow.account.calls import Call
from appflow_local.appflow.account.hidden_texts import Hider
from appflow_local.appflow.account.journal import Journal
from appflow_local.appflow.host import Invocation
from harness.model.appflow import FUNCTION_ARN, Client, Cloud, FakeHost, refusal, registration
from harness.model.profiles import profile
from harness.model.runs import DataFunction, connected, orders, outward, run

NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)


def call(number: int, request: bytes = b"{}", **changes: Any) -> Call:  # noqa: ANN401
    given: dict[str, Any] = {"label": "Orders", "operation": "QueryData", **changes}
    return Call(
        number,
        NOW,
        ("1", "r"),
        function_arn=FUNCTION_ARN,
        request=request,
        answer=None,
        error=None,
        milliseconds=1.0,
        request_bytes=len(request),
        answer_bytes=0,
        **given,
    )


def journal(**bounds: int) -> Journal:
    return Journal(list, **bounds)


def numbers(kept: Journal, **filters: Any) -> list[int]:  # noqa: ANN401
    return [each.number for each in kept.calls(**filters)]


def test_the_newest_calls_are_kept_and_numbers_go_on() -> None:
    kept = journal(most_calls=2)
    for _ in range(3):
        kept.add(call)
    assert numbers(kept) == [2, 3]
    kept.clear()
    kept.add(call)
    assert numbers(kept) == [4]


def test_in_brief_only_answers_that_are_no_success_are_told() -> None:
    kept = journal()
    kept.add(lambda number: replace(call(number, b'{"a": 1}'), answer=b"{}"))
    kept.add(lambda number: replace(call(number), answer=b'{"b": 2}', is_failure=True))
    told = [(each.request, each.answer, each.request_bytes) for each in kept.calls(brief=True)]
    assert told == [(b"{}", None, 8), (b"{}", b'{"b": 2}', 2)]


def test_it_is_bounded_in_bytes_but_keeps_the_newest() -> None:
    kept = journal(most_bytes=100)
    for size in (40, 40, 40, 500):
        kept.add(partial(call, request=b"x" * size))
    assert numbers(kept) == [4]


def test_calls_are_found_by_label_flow_run_and_number() -> None:
    kept = journal()
    kept.add(call)
    kept.add(lambda number: call(number, label="Sales", flow="f", run="r"))
    assert numbers(kept, label="Sales") == numbers(kept, flow="f") == numbers(kept, run="r") == [2]
    assert numbers(kept, after=1) == [2]
    assert numbers(kept, label="Orders", flow="f") == []


BASIC = base64.b64encode(b"ann:s3cret-word").decode()
SAID = [
    'the password is s3cret-word, {"p": "s3cret-word"}',
    json.dumps({"records": [json.dumps({"note": 'quo"ted\\'})]}),
    f"Authorization: Basic {BASIC}",
    f'"authorization": "Bearer {BASIC}"',
    f"headers={{'Authorization': '{BASIC}'}}",
    f"AUTHORIZATION: Token {BASIC}",
    f"sent Bearer {BASIC} to the server",
    f"access_token={BASIC}&expires=1",
    f'"refreshToken": "{BASIC}"',
    json.dumps({"body": json.dumps({"accessToken": BASIC})}),
]


@pytest.mark.parametrize("said", SAID)
def test_secrets_tokens_and_authorization_are_hidden(said: str) -> None:
    hidden = Hider(["s3cret-word", 'quo"ted\\'])(said.encode()).decode()
    assert "(hidden)" in hidden
    for secret in ("s3cret-word", BASIC, 'quo"ted', 'quo\\"ted', 'quo\\\\\\"ted'):
        assert secret not in hidden


SECRET = 'p@ss/w=rd+ é"<&\\🔑'


def dumped(value: object, times: int) -> str:
    for _ in range(times):
        value = json.dumps(value)
    return str(value)


SPELLINGS = {
    "a Python repr": repr({"password": SECRET}),
    "ASCII": ascii(SECRET),
    "bytes": repr(SECRET.encode()),
    "JSON": dumped(SECRET, 1),
    "JSON of JavaScript": json.dumps(SECRET, ensure_ascii=False),
    "JSON with slashes escaped": dumped(SECRET, 1).replace("/", "\\/"),
    "JSON with upper case": dumped(SECRET, 1).replace("\\u00e9", "\\u00E9"),
    "JSON fit for HTML": dumped(SECRET, 1).replace("=", "\\u003d").replace("<", "\\u003c"),
    "JSON in JSON in JSON": dumped(SECRET, 3),
    "a URL": quote(SECRET),
    "a URL's query": quote(SECRET, safe=""),
    "a URL in lower case": quote(SECRET, safe="").lower(),
    "a form": urlencode({"password": SECRET}),
    "HTML": html.escape(SECRET),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    **{
        f"base64 after {before!r}": base64.b64encode(f"{before}{SECRET}: more".encode()).decode()
        for before in ("a", "ab", "abc")
    },
}


@pytest.mark.parametrize("said", SPELLINGS.values(), ids=SPELLINGS)
def test_a_secret_is_hidden_however_it_is_spelled(said: str) -> None:
    hidden = Hider([SECRET])(f"before {said} after".encode()).decode()
    assert "(hidden)" in hidden
    assert hidden.startswith("before ")
    assert hidden.endswith(" after")
    assert len(hidden) < len("before {'password': '(hidden)'} after") + 4


def test_many_backslashes_are_searched_in_no_time() -> None:
    Hider(["\\" * 30 + '"' * 30 + "x"])(b"\\" * 10_000 + b'"')


@pytest.mark.parametrize(
    "said",
    [
        '{"nextToken": "2", "records": ["{\\"id\\": \\"tokens\\"}"]}',
        '{"records": ["{\\"basic\\": \\"basic access\\"}"]}',
        "broken: the token of the author is missing",
    ],
)
def test_what_only_looks_like_a_secret_is_shown(said: str) -> None:
    assert Hider(["unused-secret"])(said.encode()).decode() == said


def test_a_short_secret_is_hidden_where_it_is_a_whole_text() -> None:
    assert (
        Hider(["k"])(b'{"apiKey": "k", "kind": "key"}') == b'{"apiKey": "(hidden)", "kind": "key"}'
    )


def test_a_secret_that_is_deleted_since_stays_hidden() -> None:
    secrets = ["s3cret-word"]
    kept = Journal(lambda: secrets)
    kept.add(lambda number: call(number, b"the s3cret-word"))
    secrets.clear()
    (shown,) = kept.calls()
    assert shown.request == b"the (hidden)"


def test_every_call_is_in_the_journal_with_what_it_was_for(
    client: Client, host: FakeHost, cloud: Cloud
) -> None:
    connected(client, host, DataFunction([orders(1), orders(1, first=2)]))
    client.create_flow(**outward())
    execution = run(client)["executionId"]
    calls = list(cloud.appflow.journal.calls())
    assert [each.operation for each in calls] == [
        "DescribeConnectorConfiguration",
        "ValidateCredentials",
        "ValidateConnectorRuntimeSettings",
        "ValidateConnectorRuntimeSettings",
        "DescribeEntity",
        "QueryData",
        "QueryData",
    ]
    query = calls[-1]
    assert (query.label, query.flow, query.run) == ("Orders", "nightly", execution)
    assert query.error is None
    assert query.answer is not None
    assert json.loads(json.loads(query.answer)["records"][0])["id"] == 2
    assert json.loads(query.request)["nextToken"] == "1"


def test_a_call_that_failed_says_why_and_what_the_function_printed(
    client: Client, host: FakeHost, cloud: Cloud
) -> None:
    host.functions[FUNCTION_ARN] = lambda _request: Invocation(b"null", "Unhandled", "out of luck")
    refusal(client.register_connector, **registration())
    (failed,) = cloud.appflow.journal.calls()
    assert failed.error is not None
    assert failed.error.startswith("ConnectorServerException: ")
    assert (failed.answer, failed.printed) == (b"null", "out of luck")


def test_the_secrets_of_profiles_are_not_in_it(
    client: Client, host: FakeHost, cloud: Cloud
) -> None:
    function = connected(client, host, DataFunction([orders(1)]))
    function.answers["ValidateCredentialsRequest"] = {"isSuccess": True, "echo": "s3cret"}
    client.create_connector_profile(**profile("other"))
    assert all(b"s3cret" not in (each.answer or b"") for each in cloud.appflow.journal.calls())


def test_a_call_that_began_before_everything_was_forgotten_is_not_kept() -> None:
    kept = journal()
    begun = kept.clearings
    kept.add(call, begun)
    kept.clear()
    assert kept.add(call, begun) == 0
    assert numbers(kept) == []
