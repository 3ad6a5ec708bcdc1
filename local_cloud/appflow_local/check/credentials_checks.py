"""The area `credentials`: right ones are accepted, wrong ones refused, and none is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from appflow_local.check.model import JAVA_SDK, README, Check, Needs
from appflow_local.check.reply import HIDDEN, Reply, short
from appflow_local.check.subject import Subject, objects

_RESPONSE = f"{JAVA_SDK}, class ValidateCredentialsResponse"
INVALID = "InvalidCredentials"
_PRACTICE = "AWS Lambda developer guide, security of logs"


def validate(subject: Subject, context: Mapping[str, Any]) -> Reply:
    """Have the connector try the credentials of a context."""
    return subject.ask(
        {
            "type": "ValidateCredentialsRequest",
            "credentials": context["credentials"],
            "connectorRuntimeSettings": context["connectorRuntimeSettings"],
        }
    )


def _accepted(subject: Subject) -> Iterator[str]:
    if refused := subject.refusals.get("profile"):
        yield refused
        return
    reply = validate(subject, subject.context)
    if reply.over_limits:
        raise Needs("an answer within the limits")
    if not reply.is_success:
        yield reply.reason


def _refused(subject: Subject) -> Iterator[str]:
    reply = validate(subject, subject.wrong_context)
    if reply.is_success:
        yield "sent credentials in which every value was replaced; isSuccess is true"


def _refusal_code(subject: Subject) -> Iterator[str]:
    reply = validate(subject, subject.wrong_context)
    if not reply.is_failure:
        raise Needs("wrong credentials to be refused")
    if reply.code != INVALID:
        yield f"sent wrong credentials; {reply.reason}"


def _refusal_answered(subject: Subject) -> Iterator[str]:
    reply = validate(subject, subject.wrong_context)
    if reply.over_limits or reply.is_success:
        raise Needs("wrong credentials to be refused within the limits")
    if reply.answer is None:
        yield f"sent wrong credentials; {reply.reason}"


def _not_printed(subject: Subject) -> Iterator[str]:
    for reply in subject.replies:
        for line in reply.printed.splitlines():
            if HIDDEN in line:
                yield f"{reply.operation} printed: {short(line)}"
                break


def _not_told(subject: Subject) -> Iterator[str]:
    for reply in subject.replies:
        kept = reply.raw if isinstance(reply.raw, Mapping) else {}
        details = kept.get("errorDetails")
        message = details.get("errorMessage") if isinstance(details, Mapping) else None
        if isinstance(message, str) and HIDDEN in message:
            yield f"{reply.operation} answered: {short(message)}"


def _custom_types(subject: Subject) -> list[Mapping[str, Any]]:
    authentication = subject.configuration.get("authenticationConfig") or {}
    return objects(authentication.get("customAuthConfig"))


def _parameters(subject: Subject) -> list[Mapping[str, Any]]:
    return [item for each in _custom_types(subject) for item in objects(each.get("authParameters"))]


def _texts(subject: Subject) -> Iterator[str]:
    for each in _parameters(subject):
        for name in ("label", "description"):
            if isinstance(each.get(name), str) and not each[name].strip():
                yield f"the {name} of '{each.get('key')}' is blank"


def _unique(subject: Subject) -> Iterator[str]:
    names = [each.get("authenticationType") for each in _custom_types(subject)]
    for name in {each for each in names if names.count(each) > 1}:
        yield f"the custom authentication type '{name}' is there twice"
    for config in _custom_types(subject):
        keys = [each.get("key") for each in objects(config.get("authParameters"))]
        for key in {each for each in keys if keys.count(each) > 1}:
            yield f"'{config.get('authenticationType')}' has the parameter '{key}' twice"


CHECKS = (
    Check("credentials.accepted", "error", "The given credentials are accepted", _RESPONSE,
          "If they are right, accept them: AppFlow makes no profile otherwise", _accepted),
    Check("credentials.wrong-refused", "error", "Wrong credentials are refused", _RESPONSE,
          "Try the credentials with the application, and answer InvalidCredentials", _refused),
    Check("credentials.refusal-answered", "error", "Wrong credentials don't crash the function",
          _RESPONSE, "Catch the application's error, and answer with errorDetails",
          _refusal_answered),
    Check("credentials.refusal-code", "error", "Wrong credentials are InvalidCredentials",
          f"{JAVA_SDK}, enumeration ErrorCode", "Answer with the errorCode InvalidCredentials",
          _refusal_code),
    Check("credentials.not-printed", "error", "No secret is printed", _PRACTICE,
          "Print neither the secret nor a request's headers: logs are read by others",
          _not_printed),
    Check("credentials.not-told", "error", "No error message has a secret in it", README,
          "Leave it out of errorMessage, which AppFlow shows", _not_told),
    Check("credentials.unique", "error", "Custom types and parameters have names of their own",
          f"{JAVA_SDK}, class CustomAuthConfig", "Rename or remove one", _unique),
    Check("credentials.texts", "warning", "Parameters have a label and a description",
          f"{JAVA_SDK}, class AuthParameter", "Write what the console shows", _texts),
)  # fmt: skip
