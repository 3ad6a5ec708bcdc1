"""Credentials are taken out of recordings, and nothing else is."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appflow_local.traffic.exchange import Answer, Sent
from appflow_local.traffic.redaction import HIDDEN, Redactor

SECRET = 's3cret/+ with "quotes" & ä'
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
URL = "https://api.example.com/orders"


def sent(
    url: str = URL, *headers: tuple[str, str], body: bytes = b"", known: tuple[str, ...] = ()
) -> Sent:
    return Redactor(lambda: known).sent(Sent("GET", url, headers, body))


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "Bearer abcdef", "Bearer (hidden)"),
        ("authorization", "abcdef", HIDDEN),
        ("Authorization", 'OAuth oauth_token="a", oauth_nonce="b"', "OAuth (hidden)"),
        ("Cookie", "a=1; b=2", "a=(hidden); b=(hidden)"),
        ("Set-Cookie", "a=1; Path=/; Max-Age=3", "a=(hidden); Path=/; Max-Age=3"),
        ("X-Api-Key", "any thing", HIDDEN),
        ("apikey", "1", HIDDEN),
        ("X-Auth-Token", "1", HIDDEN),
        ("X-Amz-Security-Token", "1", HIDDEN),
        ("X-Session-Id", "1", HIDDEN),
        ("X-Hub-Signature-256", "1", HIDDEN),
        ("Location", f"{URL}?access_token=x&page=2", f"{URL}?access_token=(hidden)&page=2"),
        ("X-Next-Page-Token", "abc", "abc"),
        ("Content-Type", "text/html", "text/html"),
        ("X-Author", "ann", "ann"),
    ],
)
def test_headers_of_credentials_are_hidden(name: str, value: str, shown: str) -> None:
    assert sent(URL, (name, value)).headers == ((name, shown),)
    answer = Redactor(tuple).answer(Answer(200, "OK", ((name, value),)))
    assert answer.headers == ((name, shown),)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (f"{URL}?api_key=x&page=2", f"{URL}?api_key=(hidden)&page=2"),
        (f"{URL}?X-Amz-Signature=x", f"{URL}?X-Amz-Signature=(hidden)"),
        ("https://ann:pa55@api.example.com/", "https://(hidden)@api.example.com/"),
        (f"{URL}?token=page-2&next_token=3&key=name", f"{URL}?token=page-2&next_token=3&key=name"),
        (f"{URL}?a&b=&b=1", f"{URL}?a&b=&b=1"),
    ],
)
def test_parameters_of_credentials_are_hidden(url: str, shown: str) -> None:
    assert sent(url).url == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"access_token": "abc", "expires_in": 1.10}',
         b'{"access_token": "(hidden)", "expires_in": 1.10}'),
        (b'{"a": [{"clientSecret":"a\\"b"}]}', b'{"a": [{"clientSecret":"(hidden)"}]}'),
        (b"grant_type=authorization_code&code=abc&client_secret=x%26",
         b"grant_type=authorization_code&code=(hidden)&client_secret=(hidden)"),
        (b"code=abc&page_token=2", b"code=abc&page_token=2"),
        (b"<s:password>abc</s:password><name>ann</name>",
         b"<s:password>(hidden)</s:password><name>ann</name>"),
        (b'{"nextPageToken": "abc", "passwords": 3}', b'{"nextPageToken": "abc", "passwords": 3}'),
        (b"\xff\x00", b"\xff\x00"),
    ],
)  # fmt: skip
def test_members_of_bodies_are_hidden_and_the_rest_stays_as_it_is(
    body: bytes, shown: bytes
) -> None:
    assert sent(body=body).body == shown


@pytest.mark.parametrize(
    "place",
    [
        lambda secret: sent(f"{URL}?q={_quoted(secret)}", known=(secret,)).url,
        lambda secret: sent(f"https://a.example/{_quoted(secret)}/x", known=(secret,)).url,
        lambda secret: sent(URL, ("X-Any", secret), known=(secret,)).headers[0][1],
        lambda secret: sent(body=json.dumps({"a": secret}).encode(), known=(secret,)).body.decode(),
        lambda secret: sent(body=f"a={_quoted(secret)}".encode(), known=(secret,)).body.decode(),
        lambda secret: sent(
            URL, ("X-Any", base64.b64encode(secret.encode()).decode()), known=(secret,)
        ).headers[0][1],
    ],
)  # fmt: skip
def test_a_known_secret_is_hidden_wherever_it_stands(place: object) -> None:
    assert callable(place)
    shown = place(SECRET)
    assert HIDDEN in shown
    assert "cret" not in shown


def _quoted(text: str) -> str:
    return "".join(each if each.isalnum() and each.isascii() else
                   "".join(f"%{byte:02x}" for byte in each.encode()) for each in text)  # fmt: skip


def test_a_short_secret_is_hidden_as_a_whole_value_only() -> None:
    body = b'{"key": "ab", "name": "abbot", "q": "cab"}'
    shown = sent(f"{URL}?q=ab&r=abc", ("X-Any", "ab"), body=body, known=("ab",))
    assert shown.body == b'{"key": "(hidden)", "name": "abbot", "q": "cab"}'
    assert shown.url == f"{URL}?q=(hidden)&r=abc"
    assert shown.headers == (("X-Any", HIDDEN),)


def test_a_host_stays_even_if_it_is_called_as_a_secret() -> None:
    assert sent("https://myshop.example.com/a", known=("myshop",)).url.startswith("https://myshop.")


def test_a_token_that_was_answered_is_hidden_in_the_next_request() -> None:
    redactor = Redactor(tuple)
    redactor.answer(Answer(200, "OK", (), b'{"refresh_token": "abcdef-1"}'))
    later = redactor.sent(Sent("GET", f"{URL}?q=abcdef-1", (), b"abcdef-1"))
    assert (later.url, later.body) == (f"{URL}?q=(hidden)", b"(hidden)")


def test_a_key_of_a_query_is_hidden_in_another_encoding_too() -> None:
    redactor = Redactor(tuple)
    redactor.sent(Sent("GET", f"{URL}?api_key=a%2Fb+c%3Dd", ()))
    assert redactor.sent(Sent("GET", URL, (), b'{"k": "a/b c=d"}')).body == b'{"k": "(hidden)"}'


def test_the_password_of_basic_authentication_is_known_afterwards() -> None:
    redactor = Redactor(tuple)
    pair = base64.b64encode(b"ann:pa55-word").decode()
    redactor.sent(Sent("GET", URL, (("Authorization", f"Basic {pair}"),)))
    assert redactor.sent(Sent("GET", URL, (), b"x pa55-word ann")).body == b"x (hidden) ann"


@pytest.mark.parametrize(
    "spelled",
    [
        b'<k>k3y&amp;of"the/w\xc3\xb6rld</k>',
        b"<k>k3y&#38;of&quot;the/w&#xf6;rld</k>",
        b"of=" + 'k3y&of"the/wörld'.encode().hex().encode(),
        b'{"basic": "' + base64.b64encode('ann:k3y&of"the/wörld'.encode()) + b'"}',
    ],
)
def test_a_known_secret_is_hidden_as_xml_hex_and_base64_spell_it(spelled: bytes) -> None:
    shown = sent(body=spelled, known=('k3y&of"the/wörld',)).body
    assert HIDDEN.encode() in shown
    assert len(shown) < len(spelled)
    assert b"k3y" not in shown
    assert 'k3y&of"the/wörld'.encode().hex().encode() not in shown


def test_a_header_in_latin_1_is_a_text_and_spoils_no_later_request() -> None:
    redactor = Redactor(lambda: ("kéy-of-it",))
    raw = "kéy-of-it".encode("latin-1").decode("utf-8", "surrogateescape")
    for name in ("X-Odd", "X-Api-Key"):
        assert redactor.sent(Sent("GET", URL, ((name, raw),))).headers == ((name, HIDDEN),)
    assert redactor.sent(Sent("GET", URL, (), b"plain")).body == b"plain"


@given(st.text(min_size=6), st.binary())
def test_no_body_holds_a_known_secret_and_hiding_twice_changes_nothing(
    secret: str, around: bytes
) -> None:
    encoded = secret.encode(errors="replace")
    redactor = Redactor(lambda: (secret,))
    once = redactor.sent(Sent("POST", URL, (), around + encoded + around))
    assert encoded not in once.body or encoded in HIDDEN.encode()
    assert redactor.sent(once) == once
