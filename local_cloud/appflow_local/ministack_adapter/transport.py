"""What one service asks of another goes by TLS, as every request to the cloud does.

Inferred (IAM User Guide, `aws:SecureTransport`; AWS's services talk to each other by TLS): requests
between services (rules, state machines, runs) count as TLS for policies with it, such as those of
`enforce_ssl=True`.
"""

from __future__ import annotations

from contextvars import ContextVar

from ministack.core import iam_evaluator

_LOOPBACK = "127.0.0.1"


def secure_calls_between_services() -> None:
    """Let policies with `aws:SecureTransport` admit state machines, rules and runs of flows."""
    # Requests set it, by what they came in; what has no request gets the default.
    iam_evaluator._request_origin = ContextVar("request_origin", default=(_LOOPBACK, True))
