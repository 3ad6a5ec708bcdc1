"""Makes all checks of one connector."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from appflow_local.check.bench import Bench, Connector
from appflow_local.check.catalog import CATALOG, in_order
from appflow_local.check.connecting import connect, subject_of
from appflow_local.check.model import Outcome
from appflow_local.check.subject import Plan, Subject
from appflow_local.command_arguments import UsageError
from appflow_local.driving.credentials_file import GivenCredentials
from appflow_local.driving.given_settings import check_declared


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
        UsageError: the credentials are not of a type that the connector takes, or the plan has
            something for which it has no use.
    """
    outcomes: dict[str, Outcome] = {}
    with ExitStack() as undo:
        subject = subject_of(bench, connector, plan)
        _check_plan(subject)
        connect(bench, subject, connector, credentials, undo)
        for check in in_order():
            outcomes[check.id] = check.outcome(subject)
            tell(outcomes[check.id])
    answer = subject.described.answer or {}
    return str(answer.get("connectorName") or connector.label), [outcomes[each.id] for each in
                                                                 CATALOG]  # fmt: skip


def _check_plan(subject: Subject) -> None:
    if not subject.described.is_success:
        return
    plan, configuration = subject.plan, subject.configuration
    check_declared(plan.settings, configuration)
    modes = configuration.get("connectorModes")
    # Other modes than these are a mistake of the connector's: a check tells of it.
    if plan.write_entity is not None and modes == ["SOURCE"]:
        raise UsageError(
            f"--write {plan.write_entity}: nothing is written to a connector with the mode SOURCE "
            "only: leave it out, or add DESTINATION to its connectorModes"
        )
