"""Checks connector runtime settings against those that the connector declares."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cdk_appflow_connector.function.preflight.self_description import (
    SCOPES,
    SelfDescription,
    Setting,
)
from cdk_appflow_connector.nearest import nearest_hint
from cdk_appflow_connector.tokens import is_token

# Source: AppFlow Custom Connector SDK, the enumeration ConnectorRuntimeSettingDataType.
_FORMS = {
    "Integer": re.compile(r"[+-]?\d+"),
    "Long": re.compile(r"[+-]?\d+"),
    "Boolean": re.compile(r"true|false", re.IGNORECASE),
}


def check_settings(description: SelfDescription, settings: Mapping[str, str], *scopes: str) -> None:
    """Raise ValueError for a setting that the connector doesn't declare, or wants otherwise.

    Args:
        description: what the connector says.
        settings: what was given; the values of tokens aren't known.
        scopes: those that count here; the first one names them.
    """
    if not description.tells_settings:
        return
    declared = description.settings(*scopes)
    for key, value in settings.items():
        if is_token(key):
            continue
        if key not in declared:
            raise ValueError(_unknown(description, key, scopes[0], [*declared]))
        if not is_token(value) and (problem := _problem(declared[key], value)):
            raise ValueError(
                f"settings[{key!r}] {value!r} {problem} (the connector of {description.path!r})"
            )
    missing = [key for key, each in declared.items() if each.is_required and key not in settings]
    if missing and not any(map(is_token, settings)):
        raise ValueError(
            f"settings lack {', '.join(map(repr, missing))}, which the connector of "
            f"{description.path!r} requires ({scopes[0]}): give a value"
        )


def _unknown(description: SelfDescription, key: str, scope: str, declared: list[str]) -> str:
    elsewhere = [each for each in SCOPES if key in description.settings(each)]
    if elsewhere:
        where = "the profile" if elsewhere == ["CONNECTOR_PROFILE"] else "a flow's end"
        return (
            f"settings[{key!r}] belongs elsewhere: the connector of {description.path!r} declares "
            f"it for {elsewhere[0]}, not for {scope}: give it to {where}"
        )
    return (
        f"settings[{key!r}] is no setting of the connector of {description.path!r} for {scope}: "
        f"{nearest_hint(key, declared)}"
    )


def _problem(setting: Setting, value: str) -> str | None:
    if setting.values and value not in setting.values:
        return f"is not one of the connector's values: {nearest_hint(value, setting.values)}"
    form = _FORMS.get(setting.data_type)
    if form is not None and not form.fullmatch(value):
        return f"is not of the type that the connector declares, {setting.data_type}"
    return None
