"""The keys of a connector's DescribeConnectorConfiguration answer, and their names in the API.

Known (SDK, DescribeConnectorConfigurationResponse): the keys that a connector's configuration must
have, their defaults and enumerations.
Known (SDK example, describe-connector-validation-file.json, a real answer of 2021): how these keys
become the members of DescribeConnector's answer.
Inferred (the service model's names): how the keys that were added since 2021 become members, and
those of `customAuthConfig` and `oAuth2CustomProperties`.
Inferred (a null `is…Supported` means false): a null `sensitiveField` means false.
Inferred (the SDK's classes ignore them): keys that the SDK doesn't know are ignored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from appflow_local.appflow.protocol.model import service_model
from appflow_local.appflow.protocol.wire import Json

Format = Mapping[str, "Key"]


@dataclass(frozen=True)
class Key:
    """One key of the connector's answer.

    `inner` is the format of the object, or of each object in the list, under the key; `default`
    replaces null; `allowed` lists the SDK's values where the service model lists none.
    """

    name: str
    inner: Format | None = None
    required: bool = False
    default: Any = None
    allowed: tuple[str, ...] = ()


def _enum(shape_name: str) -> list[str]:
    return list(service_model().shape_for(shape_name).metadata["enum"])


_PARAMETER: Format = {
    "key": Key("key", required=True),
    "required": Key("isRequired", required=True),
    "label": Key("label", required=True),
    "description": Key("description", required=True),
    "sensitiveField": Key("isSensitiveField", default=False),
    "connectorSuppliedValues": Key("connectorSuppliedValues"),
}
_OAUTH2_PROPERTIES = Key(
    "oauth2CustomProperties", {**_PARAMETER, "type": Key("type", required=True)}
)
_OAUTH2: Format = {
    "oAuthScopes": Key("oauthScopes"),
    "tokenURL": Key("tokenUrls", required=True),
    "authURL": Key("authCodeUrls"),
    "oAuth2GrantTypesSupported": Key("oauth2GrantTypesSupported", required=True),
    "oAuth2CustomProperties": _OAUTH2_PROPERTIES,  # the SDK for Python's spelling
    "oauth2CustomProperties": _OAUTH2_PROPERTIES,  # the SDK for Java's
}
_CUSTOM_AUTHENTICATION: Format = {
    "authenticationType": Key("customAuthenticationType", required=True),
    "authParameters": Key("authParameters", _PARAMETER, required=True),
}
_AUTHENTICATION: Format = {
    "isBasicAuthSupported": Key("isBasicAuthSupported", default=False),
    "isApiKeyAuthSupported": Key("isApiKeyAuthSupported", default=False),
    "isOAuth2Supported": Key("isOAuth2Supported", default=False),
    "isCustomAuthSupported": Key("isCustomAuthSupported", default=False),
    "oAuth2Defaults": Key("oAuth2Defaults", _OAUTH2),
    "customAuthConfig": Key("customAuthConfigs", _CUSTOM_AUTHENTICATION),
}
_RUNTIME_SETTING: Format = {
    "key": Key("key", required=True),
    "dataType": Key(
        "dataType",
        required=True,
        allowed=("String", "Date", "DateTime", "Long", "Integer", "Boolean", "Url"),
    ),
    "required": Key("isRequired", required=True),
    "label": Key("label", required=True),
    "description": Key("description", required=True),
    "scope": Key(
        "scope",
        required=True,
        allowed=("CONNECTOR_PROFILE", "SOURCE", "DESTINATION", "SOURCE_AND_DESTINATION"),
    ),
    "connectorSuppliedValueOptions": Key("connectorSuppliedValueOptions"),
}
ANSWER: Format = {
    "connectorOwner": Key("connectorOwner", required=True),
    "connectorName": Key("connectorName", required=True),
    "connectorVersion": Key("connectorVersion", required=True),
    "connectorModes": Key("connectorModes", required=True, allowed=("SOURCE", "DESTINATION")),
    "authenticationConfig": Key("authenticationConfig", _AUTHENTICATION, default={}),
    "connectorRuntimeSetting": Key("connectorRuntimeSettings", _RUNTIME_SETTING),
    "supportedApiVersions": Key("supportedApiVersions", required=True),
    "operatorsSupported": Key("supportedOperators", default=_enum("Operators")),
    "triggerFrequenciesSupported": Key(
        "supportedSchedulingFrequencies", default=_enum("ScheduleFrequencyType")
    ),
    "supportedTriggerTypes": Key(
        "supportedTriggerTypes",
        default=["SCHEDULED", "ONDEMAND"],
        allowed=("SCHEDULED", "ONDEMAND"),
    ),
    "supportedWriteOperations": Key(
        "supportedWriteOperations", default=_enum("WriteOperationType")
    ),
    "supportedDataTransferTypes": Key("supportedDataTransferTypes", default=["RECORD"]),
    "logoURL": Key("logoURL"),
}


def rename(value: object, keys: Format) -> Json:
    """Return the object, or each object of the list, with the API's names and defaults.

    A value of another JSON type is returned as it is; the check of types finds it.
    """
    if isinstance(value, list):
        return [rename(item, keys) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key.name: rename(member, key.inner) if key.inner else member
        for name, key in keys.items()
        if (member := _given(value, name, key)) is not None
    }


def mistakes(value: object, keys: Format, path: str = "") -> Iterator[str]:
    """Yield a sentence for every required key that is missing, and for every value not allowed."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from mistakes(item, keys, f"{path.rstrip('.')}[{index}].")
    elif isinstance(value, Mapping):
        for name, key in keys.items():
            yield from _mistakes_of(_given(value, name, key), key, f"{path}{name}")


def _mistakes_of(member: object, key: Key, path: str) -> Iterator[str]:
    if member is None and key.required:
        yield f"{path} cannot be null"
    if key.inner:
        yield from mistakes(member, key.inner, f"{path}.")
    for item in member if isinstance(member, list) else [member]:
        if key.allowed and isinstance(item, str) and item not in key.allowed:
            yield f"{path} cannot be '{item}', only one of [{', '.join(key.allowed)}]"


def _given(value: Mapping[str, Any], name: str, key: Key) -> Json:
    member = value.get(name)
    return key.default if member is None else member
