"""What a connector says about its authorization server, of which the API shows only a part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.account.token_style import FORM, GET, JSON, POST, TokenStyle
from appflow_local.appflow.connectors.answer_checks import flag, object_of, one_of
from appflow_local.appflow.connectors.connector_errors import communication_error

_CHECK = object_of(
    {},
    {
        "oAuth2MethodType": one_of(POST, GET),
        "oAuth2ContentType": one_of(FORM, JSON),
        "addBasicAuthHeader": flag,
    },
)


def read_style(answer: Mapping[str, Any]) -> TokenStyle:
    """Return the token style in a checked DescribeConnectorConfiguration answer.

    Raises:
        ConnectorServerException: the answer has something that the SDK does not know.
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
