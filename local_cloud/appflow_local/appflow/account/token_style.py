"""How to request tokens from a connector's authorization server."""

from __future__ import annotations

from dataclasses import dataclass

POST, GET = "HTTP_POST", "HTTP_GET"
FORM, JSON = "URL_ENCODED", "APPLICATION_JSON"


@dataclass(frozen=True)
class TokenStyle:
    """The parts of a connector's oAuth2Defaults that the API does not show.

    Known (SDK, OAuth2Defaults; SDK, AuthenticationType.md): method, content type and Basic header
    of a token request are the connector's: by default POST, URL-encoded, no header.
    """

    method: str = POST
    content_type: str = FORM
    basic_header: bool = False
