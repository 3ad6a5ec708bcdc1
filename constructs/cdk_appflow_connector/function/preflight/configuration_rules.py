"""What AppFlow demands of a connector's answer to DescribeConnectorConfiguration.

Source: AppFlow Custom Connector SDK for Java, the classes ConnectorConfigurationResponseValidator,
UrlValidator and DescribeConnectorConfigurationResponse: AWS's own tool for connector developers.
That AppFlow registers by the same rules is inferred. Local clouds check them, too; what they refuse
and what is refused here is the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cdk_appflow_connector.function.preflight.finding import Finding, missing, mistyped
from cdk_appflow_connector.function.preflight.nested_rules import lacking, misfit_texts

_RESERVED = ("aws", "amazon", "appflow")
_REQUIRED = ("connectorOwner", "connectorName", "connectorVersion")
_LISTS = (
    "connectorModes",
    "supportedApiVersions",
    "operatorsSupported",
    "supportedTriggerTypes",
    "supportedWriteOperations",
)
# Source: the same SDK's enumerations, and the AppFlow API's. What is not here is free text.
_ALLOWED = {
    "connectorModes": "SOURCE DESTINATION",
    "operatorsSupported": (
        "PROJECTION LESS_THAN GREATER_THAN CONTAINS BETWEEN LESS_THAN_OR_EQUAL_TO "
        "GREATER_THAN_OR_EQUAL_TO EQUAL_TO NOT_EQUAL_TO ADDITION MULTIPLICATION DIVISION "
        "SUBTRACTION MASK_ALL MASK_FIRST_N MASK_LAST_N VALIDATE_NON_NULL VALIDATE_NON_ZERO "
        "VALIDATE_NON_NEGATIVE VALIDATE_NUMERIC NO_OP"
    ),
    "supportedDataTransferTypes": "RECORD FILE",
    "supportedTriggerTypes": "SCHEDULED ONDEMAND",
    "supportedWriteOperations": "INSERT UPSERT UPDATE DELETE",
    "triggerFrequenciesSupported": "BYMINUTE HOURLY DAILY WEEKLY MONTHLY ONCE",
}
_ALLOWED_IN_A_SETTING = {
    "dataType": "String Date DateTime Long Integer Boolean Url",
    "scope": "CONNECTOR_PROFILE SOURCE DESTINATION SOURCE_AND_DESTINATION",
}
_FLAGS = (
    "isBasicAuthSupported",
    "isApiKeyAuthSupported",
    "isOAuth2Supported",
    "isCustomAuthSupported",
)
# Source: API reference, ConnectorConfiguration: supportedApiVersions.
_API_VERSION_MAX_LENGTH = 256
_KNOWN = (*_REQUIRED, *_LISTS, "authenticationConfig", "connectorRuntimeSetting", "logoURL",
          "triggerFrequenciesSupported", "supportedDataTransferTypes", "isSuccess",
          "errorDetails")  # fmt: skip
# For the other lists, null stands for everything that the SDK for Java knows.
_REQUIRED_LISTS = ("connectorModes", "supportedApiVersions")
# The SDK documents templates such as https://{{SUBDOMAIN}}.example.com.
_TEMPLATE = re.compile(r"\{\{\w+\}\}", re.ASCII)
_HTTPS = re.compile(r"https:[-a-zA-Z0-9._~:/?#\[\]@!$&'()*+,;=%]+")


def broken_rules(answer: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for each rule that the connector's answer breaks."""
    yield from _names(answer)
    yield from _lists(answer)
    yield from _values(answer)
    yield from _api_versions(answer.get("supportedApiVersions"))
    yield from _settings(answer.get("connectorRuntimeSetting"))
    authentication = answer.get("authenticationConfig")
    if isinstance(authentication, Mapping):
        yield from _authentication(authentication)
    elif authentication is not None:
        yield mistyped("authenticationConfig", "an object", authentication)
    yield from _urls("logoURL", [answer.get("logoURL")])
    yield from lacking(answer)
    yield from misfit_texts(answer)


def _names(answer: Mapping[str, Any]) -> Iterator[Finding]:
    for key in _REQUIRED:
        value = answer.get(key)
        if value is None:
            yield missing("", key, answer, _KNOWN)
        elif not isinstance(value, str):
            yield mistyped(key, "a string", value)
        elif key != "connectorVersion" and value.lower().startswith(_RESERVED):
            yield Finding(f"{key} {value!r} must not start with {', '.join(_RESERVED)}")


def _lists(answer: Mapping[str, Any]) -> Iterator[Finding]:
    modes = answer.get("connectorModes")
    is_destination = isinstance(modes, list) and "DESTINATION" in modes
    for key in _LISTS:
        value = answer.get(key)
        if value is None:
            if key in _REQUIRED_LISTS:
                yield missing("", key, answer, _KNOWN)
        elif not isinstance(value, list):
            yield mistyped(key, "a list", value)
        elif not value and key != "supportedWriteOperations":
            yield Finding(f"{key} is empty: name at least one")
        elif not value and is_destination:
            yield Finding(f"{key} is empty, and connectorModes has DESTINATION: name at least one")


def _values(answer: Mapping[str, Any]) -> Iterator[Finding]:
    for key, allowed in _ALLOWED.items():
        values = answer.get(key)
        yield from _unknown(key, values if isinstance(values, list) else [], allowed)


def _api_versions(versions: object) -> Iterator[Finding]:
    for version in versions if isinstance(versions, list) else []:
        if not isinstance(version, str):
            yield mistyped("supportedApiVersions: the version", "a string", version)
        elif not re.fullmatch(r"\S+", version) or len(version) > _API_VERSION_MAX_LENGTH:
            yield Finding(
                f"supportedApiVersions has {version!r}: give 1 to {_API_VERSION_MAX_LENGTH} "
                "characters without white space"
            )


def _settings(settings: object) -> Iterator[Finding]:
    if settings is not None and not isinstance(settings, list):
        yield mistyped("connectorRuntimeSetting", "a list", settings)
        return
    for number, setting in enumerate(settings or []):
        place = f"connectorRuntimeSetting[{number}]"
        if not isinstance(setting, Mapping):
            yield mistyped(place, "an object", setting)
            continue
        for key, allowed in _ALLOWED_IN_A_SETTING.items():
            yield from _unknown(f"{place}.{key}", [setting.get(key)], allowed)


def _unknown(key: str, values: list[Any], allowed: str) -> Iterator[Finding]:
    names = allowed.split()
    for value in values:
        if isinstance(value, str) and value not in names:
            yield Finding(f"{key} has {value!r}: give one of {', '.join(names)}")


def _authentication(authentication: Mapping[str, Any]) -> Iterator[Finding]:
    for flag in _FLAGS:
        value = authentication.get(flag)
        if value is not None and not isinstance(value, bool):
            yield mistyped(flag, "true or false", value)
    oauth2, defaults = authentication.get("isOAuth2Supported"), authentication.get("oAuth2Defaults")
    yield from _only_if("oAuth2Defaults", "isOAuth2Supported", oauth2, defaults is not None)
    custom = authentication.get("customAuthConfig")
    supported = authentication.get("isCustomAuthSupported")
    yield from _only_if("customAuthConfig", "isCustomAuthSupported", supported, bool(custom))
    if not isinstance(defaults, Mapping):
        if defaults is not None:
            yield mistyped("oAuth2Defaults", "an object", defaults)
        return
    for key in ("tokenURL", "authURL"):
        urls = defaults.get(key)
        if isinstance(urls, list):
            yield from _urls(f"oAuth2Defaults.{key}", urls)
        elif urls is not None:
            yield mistyped(f"oAuth2Defaults.{key}", "a list", urls)


def _only_if(key: str, flag: str, is_supported: object, is_given: bool) -> Iterator[Finding]:
    if is_supported and not is_given:
        yield Finding(f"{flag} is true without {key}: give it")
    if is_given and not is_supported:
        yield Finding(f"{key} is given, but {flag} is not true: set it, or leave {key} out")


def _urls(key: str, urls: list[Any]) -> Iterator[Finding]:
    for url in urls:
        if url is None or (isinstance(url, str) and not url.strip()):
            continue
        if not isinstance(url, str):
            yield mistyped(key, "a string", url)
        elif not _HTTPS.fullmatch(_TEMPLATE.sub("template", url)):
            yield Finding(f"{key} {url!r} is not an https URL")
