"""What can go wrong, in AppFlow's error codes, and how it becomes an answer.

AppFlow expects failures in the response (`isSuccess: false` with `errorDetails`). An exception that
leaves the Lambda reaches the user as "no valid response and error details", so none may.
"""

import functools
import logging
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from custom_connector_sdk.lambda_handler.responses import ErrorCode, ErrorDetails

LOGGER = logging.getLogger(__name__)

# AppFlow and CloudFormation repeat our message inside their own, and cut that at 1,024 characters.
MAX_MESSAGE_CHARS = 800

_P = ParamSpec("_P")
_R = TypeVar("_R")


class ConnectorError(Exception):
    """A failure that the user of the flow can read and act on.

    Args:
        code: One of AppFlow's normalised error codes.
        message: What is wrong, the value, what to do. Never holds the key or token.
        retry_after: Seconds after which a retry may succeed; None if nobody knows.
    """

    def __init__(self, code: ErrorCode, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def details(self) -> ErrorDetails:
        """Return the error in the shape that every SDK response takes."""
        return ErrorDetails(self.code, shorten(self.message, MAX_MESSAGE_CHARS), self.retry_after)


class RejectedError(ConnectorError):
    """The server read the request and refused what it holds; nothing of it was done."""


def invalid(message: str) -> ConnectorError:
    """Return the error for a request that can't be served however often it is repeated."""
    return ConnectorError(ErrorCode.InvalidArgument, message)


def not_found(message: str) -> ConnectorError:
    """Return the error for an entity, a database or a secret that isn't there."""
    return ConnectorError(ErrorCode.ResourceNotFoundError, message)


def shorten(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, with an ellipsis where it was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def answers(response: Callable[..., _R]) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Make a handler method answer with `response` instead of raising.

    Args:
        response: The SDK's response class of that operation.
    """

    def decorate(method: Callable[_P, _R]) -> Callable[_P, _R]:
        @functools.wraps(method)
        def answer(*args: _P.args, **kwargs: _P.kwargs) -> _R:
            try:
                return method(*args, **kwargs)
            except ConnectorError as exc:
                LOGGER.warning("%s: %s: %s", method.__name__, exc.code.name, exc.message)
                return response(is_success=False, error_details=exc.details())
            except Exception as exc:
                LOGGER.exception("%s failed", method.__name__)
                unexpected = ConnectorError(
                    ErrorCode.UnknownError,
                    f"The connector failed unexpectedly ({type(exc).__name__}); "
                    "its Lambda's log has the details",
                )
                return response(is_success=False, error_details=unexpected.details())

        return answer

    return decorate
