"""What a test is told when it asks for what can't be; what AppFlow refuses is botocore's error."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from botocore.exceptions import ClientError

from appflow_local.cloud import CloudError
from appflow_local.command_arguments import UsageError

P = ParamSpec("P")
T = TypeVar("T")

_OPTION = re.compile(r"--([a-z]+)(?: (?:FILE\.FUNCTION|FILE|NAME)\b)?")


class AppflowLocalError(Exception):
    """A test asks for what can't be, or the cloud doesn't do it; the message says what to write."""

    __module__ = "appflow_local.testing"


def short(error: BaseException) -> str | None:
    """Return what a line about a failed test has room for; None to leave it to pytest.

    Pytest begins with the error's module, and botocore with the operation: that is the whole line.
    """
    if isinstance(error, ClientError):
        said = error.response.get("Error", {})
        return f"{said.get('Code')}: {said.get('Message')}"
    return f"{type(error).__name__}: {error}" if isinstance(error, AppflowLocalError) else None


def told_plainly(function: Callable[P, T]) -> Callable[P, T]:
    """Let pytest show the line of the test that fails, and nothing of what is below it."""

    @wraps(function)
    def told(*args: P.args, **named: P.kwargs) -> T:
        __tracebackhide__ = True
        try:
            return function(*args, **named)
        except (UsageError, CloudError) as error:
            raise AppflowLocalError(_for_tests(str(error))) from None
        except (AppflowLocalError, ClientError) as error:
            raise error.with_traceback(None) from None

    return told


def _for_tests(message: str) -> str:
    """Return a command's message with the names that arguments have in tests."""
    return _OPTION.sub(r"`\1=`", message)
