"""Caches where a construct lives (stack, account, Region): each read is a call to Node.js."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Stack, Stage, Token
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IConstruct, Node

from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.tokens import is_token

_ENVIRONMENT = "environment"


@dataclass(frozen=True)
class Environment:
    """A stack and its environment; account, Region and partition may be tokens.

    Args:
        stack: the stack.
        path: its construct path.
        root: the root of its tree, usually the app.
        deployed_path: the construct path of the stack that it is deployed with: of a nested stack,
            the outermost one around it.
        stage_path: the construct path of its stage.
        account: its account.
        region: its Region.
        partition: its partition.
        is_account_known: the account is not a token.
        is_region_known: the Region is not a token.
        is_partition_known: the partition is not a token.
    """

    stack: Stack
    path: str
    root: IConstruct
    deployed_path: str
    stage_path: str
    account: str
    region: str
    partition: str
    is_account_known: bool
    is_region_known: bool
    is_partition_known: bool

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource in this account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def is_same_as(self, other: Environment) -> bool | None:
        """Whether both are one account and Region; None if that is known at deployment only."""
        if self.deployed_path == other.deployed_path:
            return True
        found = [
            mine == theirs if is_known and theirs_is_known else None
            for mine, is_known, theirs, theirs_is_known in (
                (self.account, self.is_account_known, other.account, other.is_account_known),
                (self.region, self.is_region_known, other.region, other.is_region_known),
            )
        ]
        return False if False in found else None if None in found else True

    @property
    def account_and_region_are_known(self) -> bool:
        """Whether neither is a token."""
        return self.is_account_known and self.is_region_known

    @property
    def account_and_region(self) -> tuple[str, str]:
        """Within which labels are unique; the stage stands for what is not known."""
        if self.account_and_region_are_known:
            return self.account, self.region
        unknown = f"unknown environment of {self.stage_path}"
        return unknown, self.region if self.is_region_known else "unknown"


def environment_of(construct: IConstruct) -> Environment:
    """Return the environment of a construct's stack."""
    return state_of(construct, _ENVIRONMENT, lambda: _of_stack(Stack.of(construct)))


def inherit_environment(child: IConstruct, scope: IConstruct) -> None:
    """Give a new construct its scope's environment, which a sibling may have cached already."""
    state_of(child, _ENVIRONMENT, lambda: environment_of(scope))


def check_same_environment(construct: IConstruct, other: object, what: str, used_by: str) -> None:
    """Raise ValueError if what a construct uses is known to be in another account or Region.

    Args:
        construct: the construct.
        other: what it uses; something that is no construct is nowhere.
        what: the other, as an error names it: ``the provider``.
        used_by: who would use the other there, and can't: ``CloudFormation can't call it``.
    """
    if not isinstance(other, Construct):
        return
    here, there = environment_of(construct), environment_of(other)
    differs = [
        name
        for name, mine, theirs, is_known in (
            ("account", here.account, there.account, here.is_account_known),
            ("Region", here.region, there.region, here.is_region_known),
        )
        if is_known and mine != theirs and not Token.is_unresolved(theirs)
    ]
    if differs:
        raise ValueError(
            f"{what} {other.node.path!r} is in another {' and '.join(differs)} than "
            f"{construct.node.path!r}, and {used_by} there: give one in the stack's own account "
            "and Region"
        )


def node_of(construct: IConstruct) -> Node:
    """Return the construct's node."""
    return state_of(construct, "node", lambda: construct.node)


def parts_of(function: lambda_.Function) -> list[IConstruct]:
    """Return a function and what is in it, from the top: one call, where each look at one is one.

    The first resource of a type in it is the function's own: the CDK makes it with the function.
    """
    return state_of(function, "parts", lambda: node_of(function).find_all())


def _of_stack(stack: Stack) -> Environment:
    return state_of(stack, _ENVIRONMENT, lambda: _read(stack))


def _read(stack: Stack) -> Environment:
    account, region, partition = stack.account, stack.region, stack.partition
    node, stage, deployed = node_of(stack), Stage.of(stack), _deployed(stack)
    path = node.path
    return Environment(
        stack=stack,
        path=path,
        root=node.root,
        deployed_path=path if deployed is stack else deployed.node.path,
        stage_path=stage.node.path if stage else "",
        account=account,
        region=region,
        partition=partition,
        is_account_known=not is_token(account),
        is_region_known=not is_token(region),
        is_partition_known=not is_token(partition),
    )


def _deployed(stack: Stack) -> Stack:
    while (parent := stack.nested_stack_parent) is not None:
        stack = parent
    return stack
