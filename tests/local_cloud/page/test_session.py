"""Who may look at the page, and with which headers it answers."""

from __future__ import annotations

import pytest

from harness.model.appflow import ACCOUNT, REGION
from tests.local_cloud.page.watched import PORT, TOKEN, Watched

HOME = f"/{ACCOUNT}/{REGION}/"


def test_the_token_in_the_address_becomes_a_cookie(page: Watched) -> None:
    answer = page.ask(f"/?token={TOKEN}", cookie=None)
    assert answer.status == 303
    assert answer.headers["location"] == "/"
    assert answer.headers["set-cookie"] == (
        f"appflow-local-{PORT}={TOKEN}; HttpOnly; Path=/; SameSite=strict"
    )
    assert page.ask("/").headers["location"] == HOME
    assert page.ask(HOME).status == 200


def test_an_address_with_a_token_leads_to_the_same_screen_without_it(page: Watched) -> None:
    answer = page.ask(f"{HOME}flow?name=a%26b&token={TOKEN}&page=2", cookie=None)
    assert answer.headers["location"] == f"{HOME}flow?name=a%26b&page=2"


def test_no_address_leads_to_another_host(page: Watched) -> None:
    answer = page.ask(f"//example.com/?token={TOKEN}", cookie=None)
    assert answer.headers["location"] == "/example.com/"


@pytest.mark.parametrize(
    ("path", "cookie"),
    [
        (HOME, None),
        (HOME, f"appflow-local-{PORT}=wrong"),
        (HOME, f"appflow-local-{PORT + 1}={TOKEN}"),
        (HOME, f"appflow-local-{PORT}="),
        (HOME, ";;=,\x7f"),
        ("/?token=wrong", None),
        ("/?token=wrong", f"appflow-local-{PORT}={TOKEN}"),
        ("/static/page.js", None),
        ("/nothing", None),
        (f"{HOME}changes", None),
    ],
)
def test_without_the_token_nothing_is_shown(page: Watched, path: str, cookie: str | None) -> None:
    answer = page.ask(path, cookie=cookie)
    assert answer.status == 403
    assert "appflow-local page" in answer.text
    assert TOKEN not in answer.text


@pytest.mark.parametrize("path", [HOME, f"{HOME}nothing", "/static/page.css", "/?token=wrong"])
def test_every_answer_has_strict_headers(page: Watched, path: str) -> None:
    headers = page.ask(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    is_static = path.startswith("/static/")
    assert headers["cache-control"] == ("private, max-age=86400" if is_static else "no-store")
    assert headers["referrer-policy"] == "same-origin"


def test_no_screen_has_a_script_or_a_style_of_its_own(page: Watched) -> None:
    text = page.screen().text
    assert text.count("<script") == text.count('<script src="/static/page.js" defer></script>')
    assert "<style" not in text
    assert "style=" not in text
    assert TOKEN not in text


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN])
def test_a_button_needs_the_forms_own_token(page: Watched, token: str | None) -> None:
    body = b"flow=x" if token is None else f"flow=x&token={token}".encode()
    answer = page.ask(f"{HOME}do/start", "POST", body)
    assert answer.status == 403
    assert "load the page again" in answer.words


def test_nothing_is_done_by_getting(page: Watched) -> None:
    assert page.ask(f"{HOME}do/start").status == 405


def test_a_form_of_any_size_is_no_memory(page: Watched) -> None:
    assert page.ask(f"{HOME}do/start", "POST", b"x" * 70_000).status == 413


@pytest.mark.parametrize(
    ("path", "method", "body", "heading"),
    [
        (f"{HOME}do/start", "POST", b"flow=x", "Not done"),
        (f"{HOME}do/start", "POST", b"x" * 70_000, "Not done"),
        (f"{HOME}do/start", "GET", b"", "Not done"),
        (f"{HOME}nothing", "GET", b"", "Not here"),
    ],
)
def test_only_what_is_missing_is_headed_so(
    page: Watched, path: str, method: str, body: bytes, heading: str
) -> None:
    assert f"<h1>{heading}</h1>" in page.ask(path, method, body).text


@pytest.mark.parametrize(
    "path",
    [
        f"{HOME}nothing",
        f"{HOME}flow",
        f"{HOME}flow?name=nobody",
        f"{HOME}run?id=nobody",
        f"{HOME}call?id=7",
        f"{HOME}call?id=-1",
        f"{HOME}call?id=%D9%A3",
        f"{HOME}call?id={'9' * 5000}",
        f"{HOME}failure",
        f"{HOME}failure?event=x",
        f"{HOME}profile?name=%00",
        f"{HOME}connector?label=%3Cb%3E",
        "/1/2/",
        "/%2e%2e/%2e%2e/",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/favicon.ico",
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(page: Watched, path: str) -> None:
    answer = page.ask(path)
    assert answer.status in (400, 404)
    assert "Traceback" not in answer.text
    assert "<b>" not in answer.text
