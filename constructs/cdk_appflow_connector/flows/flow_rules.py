"""The library's rules for a flow's events, with targets that are looked at before jsii is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from aws_cdk import aws_events as events
from constructs import Construct

from cdk_appflow_connector.construct_errors import names_construct
from cdk_appflow_connector.flows.argument_checks import check_target
from cdk_appflow_connector.flows.library import RuleTarget, cdk_appflow

if TYPE_CHECKING:
    from typing_extensions import Unpack


class RuleOptions(TypedDict, total=False):
    """The arguments of a rule, such as the library's ``on_run_completed``.

    Args:
        target: what gets the event. Default: none; `add_target` of the rule adds targets.
        event_pattern: what else the event must have. Default: nothing.
        description: shown with the rule. Default: none.
        rule_name: the rule's name. Default: one by CloudFormation.
        cross_stack_scope: the parent of the rule, if the target is in another stack. Default: the
            flow.
    """

    target: RuleTarget | None
    event_pattern: events.EventPattern | dict[str, Any] | None
    description: str | None
    rule_name: str | None
    cross_stack_scope: Construct | None


class FlowWithRules(cdk_appflow.FlowBase):
    """A flow whose rules tell of a wrong target by its name, and of the flow."""

    @names_construct
    def on_run_started(self, id: str, **options: Unpack[RuleOptions]) -> events.Rule:  # noqa: A002 - IFlow's
        """Return a new rule for the event that a run started."""
        check_target(options.get("target"))
        return super().on_run_started(id, **_for_jsii(options))

    @names_construct
    def on_run_completed(self, id: str, **options: Unpack[RuleOptions]) -> events.Rule:  # noqa: A002 - IFlow's
        """Return a new rule for the event that a run ended, well or not."""
        check_target(options.get("target"))
        return super().on_run_completed(id, **_for_jsii(options))

    @names_construct
    def on_event(
        self,
        id: str,  # noqa: A002 - IFlow's
        *,
        target: RuleTarget | None = None,
        # Named one by one: Node.js calls this, and jsii finds the names of what it gives here.
        event_pattern: events.EventPattern | dict[str, Any] | None = None,
        description: str | None = None,
        rule_name: str | None = None,
        cross_stack_scope: Construct | None = None,
    ) -> events.Rule:
        """Return a new rule for every event of the flow."""
        check_target(target)
        options: RuleOptions = {
            "target": target,
            "event_pattern": event_pattern,
            "description": description,
            "rule_name": rule_name,
            "cross_stack_scope": cross_stack_scope,
        }
        return super().on_event(id, **_for_jsii(options))


def _for_jsii(options: RuleOptions) -> dict[str, Any]:
    # pyright and mypy take the CDK's targets for other types than IRuleTarget.
    return dict(options)
