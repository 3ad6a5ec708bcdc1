"""Checks what AppFlow would refuse, where the caller wrote it. Tokens are left to the provider."""

from __future__ import annotations

from collections.abc import Callable

from aws_cdk import Duration, RemovalPolicy, Token

from appflow_connector_provider import contract


def check_label(label: str) -> None:
    """Raise ValueError unless AppFlow would admit the connector label."""
    _check("label", label, contract.label_problem)


def check_description(description: str) -> None:
    """Raise ValueError unless AppFlow would admit the connector's description."""
    _check("description", description, contract.description_problem)


def check_revision(revision: str) -> None:
    """Raise ValueError for an empty revision, which could never show a change."""
    if not revision:
        raise ValueError("revision '' is empty: give a text that changes with the connector's code")


def check_removal_policy(policy: RemovalPolicy) -> None:
    """Raise ValueError for a removal policy that a registration cannot have."""
    if policy is RemovalPolicy.SNAPSHOT:
        raise ValueError(
            "removal_policy RemovalPolicy.SNAPSHOT cannot apply to a registration: "
            "use RemovalPolicy.DESTROY or RemovalPolicy.RETAIN"
        )


def check_timeout(timeout: Duration) -> None:
    """Raise ValueError for a provider time-out that could not bound a registration."""
    seconds = timeout.to_seconds()
    if not 30 <= seconds <= 900:
        raise ValueError(
            f"timeout {seconds} s is out of range: give 30 s (AppFlow lets a connector take 10 s "
            "to answer, and may have to ask again) to 15 minutes (the longest for a Lambda)"
        )


def _check(argument: str, value: str, problem_of: Callable[[str], str | None]) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{argument} {value!r} must be a string")
    if Token.is_unresolved(value):
        return
    if problem := problem_of(value):
        raise ValueError(f"{argument} {value!r} {problem}")
