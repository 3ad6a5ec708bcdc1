"""Reads `--credentials FILE`: JSON or TOML, a `type` and the members of AppFlow's API for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from appflow_local.command_arguments import UsageError

TYPES = {
    "none": (),
    "apiKey": ("apiKey",),
    "basic": ("username", "password"),
    "oauth2": (),
    "custom": ("customAuthenticationType",),
}
"""Each type with the members that it must have.

Known (API reference CustomConnectorProfileCredentials): the types of credentials, and their
members.
"""

_API = {"apiKey": "APIKEY", "basic": "BASIC", "oauth2": "OAUTH2", "custom": "CUSTOM"}
_FLAGS = {
    "apiKey": "isApiKeyAuthSupported",
    "basic": "isBasicAuthSupported",
    "oauth2": "isOAuth2Supported",
    "custom": "isCustomAuthSupported",
}
_PROPERTIES = ("tokenUrl", "oAuth2GrantType", "tokenUrlCustomProperties")


@dataclass(frozen=True)
class GivenCredentials:
    """Credentials as AppFlow's API has them."""

    type: str
    members: Mapping[str, Any]

    @property
    def api(self) -> dict[str, Any]:
        """The CustomConnectorProfileCredentials."""
        kept = {name: value for name, value in self.members.items() if name not in _PROPERTIES}
        return {"authenticationType": _API[self.type], self.type: kept}

    @property
    def oauth2_properties(self) -> dict[str, Any]:
        """The oAuth2Properties, if the file has any."""
        return {name: self.members[name] for name in _PROPERTIES if name in self.members}


def read_credentials(file: Path) -> GivenCredentials:
    """Read a file.

    Raises:
        UsageError: it isn't one of credentials.
    """
    return given_credentials(_object(file), f"--credentials {file}")


def given_credentials(given: Mapping[str, Any], place: str) -> GivenCredentials:
    """Read credentials; `place` says where they stand.

    Raises:
        UsageError: they are none.
    """
    members = dict(given)
    kind = members.pop("type", None)
    if not isinstance(kind, str) or kind not in TYPES:
        raise UsageError(f"{place}: `type` is {kind!r}: give one of {', '.join(TYPES)}")
    if missing := [name for name in TYPES[kind] if not members.get(name)]:
        raise UsageError(f"{place}: the type {kind} needs {' and '.join(missing)}")
    for name, value in members.items():
        if name in TYPES[kind] and not isinstance(value, str):
            raise UsageError(f"{place}: {name} must be a text")
    return GivenCredentials(kind, members)


def _object(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        found = _toml(text) if file.suffix == ".toml" else json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"--credentials {file} can't be read ({error})") from error
    if not isinstance(found, dict):
        raise UsageError(f'--credentials {file} is no object: write one like {{"type": "none"}}')
    return found


def _toml(text: str) -> Any:  # noqa: ANN401 - TOML
    try:
        tomllib = import_module("tomllib")
    except ImportError:  # Python 3.10
        raise UsageError("--credentials in TOML needs Python 3.11: give JSON") from None
    return tomllib.loads(text)


def offered(configuration: Mapping[str, Any]) -> list[str]:
    """The types that a connector takes."""
    authentication = configuration.get("authenticationConfig") or {}
    found = [kind for kind, flag in _FLAGS.items() if authentication.get(flag) is True]
    return [*found, *(["none"] if without_parameters(configuration) else [])]


def without_parameters(configuration: Mapping[str, Any]) -> GivenCredentials | None:
    """Credentials of a custom type that requires nothing; None if there is no such type."""
    authentication = configuration.get("authenticationConfig") or {}
    if authentication.get("isCustomAuthSupported") is not True:
        return None
    for each in authentication.get("customAuthConfig") or []:
        if not any(one.get("required") is True for one in each.get("authParameters") or []):
            name = each.get("authenticationType")
            return GivenCredentials("custom", {"customAuthenticationType": name,
                                               "credentialsMap": {}})  # fmt: skip
    return None
