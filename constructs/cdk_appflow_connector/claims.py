"""The check that no two constructs of an app claim one name in the same account and Region."""

from __future__ import annotations

from constructs import Construct

from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import Environment, environment_of
from cdk_appflow_connector.synth_warnings import WarningId, warn_of_pair
from cdk_appflow_connector.tokens import is_token

_Claims = dict[tuple[str, str], list[Construct]]


def claim(scope: Construct, argument: str, name: str, taken: str = "used") -> None:
    """Claim a name, which AWS admits once in an account and Region, for a construct.

    If it is known at deployment only whether another construct's stack is deployed to the same
    account and Region, a warning is shown; two stages count as different environments then.

    Args:
        scope: the construct.
        argument: the argument that the name was given by.
        name: the name; a token claims nothing.
        taken: in one word, what the other construct did with it.

    Raises:
        ValueError: another construct claimed it in the same account and Region.
    """
    if is_token(name):
        return
    here = environment_of(scope)
    others = state_of(here.root, "claims", _Claims).setdefault((argument, name), [])
    found = [(other, here.is_same_as(environment_of(other))) for other in others]
    for other, is_same in found:
        if is_same:
            raise ValueError(
                f"{argument} {name!r} is already {taken} by {other.node.path!r}, in the same "
                f"account and Region: give one of them another {argument}"
            )
    unknown = [other for other, is_same in found if is_same is None and _is_near(here, other)]
    if unknown:
        _warn(scope, unknown[0], argument, name, taken)
    others.append(scope)


def _is_near(here: Environment, other: Construct) -> bool:
    return here.stage_path == environment_of(other).stage_path


def _warn(scope: Construct, other: Construct, argument: str, name: str, taken: str) -> None:
    warn_of_pair(
        scope,
        other,
        WarningId.NAME_IN_UNKNOWN_ENVIRONMENT,
        f"{argument} {name!r} is {taken} by {other.node.path!r}, too, and only at deployment is it "
        "known whether both stacks are in the same account and Region, where one of them fails. "
        "Give the stacks their environments (env=), put them into a Stage for each environment, "
        f"or give one of them another {argument}",
    )
