from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.chaos.machine import ACCOUNT

QUICK_SEQUENCES = 75


@pytest.fixture(scope="session")
def sequences() -> settings:
    """How many sequences to try: CHAOS_SEQUENCES at random, or a quick number of the same ones."""
    asked = os.environ.get("CHAOS_SEQUENCES")
    quick = settings(
        max_examples=QUICK_SEQUENCES,
        derandomize=True,
        stateful_step_count=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    if asked is None:
        return quick
    return settings(quick, max_examples=int(asked), derandomize=False, print_blob=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ACCOUNT.sequences:
        write = terminalreporter.write_line
        write("")
        write(
            f"chaos: {ACCOUNT.sequences} sequences, {ACCOUNT.events} events, "
            f"{ACCOUNT.deliveries} deliveries, {ACCOUNT.registrations} registrations, "
            f"{ACCOUNT.orphans} orphans, {ACCOUNT.touched} foreign connectors touched, "
            f"{ACCOUNT.unanswered} unanswered events"
        )
        faults = ", ".join(f"{kind}: {n}" for kind, n in sorted(ACCOUNT.injected.items()))
        write(f"faults injected: {faults}")
