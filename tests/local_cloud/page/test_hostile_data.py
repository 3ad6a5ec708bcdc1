"""Connectors, records and logs that attack whoever looks at them."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from appflow_local.appflow.host import Invocation
from appflow_local.page.onlooker import StackFailure
from harness.model.appflow import ACCOUNT, FUNCTION_ARN, REGION, START, Client, Cloud, FakeHost
from harness.model.runs import DataFunction, connected, outward, run
from tests.local_cloud.page.watched import Watched

ATTACK = "</script></pre><img src=x onerror=alert(1)>\"'><svg/onload=alert(2)>{{7*7}}\u202e\x00"
_TAG = re.compile(r"<(img|svg/onload|script(?! src=\"/static/page.js\"))", re.IGNORECASE)


def unharmed(text: str) -> bool:
    """Tell whether nothing of the attack is markup, a template or invisible."""
    assert not _TAG.search(text)
    text = re.sub(r'<input type="hidden"[^>]*>', "", text)  # nobody sees it
    return not (
        _TAG.search(text) or "\u202e" in text or "\x00" in text or re.search(r"\b49\b", text)
    )


@pytest.fixture
def attacked(client: Client, host: FakeHost, page: Watched) -> Watched:
    """A page over a connector that puts the attack wherever it can."""
    function = connected(
        client, host, DataFunction([[{"id": 1, "name": ATTACK + "\ud800", ATTACK: ATTACK}]])
    )
    function.answers["ListEntitiesRequest"] = {
        "isSuccess": True,
        "entities": [
            {"entityIdentifier": ATTACK + "\ud800", "hasNestedEntities": True, "label": ATTACK},
        ],
    }
    client.create_flow(**outward())
    run(client)
    said = Invocation(
        b'{"errorType": "E", "errorMessage": "%b", "stackTrace": ["<img src=x>"]}' % (b"x" * 5000),
        "Unhandled",
        ATTACK,
    )
    host.functions[FUNCTION_ARN] = lambda request: (
        said if request["type"] == "QueryDataRequest" else function(request)
    )
    run(client)
    page.onlooker.failures.append(
        StackFailure(ATTACK, START, ATTACK, ATTACK, ATTACK, ATTACK, "CREATE_FAILED", ATTACK)
    )
    page.log.write_text(f"2026-01-02T03:04:05.000Z INFO [function Shop] {ATTACK}\n{ATTACK}\n")
    return page


def test_no_screen_is_harmed(attacked: Watched, model: Cloud) -> None:
    place = ACCOUNT, REGION
    runs = [each.id for each in model.appflow.journal.runs.newest(place, 9)]
    calls = [each.number for each in model.appflow.journal.lines(place, 99)]
    screens: list[tuple[str, Mapping[str, object]]] = [
        *(("", {}), ("flows", {}), ("connectors", {}), ("runs", {}), ("calls", {}), ("logs", {})),
        ("failures", {}),
        ("failure", {"event": ATTACK}),
        ("flow", {"name": "nightly"}),
        ("connector", {"label": "Orders"}),
        ("profile", {"name": "prod"}),
        ("entities", {"profile": "prod"}),
        ("entities", {"profile": "prod", "entity": ATTACK, "path": ATTACK}),  # AppFlow refuses it
        *(("run", {"id": each}) for each in runs),
        *(("call", {"id": each}) for each in calls),
    ]
    for screen, parameters in screens:
        answer = attacked.screen(screen, **parameters)
        assert answer.status in (200, 400), (screen, answer.words)
        assert unharmed(answer.text), (screen, parameters)
    assert "&lt;img src=x onerror=alert(1)&gt;" in attacked.screen("run", id=runs[1]).text


@pytest.mark.parametrize(
    ("screen", "name"),
    [
        ("flow", "name"),
        ("connector", "label"),
        ("profile", "name"),
        ("run", "id"),
        ("calls", "flow"),
        ("calls", "run"),
        ("calls", "label"),
        ("runs", "flow"),
        ("logs", "function"),
        ("logs", "since"),
        ("logs", "text"),
        (ATTACK, "x"),
    ],
)
def test_an_address_harms_nobody(page: Watched, screen: str, name: str) -> None:
    answer = page.screen(screen, **{name: ATTACK})
    assert answer.status in (200, 400, 404)
    assert unharmed(answer.text)


def test_a_gigantic_answer_is_cut(client: Client, host: FakeHost, page: Watched) -> None:
    connected(client, host, DataFunction([[{"id": n, "name": "x" * 5000} for n in range(900)]]))
    client.create_flow(**outward())
    done = run(client)
    assert len(page.screen("run", id=done["executionId"]).text) < 400_000
    calls = re.findall(r"call\?id=(\d+)", page.screen("calls").text)
    sizes = [len(page.screen("call", id=each).text) for each in set(calls)]
    assert max(sizes) < 400_000


@pytest.mark.parametrize("depth", [200, 400, 900, 100_000])
def test_an_answer_of_any_depth_is_survived(
    client: Client, host: FakeHost, page: Watched, model: Cloud, depth: int
) -> None:
    function = connected(client, host, DataFunction())
    client.create_flow(**outward())
    deep = b'{"isSuccess": true, "x": ' + b"[" * depth + b"]" * depth + b"}"
    host.functions[FUNCTION_ARN] = lambda request: (
        Invocation(deep) if request["type"] == "QueryDataRequest" else function(request)
    )
    done = run(client)
    assert page.screen("run", id=done["executionId"]).status == 200
    newest = model.appflow.journal.lines((ACCOUNT, REGION), 1)[0]
    assert page.screen("call", id=newest.number).status == 200
