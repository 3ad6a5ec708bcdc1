"""The area `errors`: how the connector says that it failed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from appflow_local.check.credentials_checks import INVALID
from appflow_local.check.expected_records import operators
from appflow_local.check.model import JAVA_SDK, README, Check, Look, Needs
from appflow_local.check.reading import Entity, entities, query_request
from appflow_local.check.reply import Reply, short
from appflow_local.check.subject import NO_ENTITY, Subject

_DETAILS = f"{JAVA_SDK}, class ErrorDetails"
_CODES = (
    "InvalidArgument",
    INVALID,
    "AccessDenied",
    "RequestTimeout",
    "RateLimitExceeded",
    "ServiceUnavailable",
    "ClientError",
    "ServerError",
    "UnknownError",
    "PartialWriteFailure",
    "ResourceNotFoundError",
)
_MISLEADING = (INVALID, "RateLimitExceeded", "ServiceUnavailable")
_NO_FILTER = "appflow check ( is no filter"


def _failures(subject: Subject) -> list[Reply]:
    _provoke(subject)
    found = [reply for reply in subject.replies if reply.is_failure]
    if not found:
        raise Needs("an answer that says why it failed")
    return found


def _provoke(subject: Subject) -> None:
    """Make the requests that must fail, as far as they can be made."""
    for make in (_unknown_described, _unknown_queried, _bad_filter, *_EXPIRED.values()):
        try:
            make(subject)
        except Needs:
            continue


def _unknown_described(subject: Subject) -> Reply:
    return subject.ask(subject.describe_request(NO_ENTITY))


def _first_entity(subject: Subject) -> Entity:
    return next(entities(subject))


def _unknown_queried(subject: Subject) -> Reply:
    first = _first_entity(subject)
    return subject.ask(query_request(subject, Entity(NO_ENTITY, first.definition, first.fields)))


def _bad_filter(subject: Subject) -> Reply:
    advertised = operators(subject.configuration)
    for entity in entities(subject):
        if any(field.supports(each) for field in entity.fields for each in advertised):
            return subject.ask(query_request(subject, entity, where=_NO_FILTER))
    raise Needs("a field that can be filtered")


def _expired_list(subject: Subject) -> Reply:
    request = {**subject.list_request(), "connectorContext": subject.wrong_context}
    return subject.ask(request)


def _expired_describe(subject: Subject) -> Reply:
    return subject.ask(subject.describe_request(subject.chosen[0], subject.wrong_context))


def _expired_query(subject: Subject) -> Reply:
    entity = _first_entity(subject)
    return subject.ask(query_request(subject, entity, context=subject.wrong_context))


_EXPIRED = {"list": _expired_list, "describe": _expired_describe, "query": _expired_query}


def _expired(name: str) -> Look:
    def look(subject: Subject) -> Iterator[str]:
        reply = _EXPIRED[name](subject)
        if reply.is_success:
            right = subject.ask(
                {**reply.request, "connectorContext": _right_context(subject, reply)}
            )
            if _amount(reply) < _amount(right):
                yield (f"sent {reply.sent} with credentials that are wrong; isSuccess is true, "
                       f"with {_amount(reply)} instead of {_amount(right)}")  # fmt: skip
                return
            raise Needs("a request for which the connector uses its credentials")
        if reply.is_failure and reply.code != INVALID:
            yield f"sent {reply.sent} with credentials that are wrong; {reply.reason}"

    return look


def _right_context(subject: Subject, reply: Reply) -> dict[str, Any]:
    return {**reply.request["connectorContext"], "credentials": subject.context["credentials"]}


def _amount(reply: Reply) -> int:
    """How many entities, fields or records an answer has."""
    answer = reply.answer or {}
    definition = answer.get("entityDefinition") or {}
    found = answer.get("entities") or answer.get("records") or definition.get("fields") or []
    return len(found)


def _no_crash(subject: Subject) -> Iterator[str]:
    _provoke(subject)
    asked = [reply for reply in subject.replies if _is_wrong(subject, reply)]
    if not asked:
        raise Needs("a connection")
    for reply in asked:
        if not reply.over_limits and reply.answer is None and not _is_no_filter(reply):
            yield f"sent {reply.sent}; {reply.reason}"


def _is_wrong(subject: Subject, reply: Reply) -> bool:
    wrong = subject.connected.wrong_context if subject.connected is not None else None
    credentials = (reply.request.get("connectorContext") or {}).get("credentials")
    return (
        reply.request.get("entityIdentifier") == NO_ENTITY
        or _is_no_filter(reply)
        or (wrong is not None and credentials == wrong["credentials"])
    )


def _is_no_filter(reply: Reply) -> bool:
    """Whether the filter was one that AppFlow never sends; the SDK for Python crashes on it."""
    return reply.request.get("filterExpression") == _NO_FILTER


def _unknown_refused(subject: Subject) -> Iterator[str]:
    reply = _unknown_queried(subject)
    if reply.is_success:
        yield f"sent {reply.sent}; isSuccess is true"


def _unknown_code(subject: Subject) -> Iterator[str]:
    found = [reply for reply in (_unknown_described(subject), _maybe_queried(subject)) if reply]
    if not any(reply.is_failure for reply in found):
        raise Needs("an unknown entity to be refused")
    for reply in found:
        if reply.is_failure and reply.code in _MISLEADING:
            yield f"sent {reply.sent}; {reply.reason}"


def _maybe_queried(subject: Subject) -> Reply | None:
    try:
        return _unknown_queried(subject)
    except Needs:
        return None


def _bad_filter_refused(subject: Subject) -> Iterator[str]:
    reply = _bad_filter(subject)
    if reply.is_success:
        yield f"sent {reply.sent}; isSuccess is true"


def _shape(subject: Subject) -> Iterator[str]:
    for reply in _failures(subject):
        is_of_settings = reply.operation == "ValidateConnectorRuntimeSettings"
        if not reply.details and not is_of_settings:
            yield f"sent {reply.sent}; {reply.reason}"


def _codes(subject: Subject) -> Iterator[str]:
    for reply in _failures(subject):
        if reply.details and reply.details.get("errorCode") not in _CODES:
            yield f"sent {reply.sent}; errorCode is {short(reply.details.get('errorCode'))}"


def _messages(subject: Subject) -> Iterator[str]:
    for reply in _failures(subject):
        message = reply.details.get("errorMessage")
        if reply.details and not (isinstance(message, str) and message.strip()):
            yield f"sent {reply.sent}; errorMessage is {short(message)}"


def _retry(subject: Subject) -> Iterator[str]:
    for reply in _failures(subject):
        seconds = reply.details.get("retryAfterSeconds")
        if seconds is not None and (
            isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 0
        ):
            yield f"sent {reply.sent}; retryAfterSeconds is {short(seconds)}"


def _flag(subject: Subject) -> Iterator[str]:
    _provoke(subject)
    for reply in subject.replies:
        given = None if reply.answer is None else reply.answer.get("isSuccess")
        is_told = reply.answer is None or isinstance(given, bool)
        if not is_told and _is_wrong(subject, reply):
            yield f"sent {reply.sent}; isSuccess is {short(given)}"


CHECKS = (
    Check("errors.success-flag", "error", "A failure says isSuccess: false", _DETAILS,
          "Set isSuccess", _flag),
    Check("errors.no-crash", "error", "What can't be done is answered, not raised", _DETAILS,
          "Catch the error, and answer with isSuccess false and errorDetails", _no_crash),
    Check("errors.details", "error", "A failure has errorDetails", _DETAILS,
          "Add errorDetails: AppFlow says `No valid response` otherwise", _shape),
    Check("errors.codes", "error", "Error codes are the SDK's",
          f"{JAVA_SDK}, enumeration ErrorCode", f"Use one of {', '.join(_CODES)}", _codes),
    Check("errors.messages", "error", "A failure has a message", _DETAILS,
          "Say why in errorMessage, which the user of AppFlow gets to read", _messages),
    Check("errors.retry-after", "error", "retryAfterSeconds is a number of seconds", _DETAILS,
          "Give a whole number, or leave it out", _retry),
    Check("errors.expired-list", "error", "Listing with an expired key is InvalidCredentials",
          f"{README}: AppFlow refreshes tokens then",
          "Answer with the errorCode InvalidCredentials where the application answers 401",
          _expired("list")),
    Check("errors.expired-describe", "error",
          "Describing with an expired key is InvalidCredentials",
          f"{README}: AppFlow refreshes tokens then",
          "Answer with the errorCode InvalidCredentials where the application answers 401",
          _expired("describe")),
    Check("errors.expired-query", "error", "Querying with an expired key is InvalidCredentials",
          f"{README}: AppFlow refreshes tokens then",
          "Answer with the errorCode InvalidCredentials where the application answers 401",
          _expired("query")),
    Check("errors.unknown-entity", "error", "An unknown entity can't be queried",
          f"{JAVA_SDK}, class RecordHandler", "Answer with errorDetails, such as InvalidArgument",
          _unknown_refused),
    Check("errors.unknown-entity-code", "error",
          "The code for an unknown entity doesn't make AppFlow try again",
          f"{JAVA_SDK}, enumeration ErrorCode", "Use InvalidArgument or ClientError",
          _unknown_code),
    Check("errors.bad-filter", "warning", "A text that is no filter is refused",
          "AppFlow Custom Connector SDK, grammar CustomConnectorQueryFilter",
          "Answer with InvalidArgument: whoever ignores it moves too many records",
          _bad_filter_refused),
)  # fmt: skip
