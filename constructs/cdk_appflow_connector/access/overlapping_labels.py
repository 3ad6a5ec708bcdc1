"""The warning for connectors whose functions may read each other's secrets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector.environment import place_of
from cdk_appflow_connector.labels import account_and_region
from cdk_appflow_connector.synth_warnings import Warned, warn
from cdk_appflow_connector.tokens import is_token

_REGISTRIES = "_appflow_connector_alike_labels"


@dataclass(frozen=True)
class _Labelled:
    label: str
    connector: Construct
    function: lambda_.IFunction


@dataclass
class _Registry:
    """Who has which label, and whose label begins so; both in one account and Region."""

    whole: dict[str, _Labelled] = field(default_factory=dict)
    beginnings: dict[str, _Labelled] = field(default_factory=dict)


def warn_of_alike_labels(connector: Construct, function: lambda_.IFunction, label: str) -> None:
    """Warn if this label begins with that of another function's connector and a hyphen.

    A profile's secret is appflow!ACCOUNT-LABEL-PROFILE, and a profile's name may be anything: the
    function of the connector ``Shop`` may read the secrets of ``Shop-EU``, too.
    """
    if is_token(label):
        return
    place = place_of(connector)
    # Kept on the root of the tree, so that it lives and ends with the app.
    registries: dict[tuple[str, str], _Registry] = vars(place.root).setdefault(_REGISTRIES, {})
    known = registries.setdefault(account_and_region(place), _Registry())
    this = _Labelled(label, connector, function)
    for beginning in _beginnings(label):
        _warn(known.whole.get(beginning), this)
        known.beginnings.setdefault(beginning, this)
    _warn(this, known.beginnings.get(label))
    known.whole[label] = this


def _beginnings(label: str) -> Iterator[str]:
    parts = label.split("-")
    return ("-".join(parts[:count]) for count in range(1, len(parts)))


def _warn(shorter: _Labelled | None, longer: _Labelled | None) -> None:
    if shorter is None or longer is None or shorter.function is longer.function:
        return
    warn(
        shorter.connector,
        Warned.ALIKE_LABELS,
        f"The function of the connector {shorter.label} may read the secrets of {longer.label}, "
        f"too: AppFlow names secrets after label and profile, and {longer.label} begins with "
        f"{shorter.label} and a hyphen. Where that matters, give one of them another label",
    )
