"""Calling a connector with the credentials of a profile, whose token AppFlow keeps fresh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.connectors.connector_call import (
    METADATA_TIMEOUT,
    ask_connector,
    authentication_error,
    communication_error,
    successful,
)
from appflow_local.appflow.host import Host
from appflow_local.appflow.profiles.connection import Connection
from appflow_local.appflow.profiles.oauth2.refresh import refresh_token

# Source: AppFlow Custom Connector SDK, enumeration ErrorCode.
_INVALID_CREDENTIALS = "InvalidCredentials"


def ask_connection(
    host: Host,
    connection: Connection,
    request: Mapping[str, Any],
    *,
    timeout: float = METADATA_TIMEOUT,
) -> dict[str, Any]:
    """Send a request and return the answer, successful or not; `timeout` is in seconds.

    When the connector says that the credentials are invalid, their token is refreshed, if it can
    be, and the request is sent again, once. Source: AppFlow Custom Connector SDK, README: when a
    token has expired, AppFlow refreshes it and reissues the request. Inferred: the error code.

    Raises:
        ConnectorAuthenticationException: the token could not be refreshed.
        AppFlowError: see `connector_call.ask_connector`.
    """
    function_arn = connection.connector.function_arn
    answer = ask_connector(host, function_arn, request, timeout=timeout)
    if error_code(answer) == _INVALID_CREDENTIALS and refresh_token(host, connection):
        answer = ask_connector(host, function_arn, request, timeout=timeout)
    return answer


def call_connection(
    host: Host,
    connection: Connection,
    request: Mapping[str, Any],
    *,
    timeout: float = METADATA_TIMEOUT,
) -> dict[str, Any]:
    """Send a request and return the successful answer; `timeout` is in seconds.

    Raises:
        ConnectorAuthenticationException: the connector says that the credentials are invalid.
            Inferred.
        AppFlowError: see `ask_connection` and `connector_call.successful`.
    """
    answer = ask_connection(host, connection, request, timeout=timeout)
    is_refused = error_code(answer) == _INVALID_CREDENTIALS
    return successful(answer, request, authentication_error if is_refused else communication_error)


def error_code(answer: Mapping[str, Any]) -> str | None:
    """Return the SDK's error code of a failed answer; None for a success or no code."""
    details = answer.get("errorDetails")
    if answer.get("isSuccess") is not False or not isinstance(details, Mapping):
        return None
    code = details.get("errorCode")
    return code if isinstance(code, str) else None
