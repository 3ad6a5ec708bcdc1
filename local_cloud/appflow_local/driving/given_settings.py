"""Connector runtime settings that a command is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from appflow_local.command_arguments import UsageError


def given_settings(given: Iterable[str]) -> dict[str, str]:
    """Read `--settings`.

    Raises:
        UsageError: one isn't a key with a value.
    """
    found = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not equals or not key:
            raise UsageError(f"--settings {each} is not KEY=VALUE")
        found[key] = value
    return found


def check_declared(settings: Mapping[str, str], configuration: Mapping[str, Any]) -> None:
    """Check that a connector has the settings that it's given: else nothing would heed them.

    Args:
        settings: the settings.
        configuration: its answer to DescribeConnectorConfiguration.

    Raises:
        UsageError: it has no such setting.
    """
    declared = configuration.get("connectorRuntimeSetting") or []
    members = declared if isinstance(declared, list) else [declared]
    keys = [each.get("key") if isinstance(each, Mapping) else None for each in members]
    # A declaration that can't be read is a mistake of the connector's: a check tells of it.
    if not all(isinstance(key, str) and key for key in keys):
        return
    for key in settings:
        if key not in keys:
            has = f"it has {', '.join(map(str, keys))}" if keys else "it has none"
            raise UsageError(f"--settings {key}: the connector declares no such setting: {has}")
