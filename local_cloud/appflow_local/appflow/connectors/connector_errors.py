"""What AppFlow says when a connector fails, and how a connector says that it did.

Messages that begin `Error while communicating to connector: ` or `Error authenticating to
connector: ` are AppFlow's, from public reports. What follows is this emulator's own, unless a
source is named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appflow_local.appflow.protocol.errors import (
    ConnectorAuthenticationException,
    ConnectorServerException,
    ResourceNotFoundException,
)
from appflow_local.appflow.protocol.model import longest_message

COMMUNICATION_ERROR = "Error while communicating to connector: "
AUTHENTICATION_ERROR = "Error authenticating to connector: "
# Word for word from a public report of AppFlow's answer.
NO_VALID_RESPONSE = (
    "Got error from connector. No valid response and error details found in the connector response."
)

# Known (SDK, ErrorCode): `InvalidCredentials` says that the credentials were refused.
_INVALID_CREDENTIALS = "InvalidCredentials"


def communication_error(reason: str) -> ConnectorServerException:
    """Return the error, with AppFlow's prefix, for a connector that cannot be talked to."""
    return ConnectorServerException((COMMUNICATION_ERROR + reason)[: longest_message()])


def authentication_error(reason: str) -> ConnectorAuthenticationException:
    """Return the error, with AppFlow's prefix, for credentials that were refused."""
    return ConnectorAuthenticationException((AUTHENTICATION_ERROR + reason)[: longest_message()])


def function_not_found(function_arn: str) -> ResourceNotFoundException:
    """Return the error for a function that does not exist. The words are Lambda's."""
    return ResourceNotFoundException(f"Function not found: {function_arn}")


def error_code(answer: Mapping[str, Any]) -> str | None:
    """Return the SDK's error code of a failed answer; None for a success or no code."""
    details = answer.get("errorDetails")
    if answer.get("isSuccess") is not False or not isinstance(details, Mapping):
        return None
    code = details.get("errorCode")
    return code if isinstance(code, str) else None


def refuses_credentials(answer: Mapping[str, Any], request: Mapping[str, Any]) -> bool:
    """Tell whether an answer refuses the profile's credentials, which the request must carry.

    Inferred of OAuth 2 (SDK, ErrorCode): `InvalidCredentials` is the code with which a connector
    asks for a new token.
    """
    return "connectorContext" in request and error_code(answer) == _INVALID_CREDENTIALS


def check_success(answer: dict[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer that says that it is a success.

    Raises:
        ConnectorAuthenticationException: the connector refuses the credentials.
        ConnectorServerException: it gives another reason, or says neither success nor a reason.
    """
    if answer.get("isSuccess") is True:
        return answer
    details = answer.get("errorDetails")
    reason = details.get("errorMessage") if isinstance(details, Mapping) else None
    if answer.get("isSuccess") is not False or not isinstance(reason, str):
        raise communication_error(NO_VALID_RESPONSE)
    # Known (hashicorp/terraform-provider-aws#34422; cdklabs/cdk-appflow#90;
    # crossplane-contrib/provider-upjet-aws#208): a connector that fails is a
    # `ConnectorServerException`, one that refuses credentials a `ConnectorAuthenticationException`
    # with its message; the texts for ValidateCredentials, for queries and for a connector without
    # an answer.
    # Inferred (the same): other requests have the same texts; which failure has which.
    attempt = str(request["type"]).removesuffix("Request")
    sentence = (
        f'Failed to validate Connection while attempting "{attempt} with CustomConnector" '
        f"with connector failure {reason}"
    )
    if attempt == "ValidateCredentials" or refuses_credentials(answer, request):
        raise authentication_error(sentence)
    raise communication_error(sentence)
