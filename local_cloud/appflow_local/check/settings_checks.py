"""The area `settings`: connector runtime settings, as they are described and as they are judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from appflow_local.appflow.profiles.runtime_settings import DESTINATION, PROFILE, SOURCE
from appflow_local.appflow.transfer.values import to_boolean, to_instant, to_number
from appflow_local.check.configuration_checks import allowed_values, required_keys
from appflow_local.check.model import JAVA_SDK, Check, Look, Needs
from appflow_local.check.reply import Reply, short
from appflow_local.check.subject import Subject, objects

_SETTING = f"{JAVA_SDK}, class ConnectorRuntimeSetting"
_RESPONSE = f"{JAVA_SDK}, class ValidateConnectorRuntimeSettingsResponse"
_OPERATION = "ValidateConnectorRuntimeSettings"
# Of each type of setting, a text that isn't one; not of Boolean, where many take it for false.
_WRONG = {
    "Url": "not a url",
    "Integer": "many",
    "Long": "many",
    "Date": "some day",
    "DateTime": "some day",
}
_FITS = {
    "Integer": to_number,
    "Long": to_number,
    "Boolean": to_boolean,
    "Date": to_instant,
    "DateTime": to_instant,
}


def _described(subject: Subject) -> list[Mapping[str, Any]]:
    return objects(subject.configuration.get("connectorRuntimeSetting"))


def _unique(subject: Subject) -> Iterator[str]:
    counted = Counter((each.get("key"), each.get("scope")) for each in _described(subject))
    for (key, scope), count in counted.items():
        if count > 1:
            yield f"the setting '{key}' of {scope} is there {count} times"


def _texts(subject: Subject) -> Iterator[str]:
    for each in _described(subject):
        for name in ("label", "description"):
            if isinstance(each.get(name), str) and not each[name].strip():
                yield f"the {name} of '{each.get('key')}' is blank"


def _options(subject: Subject) -> Iterator[str]:
    for each in _described(subject):
        read = _FITS.get(str(each.get("dataType")))
        options = each.get("connectorSuppliedValueOptions")
        for option in options if isinstance(options, list) else ():
            if read is not None and read(option) is None:
                yield f"{short(option)}, an option of '{each.get('key')}', is no {each['dataType']}"


def validate(subject: Subject, scope: str, settings: Mapping[str, str]) -> Reply:
    """Have the connector judge settings."""
    return subject.ask(
        {
            "type": "ValidateConnectorRuntimeSettingsRequest",
            "scope": scope,
            "connectorRuntimeSettings": dict(settings),
        }
    )


def _given(subject: Subject) -> Iterator[str]:
    required = [each["key"] for each in _of_profile(subject) if each.get("required") is True]
    missing = [key for key in required if key not in _profile_settings(subject)]
    if missing:
        raise Needs(f"--settings {' '.join(f'{key}=VALUE' for key in missing)}")
    reply = validate(subject, PROFILE, _profile_settings(subject))
    if reply.over_limits:
        raise Needs("an answer within the limits")
    if not reply.is_success:
        refusal = (reply.answer or {}).get("errorsByInputField")
        yield f"sent {reply.sent}; {short(refusal) if refusal else reply.reason}"


def _profile_settings(subject: Subject) -> dict[str, str]:
    if subject.connected is not None:
        return dict(subject.context.get("connectorRuntimeSettings") or {})
    keys = [each["key"] for each in _of_profile(subject)]
    return {key: value for key, value in subject.plan.settings.items() if key in keys}


def _of_profile(subject: Subject) -> list[Mapping[str, Any]]:
    return [
        each
        for each in _described(subject)
        if each.get("scope") == PROFILE and isinstance(each.get("key"), str)
    ]


def _scope_answered(scope: str, mode: str) -> Look:
    def look(subject: Subject) -> Iterator[str]:
        if not subject.has_mode(mode):
            raise Needs(f"a connector with the mode {mode}")
        scopes = (scope, "SOURCE_AND_DESTINATION")
        offered = [each.get("key") for each in _described(subject) if each.get("scope") in scopes]
        given = {key: value for key, value in subject.plan.settings.items() if key in offered}
        reply = validate(subject, scope, given)
        if reply.over_limits:
            raise Needs("an answer within the limits")
        judged = reply.is_failure and (reply.answer or {}).get("errorsByInputField")
        if not reply.is_success and not judged and not reply.details:
            yield f"sent {reply.sent}; {reply.reason}"

    return look


def _refused_profile(subject: Subject, wrong: Mapping[str, str]) -> Reply:
    return validate(subject, PROFILE, {**_profile_settings(subject), **wrong})


def _types_judged(subject: Subject) -> Iterator[str]:
    typed = [each for each in _of_profile(subject) if each.get("dataType") in _WRONG]
    if not typed:
        raise Needs("a setting of a profile that is a Url, a whole number or a date")
    for each in typed:
        reply = _refused_profile(subject, {each["key"]: _WRONG[each["dataType"]]})
        if reply.is_success:
            yield f"sent {reply.sent}; accepted as {each['dataType']}"


def _required_judged(subject: Subject) -> Iterator[str]:
    required = [each["key"] for each in _of_profile(subject) if each.get("required") is True]
    if not required:
        raise Needs("a setting of a profile that is required")
    given = _profile_settings(subject)
    replies = [
        validate(subject, PROFILE, {name: v for name, v in given.items() if name != key})
        for key in required
    ]
    # AppFlow itself asks for them, so one that is refused shows that the connector looks.
    if all(reply.is_success for reply in replies):
        yield f"sent {replies[0].sent}; accepted without '{required[0]}'"


def _refusal_answered(subject: Subject) -> Iterator[str]:
    for look in (_required_judged, _types_judged):
        try:
            list(look(subject))
        except Needs:
            continue
    asked = [each for each in subject.replies if each.operation == _OPERATION]
    if not any(each.answer is None or not each.is_success for each in asked):
        raise Needs("settings that are refused")
    for reply in asked:
        if reply.answer is None and not reply.over_limits:
            yield f"sent {reply.sent}; {reply.reason}"


def _names_fields(subject: Subject) -> Iterator[str]:
    known = {each.get("key") for each in _described(subject)}
    for reply in list(subject.replies):
        if reply.operation != _OPERATION or not reply.is_failure:
            continue
        errors = (reply.answer or {}).get("errorsByInputField")
        if errors is not None and not isinstance(errors, Mapping):
            yield f"sent {reply.sent}; errorsByInputField is {short(errors)}, not an object"
        elif errors:
            for name, text in errors.items():
                if name not in known:
                    yield f"sent {reply.sent}; '{name}' is no setting of the connector"
                elif not isinstance(text, str) or not text.strip():
                    yield f"sent {reply.sent}; the error of '{name}' is {short(text)}"


CHECKS = (
    Check("settings.required-keys", "error", "Each setting has all required keys", _SETTING,
          "Add the key", required_keys(settings=True)),
    Check("settings.allowed-values", "error", "Data types and scopes are the SDK's", _SETTING,
          "Use one of the listed values, in this spelling", allowed_values(settings=True)),
    Check("settings.unique", "error", "A key is there once in each scope", _SETTING,
          "Rename or remove one", _unique),
    Check("settings.texts", "warning", "Label and description are not blank", _SETTING,
          "Write what the console shows to those who make a connection", _texts),
    Check("settings.options", "warning", "Suggested values have the setting's type", _SETTING,
          "Change connectorSuppliedValueOptions or dataType", _options),
    Check("settings.given-accepted", "error", "The given settings are accepted", _RESPONSE,
          "If the settings are right, accept them: AppFlow makes no profile otherwise", _given),
    Check("settings.source-answered", "error", "Settings of the scope SOURCE are judged",
          _RESPONSE, "Answer isSuccess, or errorsByInputField", _scope_answered(SOURCE, SOURCE)),
    Check("settings.destination-answered", "error", "Settings of the scope DESTINATION are judged",
          _RESPONSE, "Answer isSuccess, or errorsByInputField",
          _scope_answered(DESTINATION, DESTINATION)),
    Check("settings.required-judged", "warning", "A missing setting is refused",
          f"{JAVA_SDK}, class ConfigurationHandler", "Refuse it in errorsByInputField",
          _required_judged),
    Check("settings.types-judged", "warning", "A value of another type is refused",
          f"{JAVA_SDK}, class ConfigurationHandler", "Refuse it in errorsByInputField",
          _types_judged),
    Check("settings.refusal-answered", "warning", "Wrong settings don't crash the function",
          _RESPONSE, "Read settings that may be missing or wrong, and answer errorsByInputField",
          _refusal_answered),
    Check("settings.errors-name-settings", "error", "errorsByInputField names settings, with texts",
          _RESPONSE, "Use the setting's key as the key, and say why in its value", _names_fields),
)  # fmt: skip
