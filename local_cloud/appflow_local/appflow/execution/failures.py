"""What ends a run, and its execution message.

Inferred (hashicorp/terraform-provider-aws#34422; cdklabs/cdk-appflow#90): the sentences with which
AppFlow reports a connector's failure are execution messages, too.
Chosen: all other words of execution messages.
"""

from __future__ import annotations

import errno
import logging
from concurrent.futures import CancelledError

from appflow_local.appflow.customer_keys import KeyProblem
from appflow_local.appflow.flows.buckets import BucketProblem
from appflow_local.appflow.protocol.errors import AppFlowError
from appflow_local.appflow.storage import BucketNotFound, ObjectNotFound, ObjectRefused
from appflow_local.appflow.transfer.formats import FormatError
from appflow_local.appflow.transfer.plan import FlowTerminated, TaskError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LONGEST_MESSAGE = 2048  # of the shape ExecutionMessage

_log = logging.getLogger(__name__)


class RunFailed(Exception):  # noqa: N818 - an outcome of a run
    """A run can't continue; the message is its execution message."""


class RunStopped(Exception):  # noqa: N818
    """A run was canceled."""


_TOLD = (
    AppFlowError,
    BucketProblem,
    FlowTerminated,
    FormatError,
    KeyProblem,
    ObjectRefused,
    RunFailed,
    TaskError,
)


def is_stop(error: Exception) -> bool:
    """Tell whether a run ended because it was canceled."""
    return isinstance(error, (RunStopped, CancelledError))


def execution_message(error: Exception) -> str:
    """Return the execution message for an error; log an error that is the emulator's own."""
    return _message(error)[:_LONGEST_MESSAGE]


def _message(error: Exception) -> str:
    if isinstance(error, BucketNotFound):
        return f"The bucket {error} does not exist."
    if isinstance(error, ObjectNotFound):
        return f"The object {error} no longer exists."
    if isinstance(error, UnicodeEncodeError):
        return "A record holds half of a surrogate pair, which UTF-8 does not have."
    if isinstance(error, RecursionError):
        return (
            "A record is nested more deeply than the emulator can take, which is some 900 levels."
        )
    if isinstance(error, _TOLD):
        return str(error)
    if isinstance(error, OSError) and error.errno in _FULL:
        return f"The emulator has no room for the run's files ({error.strerror})."
    _log.error("A run failed", exc_info=error)
    return "The emulator failed; its log says why."
