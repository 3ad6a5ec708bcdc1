"""How to request tokens from a connector's authorization server."""

from __future__ import annotations

from dataclasses import dataclass

POST, GET = "HTTP_POST", "HTTP_GET"
FORM, JSON = "URL_ENCODED", "APPLICATION_JSON"


@dataclass(frozen=True)
class TokenStyle:
    """The parts of a connector's oAuth2Defaults that the API does not show.

    Source: AppFlow Custom Connector SDK for Java, class OAuth2Defaults, defaults included.
    """

    method: str = POST
    content_type: str = FORM
    basic_header: bool = False
