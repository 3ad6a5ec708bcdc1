"""Errors about an argument end with the path of the construct that it was given to."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar, cast

from constructs import Construct

_Call = TypeVar("_Call", bound=Callable[..., Any])
_NAMED = "names_its_construct"


def names_construct(call: _Call) -> _Call:
    """Let the errors about a call's arguments end with the path of what it makes.

    RuntimeErrors are the CDK's own, about arguments that are passed on to its constructs.

    Args:
        call: a construct's ``__init__`` or a factory, with the arguments ``scope``, or ``flow``,
            and ``construct_id``.
    """

    @wraps(call)
    def named(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - the call's own
        try:
            return call(*args, **kwargs)
        except (RuntimeError, TypeError, ValueError) as error:
            _name(error, dict(zip(signature(call).parameters, args, strict=False)) | kwargs)
            raise

    return cast("_Call", named)


def _name(error: Exception, given: dict[str, Any]) -> None:
    scope, construct_id = given.get("scope", given.get("flow")), given.get("construct_id")
    is_text = len(error.args) == 1 and isinstance(error.args[0], str)
    # What was raised further inside names its construct already.
    if is_text and isinstance(scope, Construct) and not hasattr(error, _NAMED):
        # An id of another type is what some of these errors are about.
        path = "/".join(str(part) for part in (scope.node.path, construct_id) if part)
        text = error.args[0]
        error.args = (text if repr(path) in text else f"{text} (at {path})",)
        setattr(error, _NAMED, True)
