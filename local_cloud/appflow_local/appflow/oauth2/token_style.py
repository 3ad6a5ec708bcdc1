"""How an authorization server wants to be asked for tokens, as its connector says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.answer_checks import flag, object_of, one_of
from appflow_local.appflow.connector_call import communication_error

POST, GET = "HTTP_POST", "HTTP_GET"
FORM, JSON = "URL_ENCODED", "APPLICATION_JSON"

_CHECK = object_of(
    {},
    {
        "oAuth2MethodType": one_of(POST, GET),
        "oAuth2ContentType": one_of(FORM, JSON),
        "addBasicAuthHeader": flag,
    },
)


@dataclass(frozen=True)
class TokenStyle:
    """The parts of a connector's oAuth2Defaults that the API does not show.

    Source: AppFlow Custom Connector SDK for Java, class OAuth2Defaults, defaults included.
    """

    method: str = POST
    content_type: str = FORM
    basic_header: bool = False


def read_style(answer: Mapping[str, Any]) -> TokenStyle:
    """Return what a connector's checked DescribeConnectorConfiguration answer says of it.

    Raises:
        ConnectorServerException: it says something that the SDK does not know.
    """
    defaults = (answer.get("authenticationConfig") or {}).get("oAuth2Defaults") or {}
    mistakes = list(_CHECK(defaults, "oAuth2Defaults"))
    if mistakes:
        raise communication_error(
            f"The connector's configuration is not valid. [{', '.join(mistakes)}]"
        )
    return TokenStyle(
        defaults.get("oAuth2MethodType") or POST,
        defaults.get("oAuth2ContentType") or FORM,
        bool(defaults.get("addBasicAuthHeader")),
    )
