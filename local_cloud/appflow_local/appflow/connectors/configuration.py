"""Translates a connector's own answer into the `connectorConfiguration` of the API.

Refuses with ConnectorServerException.

Inferred (public reports are of connectors that fail, not of wrong configurations): what is
wrong with a configuration is said in the sentence of the SDK's validator.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import StringShape

from appflow_local.appflow.account.token_style import TokenStyle
from appflow_local.appflow.connectors.configuration_format import ANSWER, mistakes, rename
from appflow_local.appflow.connectors.configuration_rules import REMEDIES, RULES, broken_rules
from appflow_local.appflow.connectors.connection import Connection
from appflow_local.appflow.connectors.connector_errors import communication_error
from appflow_local.appflow.connectors.oauth2_defaults import read_style
from appflow_local.appflow.protocol.errors import (
    ConnectorServerException,
    SerializationException,
)
from appflow_local.appflow.protocol.model import structure
from appflow_local.appflow.protocol.parsing import parse_value
from appflow_local.appflow.protocol.validation import problems

# Known (SDK README, "SDK Restrictions"; SDK example's README): the connector is asked for its
# configuration when it is registered, and AppFlow keeps the answer.
# Known (SDK, DescribeConnectorConfigurationRequest): the request for it has the default locale.
# Chosen: the exact bytes of that request.
DESCRIBE_REQUEST = {"type": "DescribeConnectorConfigurationRequest", "locale": "en-US"}

# In the order of the real answer in the SDK's describe-connector-validation-file.json.
_TRIGGER_TYPES = {"ONDEMAND": "OnDemand", "SCHEDULED": "Scheduled"}
# From the same file, of a connector with both modes; left out if a connector is not a source.
_DESTINATIONS = ("S3", "CustomConnector", "Salesforce")
# The same file has a description with parentheses, which its shape's pattern excludes, so AppFlow
# does not enforce that pattern here. URLs have rules of their own, which allow templates.
_PATTERNS_NOT_ENFORCED = frozenset({"Description", "TokenUrl", "AuthCodeUrl", "LogoURL"})

_log = logging.getLogger(__name__)


def read_configuration(connection: Connection) -> tuple[dict[str, Any], TokenStyle]:
    """Ask a connector for its configuration; return it in the API's terms, and what the API hides.

    Raises:
        AppFlowError: see `Connection.call`, `translate` and `read_style`.
    """

    def read(answer: Mapping[str, Any]) -> tuple[dict[str, Any], TokenStyle]:
        try:
            return translate(answer), read_style(answer)
        except ConnectorServerException:
            # AWS's sentences don't say what to do.
            for remedy in remedies(answer):
                _log.warning("To do in %s: %s", connection.function_arn, remedy)
            raise

    return connection.read(DESCRIBE_REQUEST, read)


def remedies(answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield what to do about an answer that `translate` refuses."""
    if found := list(mistakes(answer, ANSWER)):
        for sentence in found:
            key = sentence.partition(" ")[0]
            is_missing = sentence.endswith("cannot be null")
            yield f"{'Add the key' if is_missing else 'Use one of the listed values in'} {key}"
        return
    configuration = in_api_terms(answer)
    if any(mistyped(configuration)) or any(broken_constraints(configuration)):
        return  # those sentences name the member and what it must be
    yield from (REMEDIES[name] for name, rule in RULES.items() if any(rule(configuration)))


def translate(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the connector's answer as the members of ConnectorConfiguration that it decides.

    Null members are left out, as on the wire of the real service.

    Raises:
        ConnectorServerException: the answer lacks a key, or breaks a constraint of the service
            model or a rule of the SDK's validator.
    """
    _refuse(mistakes(answer, ANSWER))
    configuration = in_api_terms(answer)
    _refuse(mistyped(configuration))
    _refuse(broken_constraints(configuration))
    _refuse(broken_rules(configuration))
    return {**configuration, **_derived(configuration["connectorModes"])}


def in_api_terms(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer, which has all required keys, with the API's names and defaults."""
    configuration: dict[str, Any] = rename(answer, ANSWER)
    if isinstance(configuration["supportedTriggerTypes"], list):
        configuration["supportedTriggerTypes"] = _trigger_types(configuration)
    return configuration


def _trigger_types(configuration: Mapping[str, Any]) -> list[Any]:
    given = configuration["supportedTriggerTypes"]
    # Anything else stays, so that the check of types finds it.
    others = [name for name in given if not isinstance(name, str)]
    return [api for name, api in _TRIGGER_TYPES.items() if name in given] + others


def mistyped(configuration: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each member of another JSON type than the service model's."""
    for name, member in structure("ConnectorConfiguration").members.items():
        try:
            if name in configuration:
                parse_value(member, configuration[name])
        except SerializationException as mismatch:
            yield f"{name}: {mismatch}"


def broken_constraints(configuration: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each length, pattern or enumeration of the model that is broken."""
    shape = structure("ConnectorConfiguration")
    yield from problems(shape, configuration, check_pattern=_is_enforced)


def _is_enforced(shape: StringShape) -> bool:
    return shape.name not in _PATTERNS_NOT_ENFORCED


def _derived(modes: list[str]) -> dict[str, Any]:
    is_source = "SOURCE" in modes
    return {
        "canUseAsSource": is_source,
        "canUseAsDestination": "DESTINATION" in modes,
        "isPrivateLinkEnabled": False,
        "isPrivateLinkEndpointUrlRequired": False,
        **({"supportedDestinationConnectors": list(_DESTINATIONS)} if is_source else {}),
    }


def _refuse(found: Iterator[str]) -> None:
    errors = list(found)
    if errors:
        raise communication_error(
            "ConnectorConfiguration from the connector failed with following validation "
            f"validationErrors. [{', '.join(errors)}]"
        )
