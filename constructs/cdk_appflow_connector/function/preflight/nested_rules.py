"""What the objects in a connector's configuration need, and how long its texts may be.

Source: for the keys, AppFlow Custom Connector SDK for Java, the classes that
DescribeConnectorConfigurationResponse holds; for the lengths, API reference, the types that
ConnectorConfiguration holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cdk_appflow_connector.function.preflight.finding import Finding, missing

_AUTHENTICATION: Final = "authenticationConfig"
_OAUTH2: Final = f"{_AUTHENTICATION}.oAuth2Defaults"
_CUSTOM: Final = f"{_AUTHENTICATION}.customAuthConfig[]"
_PARAMETER: Final = ("key", "required", "label", "description")
_PARAMETERS: Final = (
    f"{_CUSTOM}.authParameters[]",
    f"{_OAUTH2}.oAuth2CustomProperties[]",  # the SDK for Python's spelling
    f"{_OAUTH2}.oauth2CustomProperties[]",  # the SDK for Java's
)
_SETTING: Final = "connectorRuntimeSetting[]"

_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    _SETTING: ("key", "dataType", "required", "label", "description", "scope"),
    _OAUTH2: ("tokenURL", "oAuth2GrantTypesSupported"),
    _CUSTOM: ("authenticationType", "authParameters"),
    _PARAMETERS[0]: _PARAMETER,
    **dict.fromkeys(_PARAMETERS[1:], (*_PARAMETER, "type")),
}
"""The keys that AWS's SDK always sends, by the object they are in; `[]` is each item of a list."""

_OTHERS: Final[dict[str, tuple[str, ...]]] = {
    _SETTING: ("connectorSuppliedValueOptions",),
    _OAUTH2: ("oAuthScopes", "authURL", "oAuth2CustomProperties", "oauth2CustomProperties"),
    _CUSTOM: (),
    **dict.fromkeys(_PARAMETERS, ("sensitiveField", "connectorSuppliedValues")),
}

_LONGEST: Final[dict[str, int]] = {
    "connectorOwner": 256,
    "connectorName": 256,
    "connectorVersion": 256,
    "logoURL": 256,
    f"{_SETTING}.key": 512,
    f"{_SETTING}.label": 128,
    f"{_SETTING}.description": 1024,
    f"{_SETTING}.connectorSuppliedValueOptions[]": 256,
    f"{_OAUTH2}.oAuthScopes[]": 128,
    f"{_OAUTH2}.tokenURL[]": 256,
    f"{_OAUTH2}.authURL[]": 256,
    f"{_CUSTOM}.authenticationType": 256,
    **{f"{each}.key": 512 for each in _PARAMETERS},
    **{f"{each}.label": 128 for each in _PARAMETERS},
    **{f"{each}.description": 1024 for each in _PARAMETERS},
    **{f"{each}.connectorSuppliedValues[]": 256 for each in _PARAMETERS},
}
"""The most characters of a text."""

_WITHOUT_SPACE: Final = re.compile(
    r"connectorVersion|.*\.(key|authenticationType|oAuthScopes\[\]|connectorSupplied\w+\[\])"
)
"""The texts that have at least one character, and no white space."""


def lacking(answer: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for each key that an object in the answer lacks."""
    for path, needed in _NEEDED.items():
        for place, value in _at(answer, path):
            if isinstance(value, Mapping):
                for key in needed:
                    if value.get(key) is None:
                        known = (*needed, *_OTHERS[path])
                        yield missing(f"{_shown(place)}.", key, value, known)


def misfit_texts(answer: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for each text that is too long, or has white space where none may be."""
    for path, longest in _LONGEST.items():
        for place, value in _at(answer, path):
            if not isinstance(value, str):
                continue
            if len(value) > longest:
                yield Finding(
                    f"{_shown(place)} has {len(value)} characters: give {longest} at most"
                )
            if _WITHOUT_SPACE.fullmatch(path) and not re.fullmatch(r"\S+", value):
                yield Finding(f"{_shown(place)} {value!r} must have characters, and no white space")


def _at(value: object, path: str, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what is at a path, with its own place."""
    key, _, rest = path.partition(".")
    name = key.removesuffix("[]")
    if not isinstance(value, Mapping) or value.get(name) is None:
        return
    here, member = f"{place}.{name}" if place else name, value[name]
    found = [(here, member)]
    if key.endswith("[]"):
        items = member if isinstance(member, list) else []
        found = [(f"{here}[{index}]", item) for index, item in enumerate(items)]
    for there, item in found:
        if rest:
            yield from _at(item, rest, there)
        else:
            yield there, item


def _shown(place: str) -> str:
    return place.removeprefix(f"{_AUTHENTICATION}.")
