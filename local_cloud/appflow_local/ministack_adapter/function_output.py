"""Puts what functions print into the server's log, as well as into MiniStack's CloudWatch Logs."""

from __future__ import annotations

import logging
from typing import Any

from ministack.services import lambda_svc

from appflow_local.server_log import FUNCTION_SOURCE, with_levels

_MOST_PRINTED = 64 * 1024  # the last characters of an invocation's output


def log_what_functions_print() -> None:
    """Log the output of every invocation once it has ended, a record for each line."""
    emit = lambda_svc._emit_lambda_logs

    def log_and_emit(
        func: dict[str, Any],
        request_id: str,
        log_text: str,
        *args: Any,  # noqa: ANN401 - as MiniStack's
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        name = (func.get("config") or func).get("FunctionName", "unknown")
        logger = logging.getLogger(f"{FUNCTION_SOURCE}{name}")
        for level, line in with_levels((log_text or "")[-_MOST_PRINTED:].splitlines()):
            logger.log(level, "%s", line)
        emit(func, request_id, log_text, *args, **kwargs)

    lambda_svc._emit_lambda_logs = log_and_emit
