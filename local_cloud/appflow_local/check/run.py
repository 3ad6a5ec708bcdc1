"""Makes all checks of one connector."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from appflow_local.check.bench import Bench, Connector
from appflow_local.check.catalog import CATALOG, in_order
from appflow_local.check.connecting import connect, subject_of
from appflow_local.check.credentials_file import GivenCredentials
from appflow_local.check.model import Outcome
from appflow_local.check.subject import Plan


def make_checks(
    bench: Bench,
    connector: Connector,
    plan: Plan,
    credentials: GivenCredentials | None = None,
    tell: Callable[[Outcome], None] = lambda _outcome: None,
) -> tuple[str, list[Outcome]]:
    """Make the checks.

    Args:
        bench: the cloud that the connector's function is in.
        connector: the connector.
        plan: what to look at.
        credentials: for a profile that exists while the checks are made; None for none, or for the
            one that a registered connector has.
        tell: is given each outcome at once.

    Returns:
        The connector's name, and the outcomes in the catalog's order.

    Raises:
        UsageError: the credentials are not of a type that the connector takes.
    """
    outcomes: dict[str, Outcome] = {}
    with ExitStack() as undo:
        subject = subject_of(bench, connector, plan)
        connect(bench, subject, connector, credentials, undo)
        for check in in_order():
            outcomes[check.id] = check.outcome(subject)
            tell(outcomes[check.id])
    answer = subject.described.answer or {}
    return str(answer.get("connectorName") or connector.label), [outcomes[each.id] for each in
                                                                 CATALOG]  # fmt: skip
