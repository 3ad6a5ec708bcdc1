"""The area `configuration`: what DescribeConnectorConfiguration answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from appflow_local.appflow.connectors.configuration import (
    DESCRIBE_REQUEST,
    broken_constraints,
    in_api_terms,
    mistyped,
)
from appflow_local.appflow.connectors.configuration_format import ANSWER, mistakes
from appflow_local.appflow.connectors.configuration_rules import REMEDIES, RULES
from appflow_local.check.model import JAVA_SDK, Check, Look, Needs
from appflow_local.check.reply import short
from appflow_local.check.subject import Subject

_RESPONSE = f"{JAVA_SDK}, class DescribeConnectorConfigurationResponse"
_VALIDATOR = f"{JAVA_SDK}, class ConnectorConfigurationResponseValidator"
_SETTINGS = "connectorRuntimeSetting"
_OTHERS = ("isSuccess", "errorDetails", "type")


def _answered(subject: Subject) -> Iterator[str]:
    reply = subject.described
    if reply.over_limits:
        raise Needs("an answer within the limits")
    if reply.answer is None:
        yield reply.reason


def _success(subject: Subject) -> Iterator[str]:
    reply = subject.described
    if reply.answer is None:
        raise Needs("an answer that is a JSON object")
    if not reply.is_success:
        yield f"isSuccess is {short(reply.answer.get('isSuccess'))}; {reply.reason}"


def _mistakes(subject: Subject) -> list[str]:
    found = subject.configuration
    return subject.conclude("mistakes", lambda: list(mistakes(found, ANSWER)))


def _found(subject: Subject, *, missing: bool, settings: bool) -> Iterator[str]:
    for sentence in _mistakes(subject):
        of_settings = sentence.startswith(_SETTINGS)
        if sentence.endswith("cannot be null") is missing and of_settings is settings:
            yield sentence


def required_keys(*, settings: bool) -> Look:
    """Return a look for missing keys, of the runtime settings or of all else."""
    return lambda subject: _found(subject, missing=True, settings=settings)


def allowed_values(*, settings: bool) -> Look:
    """Return a look for values that the SDK doesn't have."""
    return lambda subject: _found(subject, missing=False, settings=settings)


def _translated(subject: Subject) -> Mapping[str, Any]:
    """The configuration in the API's terms.

    Raises:
        Needs: it lacks keys, or has values of another type.
    """
    if _mistakes(subject):
        raise Needs("a configuration with the required keys and allowed values")
    found = subject.configuration
    return subject.conclude("translated", lambda: in_api_terms(found))


def _mistyped(subject: Subject) -> list[str]:
    configuration = _translated(subject)
    return subject.conclude("mistyped", lambda: list(mistyped(configuration)))


def _typed(subject: Subject) -> Mapping[str, Any]:
    if _mistyped(subject):
        raise Needs("a configuration with the right types")
    return _translated(subject)


def _types(subject: Subject) -> Iterator[str]:
    yield from _mistyped(subject)


def _constraints(subject: Subject) -> Iterator[str]:
    yield from broken_constraints(_typed(subject))


def _rule(name: str) -> Look:
    def look(subject: Subject) -> Iterator[str]:
        yield from RULES[name](_typed(subject))

    return look


def _registers(subject: Subject) -> Iterator[str]:
    configuration = _typed(subject)
    if list(broken_constraints(configuration)):
        raise Needs("a configuration within the service model's constraints")
    if any(list(rule(configuration)) for rule in RULES.values()):
        raise Needs("a configuration that keeps the rules")
    if refused := subject.refusals.get("registration"):
        yield refused


def _authentications(subject: Subject) -> Iterator[str]:
    found = _typed(subject)["authenticationConfig"]
    names = ("isBasicAuthSupported", "isApiKeyAuthSupported", "isOAuth2Supported")
    if not any(found.get(name) is True for name in (*names, "isCustomAuthSupported")):
        yield "authenticationConfig supports no type of authentication"


def _known_keys(subject: Subject) -> Iterator[str]:
    given = subject.configuration
    for key in given.keys() - ANSWER.keys() - set(_OTHERS):
        absent = {name.lower(): name for name in ANSWER if given.get(name) is None}
        if meant := get_close_matches(str(key).lower(), absent, n=1, cutoff=0.85):
            yield f"the key '{key}' is ignored; '{absent[meant[0]]}' is missing"


def _no_duplicates(subject: Subject) -> Iterator[str]:
    for key, value in subject.configuration.items():
        texts = [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
        if len(set(texts)) < len(texts):
            yield f"{key} names something twice: {short(texts)}"


def _repeatable(subject: Subject) -> Iterator[str]:
    first = subject.configuration
    second = subject.ask(DESCRIBE_REQUEST, again=True)
    if second.over_limits:
        raise Needs("a second answer within the limits")
    if second.answer != first:
        differing = [key for key in first if (second.answer or {}).get(key) != first[key]]
        yield f"the second answer differs in {', '.join(differing) or 'its keys'}"


def _grants(subject: Subject) -> Iterator[str]:
    authentication = _typed(subject)["authenticationConfig"]
    defaults = authentication.get("oAuth2Defaults")
    if not authentication.get("isOAuth2Supported") or defaults is None:
        return
    if not defaults["oauth2GrantTypesSupported"]:
        yield "oAuth2GrantTypesSupported is empty"
    if "AUTHORIZATION_CODE" in defaults["oauth2GrantTypesSupported"] and not defaults.get(
        "authCodeUrls"
    ):
        yield "AUTHORIZATION_CODE is offered, but authURL is empty"


def _frequencies(subject: Subject) -> Iterator[str]:
    configuration = _typed(subject)
    scheduled = "Scheduled" in configuration["supportedTriggerTypes"]
    if scheduled and not configuration["supportedSchedulingFrequencies"]:
        yield "SCHEDULED is supported, but triggerFrequenciesSupported is empty"


def _transfers(subject: Subject) -> Iterator[str]:
    offered = _typed(subject)["supportedDataTransferTypes"]
    if "RECORD" not in offered:
        yield f"supportedDataTransferTypes is {short(offered)}"


def _source_operators(subject: Subject) -> Iterator[str]:
    configuration = _typed(subject)
    operators = configuration["supportedOperators"]
    if "SOURCE" in configuration["connectorModes"] and operators and "PROJECTION" not in operators:
        yield "operatorsSupported lacks PROJECTION, with which flows choose fields"


CHECKS = (
    Check("configuration.answered", "error", "The function answers with a JSON object",
          f"{JAVA_SDK}, class BaseLambdaConnectorHandler",
          "Look at what the function printed: the handler must be importable and return an object",
          _answered),
    Check("configuration.success", "error", "isSuccess is true", _RESPONSE,
          "Answer it without conditions: it is asked without credentials",
          _success),
    Check("configuration.required-keys", "error", "No required key is missing", _RESPONSE,
          "Add the key", required_keys(settings=False)),
    Check("configuration.allowed-values", "error", "Enumerations have the SDK's values", _RESPONSE,
          "Use one of the listed values, in this spelling", allowed_values(settings=False)),
    Check("configuration.types", "error", "Every value has the API's JSON type",
          "AppFlow API reference, ConnectorConfiguration", "Give the value in that type", _types),
    Check("configuration.constraints", "error", "Lengths and patterns are the API's",
          "AppFlow API reference, ConnectorConfiguration", "Change the value as the sentence says",
          _constraints),
    Check("configuration.names", "error", "Name and owner don't begin with a reserved word",
          _VALIDATOR, REMEDIES["names"], _rule("names")),
    Check("configuration.modes", "error", "The connector has a mode", _VALIDATOR,
          REMEDIES["modes"], _rule("modes")),
    Check("configuration.authentication", "error", "Types of authentication have what they need",
          _VALIDATOR, REMEDIES["authentication"],
          _rule("authentication")),
    Check("configuration.oauth2-urls", "error", "OAuth2's addresses are https URLs",
          f"{JAVA_SDK}, class UrlValidator", REMEDIES["oauth2-urls"], _rule("oauth2-urls")),
    Check("configuration.oauth2-grants", "error", "OAuth2 has grant types, with the URL they need",
          f"{JAVA_SDK}, class OAuth2Defaults", "Fill in the grant types and authURL",
          _grants),
    Check("configuration.logo", "error", "The logo's address is an https URL",
          f"{JAVA_SDK}, class UrlValidator", REMEDIES["logo"],
          _rule("logo")),
    Check("configuration.api-versions", "error", "There is an API version", _VALIDATOR,
          REMEDIES["api-versions"], _rule("api-versions")),
    Check("configuration.operators", "error", "There are operators", _VALIDATOR,
          REMEDIES["operators"], _rule("operators")),
    Check("configuration.projection", "warning", "A source supports PROJECTION",
          "AppFlow User Guide, tasks of flows", "Add PROJECTION to operatorsSupported",
          _source_operators),
    Check("configuration.triggers", "error", "There is a type of trigger", _VALIDATOR,
          REMEDIES["triggers"],
          _rule("triggers")),
    Check("configuration.frequencies", "error", "A connector for schedules has frequencies",
          _RESPONSE, "Name them in triggerFrequenciesSupported, or leave it out for all",
          _frequencies),
    Check("configuration.write-operations", "error", "A destination has write operations",
          _VALIDATOR, REMEDIES["write-operations"], _rule("write-operations")),
    Check("configuration.registers", "error", "AppFlow registers the connector",
          "AppFlow API reference, RegisterConnector", "Change what AppFlow's message names",
          _registers),
    Check("configuration.authentications", "warning", "There is a type of authentication",
          "AppFlow API reference, CustomConnectorProfileCredentials, authenticationType",
          "Support one, such as isCustomAuthSupported", _authentications),
    Check("configuration.known-keys", "warning", "No key is misspelt", _RESPONSE,
          "Spell the key as the SDK does: AppFlow ignores others", _known_keys),
    Check("configuration.no-duplicates", "warning", "No list names a thing twice", _RESPONSE,
          "Name each once", _no_duplicates),
    Check("configuration.repeatable", "warning", "Asked twice, the connector answers the same",
          "inferred: AppFlow asks at every registration and update", "Answer from constants",
          _repeatable),
    Check("configuration.transfers", "warning", "Records can be transferred", _RESPONSE,
          "Support RECORD: flows of files are not emulated", _transfers),
)  # fmt: skip
