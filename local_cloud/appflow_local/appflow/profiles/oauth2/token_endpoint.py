"""Requests tokens from a token endpoint (RFC 6749, sections 4.1.3, 4.4.2, 5 and 6)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from appflow_local.appflow.account.profiles import OAuth2Properties
from appflow_local.appflow.account.token_style import GET, JSON, TokenStyle
from appflow_local.appflow.connectors.connector_errors import authentication_error
from appflow_local.appflow.profiles.oauth2.grants import Grant
from appflow_local.appflow.protocol.errors import ConnectorAuthenticationException
from appflow_local.appflow.protocol.parsing import load_json
from appflow_local.appflow.protocol.wire import Json
from appflow_local.appflow.web import FetchFailed, Web, WebRequest, WebResponse

# Chosen: a token endpoint has 10 seconds to answer.
TIMEOUT = 10.0

_NAMES = {"access_token": "accessToken", "refresh_token": "refreshToken"}


@dataclass(frozen=True)
class TokenEndpoint:
    """The token endpoint of a profile, and the style of request that its connector names."""

    properties: OAuth2Properties
    style: TokenStyle

    @property
    def url(self) -> str:
        """The tokenUrl."""
        return self.properties.token_url

    def tokens(self, web: Web, client: Mapping[str, str], grant: Grant) -> dict[str, str]:
        """Return `accessToken`, and `refreshToken` if there is one, as secrets hold them.

        `client` has clientId and clientSecret where they are known. The message of the error is
        this emulator's own, except for what the server says.

        Raises:
            ConnectorAuthenticationException: the server refused, or its answer is not valid.
        """
        try:
            response = web.fetch(self._request(client, grant), timeout=TIMEOUT)
        except FetchFailed as failure:
            raise self._failure(str(failure)) from None
        answer = _json_object(response.body)
        if response.status != 200:  # RFC 6749, section 5.1
            raise self._failure(_refusal(response, answer))
        tokens = {_NAMES[name]: answer[name] for name in _NAMES if _is_text(answer.get(name))}
        if "accessToken" not in tokens:
            raise self._failure("the response has no access_token.")
        return tokens

    def _request(self, client: Mapping[str, str], grant: Grant) -> WebRequest:
        """Return the request in the connector's style.

        Known (SDK, AuthenticationType.md): the connector says the method, the content type, and
        whether the client's id and secret are a Basic header. The `tokenUrlCustomProperties` are
        sent as key-value pairs.
        Inferred (RFC 6749): the names of a token request's parameters; what is in the header is not
        among them; the error for a refused request (`ConnectorAuthenticationException` with the
        server's `error` and `error_description`); redirects are not followed.
        """
        named = {"client_id": client.get("clientId"), "client_secret": client.get("clientSecret")}
        known = {name: value for name, value in named.items() if value is not None}
        headers = {"Accept": "application/json"}
        parameters = {**self.properties.parameters, **grant}
        if self.style.basic_header:
            headers["Authorization"] = _basic(client)
        else:
            parameters |= known
        if self.style.method == GET:
            separator = "&" if "?" in self.url else "?"
            return WebRequest("GET", f"{self.url}{separator}{urlencode(parameters)}", headers)
        if self.style.content_type == JSON:
            headers["Content-Type"] = "application/json"
            return WebRequest("POST", self.url, headers, json.dumps(parameters).encode())
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return WebRequest("POST", self.url, headers, urlencode(parameters).encode())

    def _failure(self, reason: str) -> ConnectorAuthenticationException:
        return authentication_error(f"The token request to {self.url} failed: {reason}")


def _basic(client: Mapping[str, str]) -> str:
    pair = f"{client.get('clientId', '')}:{client.get('clientSecret', '')}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _json_object(body: bytes) -> Mapping[str, Json]:
    try:
        answer = load_json(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _refusal(response: WebResponse, answer: Mapping[str, Json]) -> str:
    said = [answer[name] for name in ("error", "error_description") if _is_text(answer.get(name))]
    return ": ".join([f"HTTP {response.status}", *said])


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and bool(value)
