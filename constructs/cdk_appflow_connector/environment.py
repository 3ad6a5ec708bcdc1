"""Where a construct is deployed and in the tree: asked once, as each is a call to Node.js."""

from __future__ import annotations

from dataclasses import dataclass

from aws_cdk import Stack, Stage, Token
from constructs import IConstruct, Node

_PLACE = "_appflow_connector_place"
_NODE = "_appflow_connector_node"


@dataclass(frozen=True)
class Place:
    """A stack's environment; account, Region and partition may be tokens.

    Args:
        stack: the stack.
        path: its construct path.
        root: the root of its tree, most often the app.
        stage_path: the construct path of its stage.
        account: its account.
        region: its Region.
        partition: its partition.
        is_account_known: the account is no token.
        is_region_known: the Region is no token.
        is_partition_known: the partition is no token.
    """

    stack: Stack
    path: str
    root: IConstruct
    stage_path: str
    account: str
    region: str
    partition: str
    is_account_known: bool
    is_region_known: bool
    is_partition_known: bool

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something of this account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


def place_of(scope: IConstruct) -> Place:
    """The place of a construct's stack."""
    known: Place | None = vars(scope).get(_PLACE)
    if known is None:
        stack = Stack.of(scope)
        known = vars(stack).get(_PLACE) or _read(stack)
        # Kept on construct and stack, so that it lives and ends with them.
        vars(scope)[_PLACE] = vars(stack)[_PLACE] = known
    return known


def inherit_place(child: IConstruct, scope: IConstruct) -> None:
    """Tell that a new construct is where its scope is, which is known if it had others before."""
    vars(child)[_PLACE] = place_of(scope)


def check_same_environment(construct: IConstruct, other: IConstruct, what: str) -> None:
    """Raise ValueError for something that is known to be of another account or Region."""
    here, there = place_of(construct), place_of(other)
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
            f"{what} {other.node.path!r} is of another {' and '.join(differs)} than "
            f"{construct.node.path!r}: CloudFormation calls it in the stack's own only"
        )


def node_of(construct: IConstruct) -> Node:
    """The node of a construct."""
    known: Node | None = vars(construct).get(_NODE)
    if known is None:
        known = vars(construct)[_NODE] = construct.node
    return known


def _read(stack: Stack) -> Place:
    account, region, partition = stack.account, stack.region, stack.partition
    node, stage = stack.node, Stage.of(stack)
    return Place(
        stack=stack,
        path=node.path,
        root=node.root,
        stage_path=stage.node.path if stage else "",
        account=account,
        region=region,
        partition=partition,
        is_account_known=not Token.is_unresolved(account),
        is_region_known=not Token.is_unresolved(region),
        is_partition_known=not Token.is_unresolved(partition),
    )
