"""Warns of connectors whose labels let one's function read the other's secrets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from aws_cdk import Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of, node_of
from cdk_appflow_connector.synth_warnings import WarningId, warn_of_pair
from cdk_appflow_connector.tokens import is_token

# arn:PARTITION:lambda:REGION:ACCOUNT:function:NAME, without a version or an alias.
_ARN_PARTS = 7


@dataclass(frozen=True)
class _Labelled:
    label: str
    connector: Construct
    function: lambda_.IFunction


@dataclass
class _Labels:
    """The labels of one account and Region, whole and by what they begin with."""

    whole: dict[str, _Labelled] = field(default_factory=dict)
    beginnings: dict[str, list[_Labelled]] = field(default_factory=dict)


def warn_of_overlapping_labels(
    connector: Construct, function: lambda_.IFunction, label: str
) -> None:
    """Warn if a label begins with another one and a hyphen, unless both have the same function.

    A function's aliases and versions have its role, and so are the same function here.

    AppFlow names a profile's secret appflow!ACCOUNT-LABEL-PROFILE, and a profile may have any name:
    the function of the connector ``Shop`` can also read the secrets of ``Shop-EU``.
    """
    if is_token(label):
        return
    environment = environment_of(connector)
    by_environment = state_of(
        environment.root, "overlapping_labels", dict[tuple[str, str], _Labels]
    )
    known = by_environment.setdefault(environment.account_and_region, _Labels())
    this = _Labelled(label, connector, function)
    for beginning in _beginnings(label):
        if beginning in known.whole:
            _warn(known.whole[beginning], [this])
        known.beginnings.setdefault(beginning, []).append(this)
    _warn(this, known.beginnings.get(label, []))
    known.whole[label] = this


def _beginnings(label: str) -> Iterator[str]:
    parts = label.split("-")
    return ("-".join(parts[:count]) for count in range(1, len(parts)))


def _warn(shorter: _Labelled, all_longer: list[_Labelled]) -> None:
    """Warn of the first of the longer labels that another function has."""
    others = (each for each in all_longer if not _name_one_function(shorter, each))
    longer = next(others, None)
    if longer is None:
        return
    here = environment_of(shorter.connector)
    is_same = here.is_same_as(environment_of(longer.connector))
    where = "" if is_same else ", if both stacks are deployed to one account and Region"
    warn_of_pair(
        shorter.connector,
        longer.connector,
        WarningId.OVERLAPPING_LABELS,
        f"The function of the connector {shorter.label} can also read the secrets of "
        f"{longer.label}{where}: AppFlow names a secret after the label and the profile, and "
        f"{longer.label} begins with {shorter.label} and a hyphen. If that matters, give one of "
        "them another label",
    )


def _name_one_function(one: _Labelled, other: _Labelled) -> bool:
    functions = [_unqualified(each.function) for each in (one, other)]
    if len({node_of(function).path for function in functions}) == 1:
        return True
    if any(isinstance(function, lambda_.Function) for function in functions):
        return False
    arns = [
        Stack.of(each.connector).resolve(function.function_arn)
        for each, function in zip((one, other), functions, strict=True)
    ]
    plain = [":".join(arn.split(":")[:_ARN_PARTS]) if isinstance(arn, str) else arn for arn in arns]
    return bool(plain[0] == plain[1])


def _unqualified(function: lambda_.IFunction) -> lambda_.IFunction:
    """The function of an alias or a version, which in Python share no class if imported."""
    for part in ("version", "lambda_"):  # an alias has its version, and a version its function
        found = getattr(function, part, function)
        function = function if isinstance(found, str) else found
    return function
