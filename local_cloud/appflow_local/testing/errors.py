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
