"""Calling a connector's function as AppFlow does, and reading its answer.

Messages that begin `Error while communicating to connector: ` or `Error authenticating to
connector: ` are AppFlow's, from public reports; what follows is marked below where it is this
emulator's own.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from appflow_local.appflow.account.arns import connector_arn
from appflow_local.appflow.account.authorization import authorize
from appflow_local.appflow.host import (
    Caller,
    FunctionNotFound,
    Host,
    Invocation,
    InvocationThrottled,
    InvocationTimedOut,
)
from appflow_local.appflow.protocol.errors import (
    AccessDeniedException,
    AppFlowError,
    ConnectorAuthenticationException,
    ConnectorServerException,
    ResourceNotFoundException,
    ThrottlingException,
)
from appflow_local.appflow.protocol.model import longest_message
from appflow_local.appflow.protocol.parsing import load_json

# Source: AppFlow Custom Connector SDK, README, "SDK Restrictions"; in seconds, by kind of request.
METADATA_TIMEOUT = 10.0
DATA_TIMEOUT = 30.0
LARGEST_ANSWER = 6 * 1024 * 1024
# Source: Lambda's error, "Request must be smaller than 6291456 bytes for the InvokeFunction
# operation", from public reports.
LARGEST_REQUEST = 6 * 1024 * 1024 - 1

COMMUNICATION_ERROR = "Error while communicating to connector: "
AUTHENTICATION_ERROR = "Error authenticating to connector: "
# Word for word from a public report of AppFlow's answer.
NO_VALID_RESPONSE = (
    "Got error from connector. No valid response and error details found in the connector response."
)

Failure = Callable[[str], AppFlowError]

_log = logging.getLogger(__name__)


def check_permissions(host: Host, caller: Caller, label: str, function_arn: str) -> None:
    """Check that the caller and AppFlow may both invoke the function.

    The caller: not documented, but the permissions of CloudFormation's AWS::AppFlow::Connector
    list `lambda:InvokeFunction`, so the strict reading is chosen, on the exact ARN given.

    Raises:
        AccessDeniedException: one of the two may not.
        ResourceNotFoundException: there is no such function.
    """
    authorize(host, caller, "lambda:InvokeFunction", function_arn)
    check_admission(host, caller, label, function_arn)


def check_admission(host: Host, caller: Caller, label: str, function_arn: str) -> None:
    """Check that AppFlow may invoke the function.

    The SDK's README asks for a resource policy whose `aws:SourceArn` is like
    `arn:aws:appflow:REGION:ACCOUNT:*`; the exact ARN that AppFlow presents is not documented,
    the connector's is assumed. Inferred: AccessDeniedException, whose documentation reads
    "AppFlow/Requester has invalid or missing permissions".

    Raises:
        AccessDeniedException: it may not.
        ResourceNotFoundException: there is no such function.
    """
    source_arn = connector_arn(caller, label)
    try:
        admitted = host.admits_appflow(
            function_arn, source_account=caller.account_id, source_arn=source_arn
        )
    except FunctionNotFound:
        raise _function_not_found(function_arn) from None
    if not admitted:
        raise AccessDeniedException(
            f"Amazon AppFlow is not authorized to perform: lambda:InvokeFunction on resource: "
            f"{function_arn}. The function's resource-based policy must allow "
            f"appflow.amazonaws.com with aws:SourceAccount {caller.account_id} and "
            f"aws:SourceArn {source_arn}."
        )


def call_connector(
    host: Host,
    function_arn: str,
    request: Mapping[str, Any],
    failure: Failure | None = None,
    *,
    timeout: float = METADATA_TIMEOUT,
) -> dict[str, Any]:
    """Send one request and return the connector's successful answer.

    `failure` makes the error for an answer that says why it is no success; by default
    `communication_error`. `timeout` is in seconds: `DATA_TIMEOUT` for QueryData and WriteData.

    Raises:
        AppFlowError: see `ask_connector` and `successful`.
    """
    answer = ask_connector(host, function_arn, request, timeout=timeout)
    return successful(answer, request, failure or communication_error)


def ask_connector(
    host: Host,
    function_arn: str,
    request: Mapping[str, Any],
    *,
    timeout: float = METADATA_TIMEOUT,
) -> dict[str, Any]:
    """Send one request and return the connector's answer, successful or not.

    `timeout` is in seconds.

    Raises:
        ResourceNotFoundException: there is no such function.
        ThrottlingException: Lambda is out of concurrency for it.
        ConnectorServerException: the request is too large, or the function crashed, was too slow,
            or its answer is no JSON object.
    """
    if len(json.dumps(request)) > LARGEST_REQUEST:
        raise communication_error("The request to the connector is larger than 6 MB.")
    try:
        invocation = host.invoke(function_arn, request, timeout=timeout)
    except FunctionNotFound:
        raise _function_not_found(function_arn) from None
    except InvocationThrottled:
        raise ThrottlingException(f"The connector function {function_arn} is throttled.") from None
    except InvocationTimedOut:
        raise communication_error(
            f"The connector did not respond within {timeout:.0f} seconds."
        ) from None
    return _answer(function_arn, invocation)


def successful(
    answer: dict[str, Any], request: Mapping[str, Any], failure: Failure
) -> dict[str, Any]:
    """Return an answer that says of itself that it is a success.

    Raises:
        ConnectorServerException: it says neither success nor a reason.
        AppFlowError: what `failure` makes of the connector's reason.
    """
    if answer.get("isSuccess") is True:
        return answer
    details = answer.get("errorDetails")
    reason = details.get("errorMessage") if isinstance(details, Mapping) else None
    if answer.get("isSuccess") is not False or not isinstance(reason, str):
        raise communication_error(NO_VALID_RESPONSE)
    # The sentence is known for ValidateCredentials and for queries; inferred for other requests.
    attempt = str(request["type"]).removesuffix("Request")
    raise failure(
        f'Failed to validate Connection while attempting "{attempt} with CustomConnector" '
        f"with connector failure {reason}"
    )


def communication_error(reason: str) -> ConnectorServerException:
    """Say, with AppFlow's prefix, that talking to the connector failed."""
    return ConnectorServerException((COMMUNICATION_ERROR + reason)[: longest_message()])


def authentication_error(reason: str) -> ConnectorAuthenticationException:
    """Say, with AppFlow's prefix, that the connector refused the credentials."""
    return ConnectorAuthenticationException((AUTHENTICATION_ERROR + reason)[: longest_message()])


def _function_not_found(function_arn: str) -> ResourceNotFoundException:
    # The words are Lambda's.
    return ResourceNotFoundException(f"Function not found: {function_arn}")


def _answer(function_arn: str, invocation: Invocation) -> dict[str, Any]:
    if invocation.function_error is not None:
        # AppFlow's message says nothing of the cause; whoever runs the emulator needs it.
        _log.warning("Connector %s failed: %r", function_arn, invocation.payload[:4096])
        raise communication_error(NO_VALID_RESPONSE)
    if len(invocation.payload) > LARGEST_ANSWER:
        raise communication_error("The connector's response is larger than 6 MB.")
    try:
        answer = load_json(invocation.payload)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        _log.warning("Connector %s answered %r", function_arn, invocation.payload[:4096])
        raise communication_error(NO_VALID_RESPONSE)
    return answer
