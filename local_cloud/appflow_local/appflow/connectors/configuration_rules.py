"""The rules that AWS's own tool for connector developers has for a connector's configuration.

Known (SDK, ConnectorConfigurationResponseValidator and UrlValidator): AWS's rules for a connector's
configuration (reserved names, https URLs and more), texts included.
Inferred (they are those of AWS's tool for connector developers): AppFlow checks the same rules at
registration. Where the tool's sentence spells the connector's key in another way, the key follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_RESERVED = ("aws", "amazon", "appflow")
# The SDK documents templates such as https://{{SUBDOMAIN}}.example.com, which its tool refuses.
_TEMPLATE = re.compile(r"\{\{\w+\}\}", re.ASCII)
_URI = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:[-a-zA-Z0-9._~:/?#\[\]@!$&'()*+,;=%]+")


Rule = Callable[[Mapping[str, Any]], Iterator[str]]


def broken_rules(configuration: Mapping[str, Any]) -> Iterator[str]:
    """Yield the tool's sentence for each rule that this API-shaped configuration breaks."""
    for rule in RULES.values():
        yield from rule(configuration)


def _reserved_names(configuration: Mapping[str, Any]) -> Iterator[str]:
    for name in ("connectorName", "connectorOwner"):
        if configuration[name].lower().startswith(_RESERVED):
            label = name[0].upper() + name[1:]
            yield f"{label} should not contain these reserved keywords [{', '.join(_RESERVED)}]"


def _modes(configuration: Mapping[str, Any]) -> Iterator[str]:
    if not configuration["connectorModes"]:
        yield "ConnectorModes cannot be null for Connector. (connectorModes)"


def _authentication(configuration: Mapping[str, Any]) -> Iterator[str]:
    authentication = configuration["authenticationConfig"]
    custom = authentication["isCustomAuthSupported"]
    if custom and not authentication.get("customAuthConfigs"):
        yield "For custom Authentication, CustomAuthConfig is required."
    if not custom and authentication.get("customAuthConfigs"):
        yield "CustomAuthConfig can only be provided for CustomAuthentication."
    oauth2, defaults = authentication["isOAuth2Supported"], authentication.get("oAuth2Defaults")
    if oauth2 and defaults is None:
        yield "For OAuth2 Authentication, OAuth2Defaults cannot be null."
    if not oauth2 and defaults is not None:
        yield "OAuth2Defaults can only be provided for OAuth2 Authentication."


def _oauth2_urls(configuration: Mapping[str, Any]) -> Iterator[str]:
    authentication = configuration["authenticationConfig"]
    defaults = authentication.get("oAuth2Defaults")
    if authentication["isOAuth2Supported"] and defaults is not None:
        yield from _urls([*defaults["tokenUrls"], *defaults.get("authCodeUrls", [])])


def _write_operations(configuration: Mapping[str, Any]) -> Iterator[str]:
    modes, writes = configuration["connectorModes"], configuration["supportedWriteOperations"]
    if "DESTINATION" in modes and not writes:
        yield (
            "SupportedWriteOperations cannot be null for the connector which supports usage as "
            "Destination. (supportedWriteOperations)"
        )


def _api_versions(configuration: Mapping[str, Any]) -> Iterator[str]:
    if not configuration["supportedApiVersions"]:
        yield "SupportedAPIVersion cannot be null for the connector (supportedApiVersions)"


def _operators(configuration: Mapping[str, Any]) -> Iterator[str]:
    if not configuration["supportedOperators"]:
        yield "SupportedOperators cannot be null for the connector (operatorsSupported)"


def _triggers(configuration: Mapping[str, Any]) -> Iterator[str]:
    if not configuration["supportedTriggerTypes"]:
        yield "SupportedTriggerTypes cannot be null for the connector (supportedTriggerTypes)"


def _logo(configuration: Mapping[str, Any]) -> Iterator[str]:
    yield from _urls([configuration.get("logoURL", "")])


def _urls(urls: list[str]) -> Iterator[str]:
    for url in urls:
        reason = _url_mistake(url)
        if reason:
            yield f"Validation failed for url {url} with errorMessage {reason}"


def _url_mistake(url: str) -> str | None:
    if not url.strip():
        return None
    plain = _TEMPLATE.sub("template", url)
    if not _URI.fullmatch(plain):
        return (
            f"Invalid format for url {url}. Please check if if the url syntax is correct and it "
            "resolves to a known host."
        )
    if not plain.startswith("https:"):
        return f"Invalid protocol in url {url}. Only https format is supported"
    return None


RULES: Mapping[str, Rule] = {
    "names": _reserved_names,
    "modes": _modes,
    "authentication": _authentication,
    "oauth2-urls": _oauth2_urls,
    "write-operations": _write_operations,
    "api-versions": _api_versions,
    "operators": _operators,
    "triggers": _triggers,
    "logo": _logo,
}
"""The rules by what they are about."""

REMEDIES: Mapping[str, str] = {
    "names": "Choose another connectorName or connectorOwner",
    "modes": "Set connectorModes to SOURCE, DESTINATION or both",
    "authentication": "Set the flag and its configuration together, or neither",
    "oauth2-urls": "Give https URLs",
    "write-operations": "Name them in supportedWriteOperations",
    "api-versions": "Name at least one in supportedApiVersions",
    "operators": "Name the operators, or leave operatorsSupported out for all",
    "triggers": "Name SCHEDULED, ONDEMAND or both, or leave supportedTriggerTypes out",
    "logo": "Give an https URL, or leave logoURL out",
}
"""What to do when a rule is broken; the tool's sentences say `null` of empty lists, too."""
