"""Calls one Datasette server over HTTP, within the time that AppFlow gives.

It knows HTTP and Datasette's JSON, not AppFlow's entities, fields or filters.
"""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from custom_connector_sdk.lambda_handler.responses import ErrorCode

from datasette_connector.deadline import Deadline
from datasette_connector.errors import ConnectorError, invalid
from datasette_connector.server_errors import (
    error_object,
    from_status,
    permissions_for,
    readable,
)

# A whole page of a query, as Datasette writes it; the Lambda's memory has to hold it a few times.
MAX_BODY_BYTES = 12_000_000
# Datasette's own server refuses a request line near 64 KiB.
MAX_URL_CHARS = 60_000
_CHUNK_BYTES = 256 * 1024


class BodyTooLarge(Exception):  # noqa: N818 an event that the pager handles, not a failure
    """The answer is larger than MAX_BODY_BYTES: ask for fewer rows."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Reports a redirect instead of following it with the key or token in hand."""

    def redirect_request(self, *_args: object) -> None:
        """Return nothing, which makes urllib raise the redirect as an HTTPError."""


_OPENER = urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True)
class ResultSet:
    """The rows of one SQL query; `truncated` if the server held some back."""

    rows: list[list[Any]]
    truncated: bool


class DatasetteClient:
    """One server, one key or token, one deadline: created for each invocation.

    Args:
        base_url: The server's address without a trailing slash.
        bearer: The API key or access token; None sends no Authorization header.
        deadline: When the invocation has to be answered.
    """

    def __init__(self, base_url: str, bearer: str | None, deadline: Deadline) -> None:
        self._base_url = base_url
        self._bearer = bearer
        self._deadline = deadline

    @property
    def is_anonymous(self) -> bool:
        """Whether the server is called without a key or token."""
        return self._bearer is None

    def query(self, database: str, sql: str, params: Mapping[str, str]) -> ResultSet:
        """Run a SELECT with text parameters.

        Args:
            database: The database as it stands in the server's URLs.
            sql: The statement, with `:name` placeholders.
            params: The placeholders' values; SQLite gets each as text.

        Raises:
            BodyTooLarge: The rows don't fit in MAX_BODY_BYTES.
            ConnectorError: The server refused, failed, or wasn't there.
        """
        # Without _json_infinity, Datasette turns infinities into nulls.
        answer = self.get(f"/{database}.json", {**params, "sql": sql, "_json_infinity": "1"})
        try:
            return ResultSet(list(answer["rows"]), bool(answer["truncated"]))
        except (KeyError, TypeError) as exc:
            raise self.not_datasette() from exc

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 JSON
        """Return the JSON that the server gives for a path below its base URL."""
        return self._json(path, self._request(path, params or {}))

    def post(self, path: str, params: Mapping[str, str], body: bytes) -> Any:  # noqa: ANN401 JSON
        """Return the JSON that the server answers to a JSON document."""
        request = self._request(path, params)
        request.data = body
        request.add_header("Content-Type", "application/json")
        return self._json(path, request)

    def actor(self) -> str | None:
        """Return the id of whoever the server takes the caller for; None if it doesn't know."""
        answer = self.get("/-/actor.json")
        if not isinstance(answer, dict) or "actor" not in answer:
            raise self.not_datasette()
        actor = answer["actor"]
        return str(actor.get("id", "?")) if isinstance(actor, dict) else None

    def _json(self, path: str, request: urllib.request.Request) -> Any:  # noqa: ANN401 JSON
        try:
            return json.loads(self._send(path, request))
        except ValueError as exc:
            raise self.not_datasette() from exc

    def _send(self, path: str, request: urllib.request.Request) -> bytes:
        timeout = self._deadline.next_timeout()
        try:
            with _OPENER.open(request, timeout=timeout) as response:
                return self._read(response)
        except urllib.error.HTTPError as exc:
            with exc:
                raise self._refused(exc, path) from exc
        except (OSError, http.client.HTTPException) as exc:
            raise self._unreachable(exc) from exc

    def _request(self, path: str, params: Mapping[str, str]) -> urllib.request.Request:
        try:
            url = self._base_url + path + ("?" + urllib.parse.urlencode(params) if params else "")
        except UnicodeEncodeError as exc:
            raise invalid("The request holds text that isn't valid Unicode") from exc
        if len(url) > MAX_URL_CHARS:
            raise invalid(
                f"The request needs a URL of {len(url)} characters, more than {MAX_URL_CHARS}; "
                "shorten the filter, the ids or the list of fields"
            )
        request = urllib.request.Request(url, headers={"Accept": "application/json"})  # noqa: S310 settings.py admits http(s) only
        if self._bearer is not None:
            request.add_unredirected_header("Authorization", f"Bearer {self._bearer}")
        return request

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        # read1 returns what has arrived, so that a server that trickles can't outlast the deadline.
        body = bytearray()
        while chunk := response.read1(_CHUNK_BYTES):
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                raise BodyTooLarge
            self._deadline.next_timeout()
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        return bytes(body)

    def _refused(self, error: urllib.error.HTTPError, path: str) -> ConnectorError:
        if error.code in (401, 403):
            return self._forbidden(error.code, path)
        try:
            body = error.read(_CHUNK_BYTES)
        except (OSError, http.client.HTTPException):
            body = b""
        mapped = from_status(error.code, error.headers, error_object(body))
        return type(mapped)(mapped.code, self._redact(mapped.message), mapped.retry_after)

    def _forbidden(self, status: int, path: str) -> ConnectorError:
        # Datasette says 403 to a key it doesn't know and to one without the right: ask which.
        actor = None if status == 401 or path == "/-/actor.json" else self._known_actor()
        if actor is None:
            return ConnectorError(
                ErrorCode.InvalidCredentials,
                f"The Datasette server refuses the API key or access token (HTTP {status}); "
                "update it in the AppFlow connection",
            )
        return ConnectorError(
            ErrorCode.AccessDenied,
            f"The Datasette server denies {path} to {self._redact(readable(actor))!r}; "
            f"grant it {permissions_for(path)}",
        )

    def _known_actor(self) -> str | None:
        try:
            return self.actor()
        except ConnectorError as exc:
            if exc.code is ErrorCode.InvalidCredentials:
                return None
            raise

    def _unreachable(self, exc: Exception) -> ConnectorError:
        cause = exc.reason if isinstance(exc, urllib.error.URLError) else exc
        if isinstance(cause, TimeoutError):
            return self._deadline.exceeded(self._base_url)
        return ConnectorError(
            ErrorCode.ServiceUnavailable,
            f"{self._base_url} can't be reached ({self._redact(readable(str(cause)))}); "
            "check baseUrl and that the server runs",
        )

    def not_datasette(self) -> ConnectorError:
        """Return the error for an answer that Datasette wouldn't give."""
        return ConnectorError(
            ErrorCode.ServerError,
            f"{self._base_url} doesn't answer with Datasette's JSON; "
            "check that baseUrl names a Datasette 0.x server",
        )

    def _redact(self, text: str) -> str:
        # A server may echo what it was sent.
        return text.replace(self._bearer, "[credentials]") if self._bearer else text
