"""The longest chain of resources that a deployment creates one after the other, from templates.

CloudFormation creates side by side what doesn't refer to each other. How long each type takes is
AWS's, and is not measured here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from benchmarks.synth import App
from benchmarks.templates import template
from cdk_appflow_connector.connector.circle import references_of

_POLICIES: Final = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
_Resources = Mapping[str, dict[str, Any]]


Chains = dict[str, list[str]]
"""The types of the longest chain, in the order of creation: of the `first` and a `further` one."""


def chains_of(peers: Iterable[str], assembly_of: Callable[[App], Path]) -> dict[str, Chains]:
    """Return the chains of each peer, from its assemblies with one connector and with two."""
    found = {}
    for peer in peers:
        before, after = (template(assembly_of((peer, n)))["Resources"] for n in (1, 2))
        changed = {key: each for key, each in after.items() if before.get(key) != each}
        found[peer] = {"first": longest_chain(before), "further": longest_chain(changed)}
    return found


def longest_chain(resources: _Resources) -> list[str]:
    """Return the types of the longest chain; of some, that with most policies, as IAM is slow."""
    known: dict[str, list[str]] = {}
    ways = [_chain_to(key, resources, known) for key in resources]
    longest = max(ways, key=lambda way: _rank(way, resources))
    return [resources[key]["Type"].removeprefix("AWS::") for key in longest]


def _chain_to(key: str, resources: _Resources, known: dict[str, list[str]]) -> list[str]:
    if key not in known:
        named = references_of(resources[key]).keys() & resources.keys()
        ways = [_chain_to(each, resources, known) for each in sorted(named)]
        known[key] = [*max(ways, key=lambda way: _rank(way, resources), default=[]), key]
    return known[key]


def _rank(way: list[str], resources: _Resources) -> tuple[int, int, int]:
    types = [resources[key]["Type"] for key in way]
    policies = sum(each in _POLICIES for each in types)
    return len(way), policies, types.count("AWS::Lambda::Function")
