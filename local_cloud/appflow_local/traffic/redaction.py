"""Takes credentials out of what is recorded.

Three things are credentials: what Secrets Manager keeps, wherever it stands and however it is
encoded; what stands where credentials do (headers, query parameters, members of JSON, of forms and
of XML, by their names); and what stood in such a place before.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import quote, quote_plus, unquote_plus, urlsplit, urlunsplit

from appflow_local.appflow.account.secret_spellings import hide
from appflow_local.traffic.exchange import Answer, Headers, Sent

HIDDEN = "(hidden)"
_SHORTEST = 6
"""Shorter secrets are hidden where they are a whole value only: they may be part of any word."""

# Never `token` alone: that is also what the next page of a list is called.
_NAME = (
    r"(?:x[_-])?(?:api[_-]?key|app[_-]?key|(?:access|auth|bearer|id|private|refresh|security"
    r"|session)[_-]?token|client[_-]?(?:secret|assertion)|assertion|passwo?r?d|passphrase"
    r"|private[_-]?key|secret(?:[_-]?(?:key|access[_-]?key))?)"
)
_IN_QUERY = re.compile(rf"{_NAME}|sig|signature|x-amz-(?:signature|credential)", re.IGNORECASE)
_IN_HEADER = re.compile(
    rf"{_NAME}|authorization|authentication|cookie|secret|signature|credential|csrf|xsrf"
    r"|(?:^|-)auth$|(?:^|-)session(?:-?id)?$",
    re.IGNORECASE,
)
_IN_JSON = re.compile(rf'"{_NAME}"\s*:\s*"((?:[^"\\]|\\.)+)"', re.IGNORECASE)
_IN_FORM = re.compile(rf"(?:^|(?<=&)){_NAME}=([^&\s]+)", re.IGNORECASE)
_CODE_IN_FORM = re.compile(r"(?:^|(?<=&))code=([^&\s]+)")
_IN_XML = re.compile(rf"<(?:[\w.-]+:)?{_NAME}(?:\s[^>]*)?>([^<]+)<", re.IGNORECASE)
_IN_COOKIE = re.compile(r"=([^;,\s]+)")
_URLS = ("location", "content-location", "referer", "link")


class Redactor:
    """Hides credentials, and learns those that it finds.

    Args:
        known: returns the secrets that are known at the time.
    """

    def __init__(self, known: Callable[[], Iterable[str]]) -> None:
        self._known = known
        self._learned: set[str] = set()

    @property
    def learned(self) -> frozenset[str]:
        """The credentials that were found where credentials stand."""
        return frozenset(self._learned)

    def sent(self, sent: Sent) -> Sent:
        """Return the request without credentials."""
        hidden = replace(
            sent,
            url=self._url(sent.url),
            headers=self._headers(sent.headers),
            body=self._places(sent.body),
        )
        everywhere = self._everywhere()
        return replace(
            hidden,
            url=_hide_in_url(hidden.url, everywhere),
            headers=_hide_in_headers(hidden.headers, everywhere),
            body=everywhere(hidden.body),
        )

    def answer(self, answer: Answer) -> Answer:
        """Return the answer without credentials."""
        hidden = replace(
            answer, headers=self._headers(answer.headers), body=self._places(answer.body)
        )
        everywhere = self._everywhere()
        return replace(
            hidden,
            headers=_hide_in_headers(hidden.headers, everywhere),
            body=everywhere(hidden.body),
        )

    def _everywhere(self) -> _Everywhere:
        return _Everywhere({*self._known(), *self._learned})

    def _learn(self, value: str) -> str:
        if HIDDEN not in value and len(value) >= _SHORTEST:
            self._learned |= {value, unquote_plus(value)}  # as it stands in a query, and in itself
        return HIDDEN

    def _headers(self, headers: Headers) -> Headers:
        return tuple((name, self._header(name, _readable(value))) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        if name.lower() in _URLS:
            return self._url(value)
        if not _IN_HEADER.search(name):
            return value
        if "cookie" in name.lower():
            # A Set-Cookie has attributes after the first value.
            most = 1 if name.lower() == "set-cookie" else 0
            return _IN_COOKIE.sub(lambda found: f"={self._learn(found[1])}", value, count=most)
        scheme, space, credentials = value.partition(" ")
        if not space or "authorization" not in name.lower():
            return self._learn(value)
        self._learn_basic(scheme, credentials)
        return f"{scheme} {self._learn(credentials)}"

    def _learn_basic(self, scheme: str, credentials: str) -> None:
        if scheme.lower() == "basic":
            try:
                pair = base64.b64decode(credentials).decode()
            except ValueError:
                return
            self._learn(pair.partition(":")[2])

    def _url(self, url: str) -> str:
        parts = urlsplit(url)
        pairs = [each.partition("=") for each in parts.query.split("&")]
        shown = [
            f"{name}={self._learn(value)}" if _IN_QUERY.fullmatch(name) and value else
            f"{name}{equals}{value}"
            for name, equals, value in pairs
        ]  # fmt: skip
        place = parts.netloc
        if "@" in place:
            place = f"{self._learn(place.rpartition('@')[0])}@{place.rpartition('@')[2]}"
        return urlunsplit(parts._replace(netloc=place, query="&".join(shown)))

    def _places(self, body: bytes) -> bytes:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return body
        patterns = [_IN_JSON, _IN_FORM, _IN_XML]
        if "grant_type=" in text:
            patterns.append(_CODE_IN_FORM)
        for pattern in patterns:
            text = pattern.sub(self._place, text)
        return text.encode()

    def _place(self, found: re.Match[str]) -> str:
        self._learn(found[1])
        start, end = found.start(1) - found.start(), found.end(1) - found.start()
        return found[0][:start] + HIDDEN + found[0][end:]


def repeats_credential(answer: Answer) -> bool:
    """Whether something is hidden in an answer's body elsewhere than where credentials stand."""
    text = answer.body.decode(errors="replace")
    if HIDDEN not in text:
        return False
    for pattern in (_IN_JSON, _IN_FORM, _IN_XML, _CODE_IN_FORM):
        text = pattern.sub(lambda found: found[0].replace(HIDDEN, ""), text)
    return HIDDEN in text


class _Everywhere:
    """Hides secrets in any text, in the encodings that requests have."""

    def __init__(self, secrets: Iterable[str]) -> None:
        given = {each for each in secrets if each and each != HIDDEN}
        self.short = {each for each in given if len(each) < _SHORTEST}
        self._given = sorted(given - self.short, key=len, reverse=True)
        self._long = sorted(
            {spelled for each in given - self.short for spelled in _spellings(each)},
            key=len,
            reverse=True,
        )

    def __call__(self, text: bytes) -> bytes:
        for secret in self._long:
            text = text.replace(secret, HIDDEN.encode())
        for each in self._given:
            text = hide(each, text)
        for each in self.short:
            whole = re.escape(json.dumps(each)[1:-1].encode())
            text = re.sub(rb'(?<=["=>])' + whole + rb'(?=["&<]|$)', HIDDEN.encode(), text)
        return text

    def value(self, text: str) -> str:
        """Hide in a value of its own, such as a header's."""
        return HIDDEN if text in self.short else self(text.encode()).decode(errors="replace")


def _readable(value: str) -> str:
    """Return a header's value as a text: bytes that are no UTF-8 are Latin-1, as of old."""
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _spellings(secret: str) -> set[bytes]:
    quoted = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    lower = {re.sub("%..", lambda found: found[0].lower(), each) for each in quoted}
    in_json = json.dumps(secret)[1:-1]
    texts = {secret, in_json, json.dumps(in_json)[1:-1], *quoted, *lower}
    raw = secret.encode(errors="replace")
    in_hex = raw.hex().encode()
    return {*(each.encode(errors="replace") for each in texts), in_hex, in_hex.upper(),
            base64.b64encode(raw).rstrip(b"=")}  # fmt: skip


def _hide_in_headers(headers: Headers, everywhere: _Everywhere) -> Headers:
    return tuple((name, everywhere.value(value)) for name, value in headers)


def _hide_in_url(url: str, everywhere: _Everywhere) -> str:
    """Hide in all but the host: a secret that is part of its name would lead elsewhere."""
    parts = urlsplit(url)
    return urlunsplit(
        parts._replace(
            path="/".join(map(everywhere.value, parts.path.split("/"))),
            query=everywhere(parts.query.encode()).decode(errors="replace"),
        )
    )
