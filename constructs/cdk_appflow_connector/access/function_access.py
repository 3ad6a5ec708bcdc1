"""Lets AppFlow invoke a connector's function."""

from __future__ import annotations

from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IConstruct

from cdk_appflow_connector.access.other_environment import let_other_environment_invoke
from cdk_appflow_connector.construct_state import identity_of, state_of
from cdk_appflow_connector.environment import Environment, environment_of, node_of
from cdk_appflow_connector.tokens import is_token

_UNPUBLISHED = ":$LATEST"


def check_function(function: object) -> None:
    """Raise TypeError for something that isn't a function construct."""
    # Asking the type first spares a round trip to Node.js; jsii's proxies have instances only.
    known = hasattr(type(function), "function_arn") or hasattr(function, "function_arn")
    if known and not isinstance(function, type):
        return
    if isinstance(function, str):
        advice = "refer to it with aws_lambda.Function.from_function_attributes"
    elif isinstance(function, lambda_.CfnFunction):
        advice = "use aws_lambda.Function, or refer to it with Function.from_function_attributes"
    else:
        advice = "give an aws_lambda.Function, an alias, a version or an imported function"
    raise TypeError(f"function {function!r} is not an IFunction: {advice}")


def let_appflow_invoke(
    connector: Construct, function: lambda_.IFunction, function_arn: str, label: str
) -> list[IConstruct]:
    """Let AppFlow invoke the function for the stack's account, and for no other.

    For a function in another account or Region, see `let_other_environment_invoke`. If the stack's
    own account is known at deployment only, the permission is made, and deploying to another
    account fails.

    Returns:
        What must exist before the connector is registered.

    Raises:
        ValueError: the function is the version $LATEST, or in another account or Region without a
            name.
    """
    if function_arn.endswith(_UNPUBLISHED):
        raise ValueError(
            f"function {function.node.path!r} is the version $LATEST, which can't be opened to "
            "AppFlow: give the function itself, an alias or a published version"
        )
    here = environment_of(connector)
    if is_in_other_environment(here, function):
        return let_other_environment_invoke(connector, function, function_arn, label)
    # One permission serves all connectors of a function, whose policy has 20 KB (Lambda quotas).
    scope, construct_id = _scope_of_permission(here, function)
    made = state_of(here.root, "permissions", dict[tuple[str, str], lambda_.CfnPermission])
    key = identity_of(scope), construct_id
    if key in made:
        return [made[key]]
    # Both conditions: AppFlow must act for this account, and on a resource of this account.
    made[key] = lambda_.CfnPermission(
        scope,
        construct_id,
        action="lambda:InvokeFunction",
        function_name=function_arn,
        principal="appflow.amazonaws.com",
        source_account=here.account,
        source_arn=here.arn("appflow", "*"),
    )
    return [made[key]]


def is_in_other_environment(here: Environment, function: lambda_.IFunction) -> bool:
    """Whether the function is known to be in another account or Region than the environment."""
    there = environment_of(function) if isinstance(function, lambda_.Function) else function.env
    return _differ(there.account, here.account) or _differ(there.region, here.region)


def _scope_of_permission(here: Environment, function: lambda_.IFunction) -> tuple[Construct, str]:
    # In Python, an imported version or alias isn't a Construct.
    if isinstance(function, Construct) and environment_of(function).path == here.path:
        return function, "AppFlowInvoke"
    return here.stack, f"AppFlowInvoke{node_of(function).id}{node_of(function).addr[-8:]}"


def _differ(one: str, other: str) -> bool:
    return one != other and not (is_token(one) or is_token(other))
