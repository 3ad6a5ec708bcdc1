"""One AppFlow call, tried again while that can help, with one error for all that goes wrong.

All of the AWS SDK is in this module: botocore, which is most of a cold start. What boto3 would
add to it (S3 transfers, resources) is not used here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

import botocore.session
from botocore import exceptions
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.loaders import Loader

from appflow_connector_provider.budget import Budget
from appflow_connector_provider.failures import CallError

if TYPE_CHECKING:
    from mypy_boto3_appflow import AppflowClient

_logger = logging.getLogger(__name__)

ACCESS_DENIED: Final = "AccessDeniedException"
CONFLICT: Final = "ConflictException"
CONNECTOR_SERVER: Final = "ConnectorServerException"
NOT_FOUND: Final = "ResourceNotFoundException"

_THROTTLING: Final = "ThrottlingException"
_OF_CONNECTOR: Final = frozenset({CONNECTOR_SERVER, "ConnectorAuthenticationException"})
_TOO_MANY_REQUESTS: Final = 429
# Said by AppFlow itself, which would have repeated its first answer to a client token that it
# knows. IAM and throttling stand before it, and tell nothing of an earlier delivery.
_NOT_DONE: Final = frozenset(
    {
        CONFLICT,
        CONNECTOR_SERVER,
        NOT_FOUND,
        "ConnectorAuthenticationException",
        "ServiceQuotaExceededException",
        "ValidationException",
    }
)
_ADVICE: Final = {
    ACCESS_DENIED: "Check the provider role's policy and the function's permission.",
    CONFLICT: "Deploy again when no other request changes it.",
    CONNECTOR_SERVER: "Read the log of the connector's function.",
    NOT_FOUND: "Check that the connector function exists in this Region.",
    "ConnectorAuthenticationException": "Check the connector's authentication configuration.",
    "InternalServerException": "Deploy again.",
    "ServiceQuotaExceededException": "Unregister unused connectors or ask for a higher quota.",
    _THROTTLING: "Deploy again, with fewer connectors at once.",
    "ValidationException": "Correct the template.",
}
# A connector can make an error of megabytes, in which looking for words takes a second each time;
# a reason has room for 256 characters of it.
_LONGEST_MESSAGE: Final = 10_000
# AppFlow's words around a connector's fault, which the reason has to lead with.
_WRAPPING: Final = re.compile(
    r"(?:Error (?:while communicating|authenticating) (?:to|with) connector: *"
    r"|Validation exception: *|Got error from connector\. *"
    r'|Failed to validate Connection while attempting "[^"]*" *|with connector failure *'
    r"|ConnectorConfiguration from the connector failed with following validation *"
    r"|validationErrors[.:]? *)+",
    re.IGNORECASE,
)
_SERVICE_TRAILER: Final = re.compile(r" *\(Service: .*", re.DOTALL)
# What a connector says or cannot say of itself is the same a moment later. Its own words come
# with these, and may sound like the next ones: "No module named 'permissions'".
_OF_CONNECTORS_OWN: Final = re.compile(
    r"failed with following validation|validationErrors|connector failure|no valid response"
    r"|unable to import|import module|no module named|missing on module|syntax ?error|traceback"
    r"|PermissionError|\[Errno|runtime\.|larger than|isSuccess|regular expression|malformed",
    re.IGNORECASE,
)
# Lambda's words for what passes: a permission, role or function that is too new, and throttling.
_PASSING: Final = re.compile(
    r"not authorized|access ?denied|permission|forbidden|assumed|pending|in progress"
    r"|function not found|too ?many ?requests|rate exceeded|throttl|time-?d? ?out"
    r"|ServiceException|InternalError",
    re.IGNORECASE,
)
_OF_CONTENT: Final = re.compile(
    r"validation|import|module|must not|must satisfy|missing|invalid|exited"
    r"|\w(?:Error|Exception)\b",
    re.IGNORECASE,
)
# They log whole requests and answers at DEBUG, with the session token and the texts of secrets.
_TELL_CREDENTIALS: Final = ("botocore.auth", "botocore.endpoint", "botocore.parsers")
_NEVER_SENT: Final = (
    exceptions.ConnectTimeoutError,
    exceptions.EndpointConnectionError,
    exceptions.NoCredentialsError,
    exceptions.ProxyConnectionError,
    ParamValidationError,
)
_UNREACHABLE: Final = "Check the provider's network, and that its Region has AppFlow."
_CONNECT_SECONDS: Final = 5
# RegisterConnector waits for the connector, which AppFlow gives 10 seconds, cold start included.
_MOST_READ_SECONDS: Final = 30


def longest_call(time: float) -> int:
    """Seconds that a call may take, of a function's whole time: half of it, but no more than 35."""
    return min(_MOST_READ_SECONDS + _CONNECT_SECONDS, int(time / 2))


def new_client(seconds: int) -> AppflowClient:
    """Make the AppFlow client. Region, endpoint and credentials come from the environment.

    Args:
        seconds: what a call may take.
    """
    return cast("AppflowClient", _client("appflow", seconds))


def new_secrets_client(seconds: int) -> Any:  # noqa: ANN401 - botocore's; its types are not at hand
    """Make a client of Secrets Manager in the same way."""
    return _client("secretsmanager", seconds)


def _client(service: str, seconds: int) -> Any:  # noqa: ANN401 - botocore's
    for name in _TELL_CREDENTIALS:
        # A level would do until somebody sets another one.
        logging.getLogger(name).addFilter(_is_above_debug)
    # One attempt per call: the budget decides on the next one, not botocore.
    config = Config(
        retries={"total_max_attempts": 1},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=max(1, seconds - _CONNECT_SECONDS),
    )
    session = botocore.session.get_session()
    session.register_component("data_loader", _OneServiceLoader(service))
    return session.create_client(service, config=config)


class _OneServiceLoader(Loader):
    # botocore would look through the folders of all services (docs/decisions/cold-start.md).
    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - as inherited
        return [self._service]


def _is_above_debug(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG


def call(
    budget: Budget,
    operation: str,
    method: Callable[..., Any],
    *,
    too_new: frozenset[str] = frozenset(),
    leaves_time_to_undo: bool = False,
    **parameters: Any,  # noqa: ANN401 - botocore's own signature
) -> dict[str, Any]:
    """Make a call, and again after an error that can pass, until the budget ends.

    Args:
        budget: the time there is.
        operation: the operation's name, for what is logged and said.
        method: the client's method.
        too_new: error codes that can mean that a permission or a function is so new that AppFlow
            cannot see it yet. They are waited for, but not as long as the others.
        leaves_time_to_undo: do not begin a call so late that undoing it would come too late.
        parameters: the operation's parameters.

    Raises:
        CallError: AppFlow refused, or did not answer in time.
    """
    if not budget.admits_call(leaves_time_to_undo=leaves_time_to_undo):
        late = "too little of the provider function's time is left"
        raise CallError(operation, "out of time", late, not_done=False)
    unknown = False
    attempt = 0
    while True:
        try:
            response: dict[str, Any] = method(**parameters)
        except (ClientError, BotoCoreError) as error:
            failure = _failure(operation, error, _function_of(parameters))
            # Once unknown, it stays so: the next attempt tells nothing of the one before.
            unknown = failure.outcome_unknown = unknown or failure.outcome_unknown
            missing = failure.code in too_new and not failure.is_final
            again = (failure.can_pass or missing) and budget.wait(attempt, too_new=missing)
            if not again:
                raise failure from error
            _logger.warning("%s (attempt %d), trying again", failure, attempt + 1)
            attempt += 1
        else:
            _logger.info("%s %s", operation, parameters.get("connectorLabel", ""))
            return response


def _function_of(parameters: Mapping[str, Any]) -> str:
    provisioning = parameters.get("connectorProvisioningConfig", {})
    return str(provisioning.get("lambda", {}).get("lambdaArn", ""))


def _connector_log(lambda_arn: str) -> str:
    _, _, name = lambda_arn.partition(":function:")
    # Of the function, unless it was given a group with another name.
    return f"Connector's log: /aws/lambda/{name.split(':')[0]}." if name else ""


def _failure(operation: str, error: ClientError | BotoCoreError, lambda_arn: str = "") -> CallError:
    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", "Unknown"))
        message = str(error.response.get("Error", {}).get("Message", ""))[:_LONGEST_MESSAGE]
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        # A server error may come from behind the point where the registration was written.
        unknown = status >= 500
        # Gateways in front of services have codes of their own for it.
        throttled = status == _TOO_MANY_REQUESTS or code.startswith(("Throttling", "TooMany"))
        can_pass = unknown or throttled
        advice = _ADVICE.get(_THROTTLING if throttled else code, "")
        is_final = code in _OF_CONNECTOR and _is_of_content(message)
        if code in _OF_CONNECTOR:
            message, advice = _fact(message), _connector_log(lambda_arn) or advice
    else:
        code, message = type(error).__name__, str(error)
        unknown = not isinstance(error, _NEVER_SENT)
        can_pass = not isinstance(error, ParamValidationError)
        advice = _UNREACHABLE if can_pass else ""
        is_final = False
    return CallError(
        operation,
        code,
        message,
        advice,
        outcome_unknown=unknown,
        can_pass=can_pass,
        not_done=code in _NOT_DONE,
        is_final=is_final,
    )


def _is_of_content(message: str) -> bool:
    if _OF_CONNECTORS_OWN.search(message):
        return True
    return bool(_OF_CONTENT.search(message)) and not _PASSING.search(message)


def _fact(message: str) -> str:
    """Return what a connector did wrong, without AppFlow's words around it."""
    fact = _SERVICE_TRAILER.sub("", _WRAPPING.sub("", message)).strip()
    return fact or message
