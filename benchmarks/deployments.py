"""How long the peers' stacks take to create and to delete on the local cloud.

The times are those of the stack's own events. The local cloud starts a process for each function
that is called for the first time, and acts on one resource after the other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from botocore.exceptions import ClientError

from benchmarks.measured import turns
from benchmarks.node_sdk import link_node_sdk, node
from benchmarks.peers.app import STACK
from benchmarks.synth import App, assembly
from harness.cloud.assembly import Assembly
from harness.cloud.local_cloud import Cloud, running_cloud

_BUCKET: Final = "cdk-hnb659fds-assets-000000000000-us-east-1"
_OPERATIONS: Final = ("create", "again", "delete")
_UNSUCCESSFUL: Final = ("FAILED", "ROLLBACK")


class Life(NamedTuple):
    """Seconds of a stack's create and delete, and calls to AppFlow by operation."""

    create: float
    delete: float
    calls: dict[str, int]


@contextmanager
def deploying(folder: Path) -> Iterator[Cloud]:
    """Run a local cloud on which functions in Node.js find AWS's SDK."""
    # Functions are unpacked below its folder, and Node.js looks for packages in those above.
    folder.mkdir()
    link_node_sdk(folder)
    path = f"{node().parent}{os.pathsep}{os.environ['PATH']}"
    with running_cloud(folder, path=path) as cloud:
        cloud.client("s3").create_bucket(Bucket=_BUCKET)
        yield cloud


def deployment_rounds(
    cloud: Cloud, apps: Sequence[App], rounds: int, assemblies: Path
) -> list[dict[App, Life]]:
    """Deploy each app, deploy it again unchanged, and destroy it, once per round."""
    by_name = {f"{STACK}-{peer}-{n}".replace("_", "-"): (peer, n) for peer, n in apps}
    measured = []
    for number in range(rounds):
        order = turns(list(by_name), number)
        measured.append({by_name[n]: _live(cloud, n, by_name[n], assemblies) for n in order})
    return measured


def seconds_of(
    rounds: Sequence[Mapping[App, Life]], operation: str, connectors: int
) -> list[dict[str, float]]:
    """Return the seconds of `create` or `delete`, by peer, in each round."""
    return [
        {peer: getattr(life, operation) for (peer, n), life in each.items() if n == connectors}
        for each in rounds
    ]


def calls_of(rounds: Sequence[Mapping[App, Life]], peer: str) -> dict[str, int]:
    """Return the calls to AppFlow of a peer's stack of one connector.

    They are those over HTTP: the local cloud runs the native type's handlers itself.
    """
    return rounds[0][peer, 1].calls


def _live(cloud: Cloud, name: str, app: App, assemblies: Path) -> Life:
    client = cloud.client("cloudformation")
    planned = Assembly(assembly(assemblies, app), STACK)
    called = [len(cloud.appflow_calls())]
    planned.deploy(cloud, name)
    stack = client.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    create = _settled(cloud, stack)
    called.append(len(cloud.appflow_calls()))
    _deploy_again(cloud, planned, stack)
    called.append(len(cloud.appflow_calls()))
    client.delete_stack(StackName=stack)
    delete = _settled(cloud, stack)
    called.append(len(cloud.appflow_calls()))
    assert not cloud.labels(), f"{name} left connectors behind: {cloud.labels()}"
    counts = [later - earlier for earlier, later in pairwise(called)]
    return Life(create, delete, dict(zip(_OPERATIONS, counts, strict=True)))


def _settled(cloud: Cloud, stack: str) -> float:
    """Wait for the end of an operation; return its seconds."""
    status = cloud.settle(stack)
    assert not any(word in status for word in _UNSUCCESSFUL), cloud.reasons(stack)
    pages = cloud.client("cloudformation").get_paginator("describe_stack_events")
    events = pages.paginate(StackName=stack).build_full_result()["StackEvents"]
    times = {
        event["ResourceStatus"]: event["Timestamp"]
        for event in events
        if event["ResourceType"] == "AWS::CloudFormation::Stack"
    }
    began = times[status.replace("COMPLETE", "IN_PROGRESS")]
    # Events tell milliseconds.
    return max(0.001, float((times[status] - began).total_seconds()))


def _deploy_again(cloud: Cloud, planned: Assembly, stack: str) -> None:
    template = json.dumps(planned.template)
    try:
        cloud.client("cloudformation").update_stack(
            StackName=stack, TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"]
        )
    except ClientError as refused:
        if "No updates are to be performed" not in str(refused):
            raise
    else:
        cloud.settle(stack)
