"""The area `entities`: every page of ListEntities, and entities that don't exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from appflow_local.appflow.metadata.entities import DEFAULT_SIZE
from appflow_local.appflow.metadata.entity_format import LIST_ANSWER
from appflow_local.check.model import JAVA_SDK, Check, Needs
from appflow_local.check.reply import short
from appflow_local.check.subject import MOST_PAGES, NO_ENTITY, Subject, objects

_RESPONSE = f"{JAVA_SDK}, class ListEntitiesResponse"
_HANDLER = f"{JAVA_SDK}, class MetadataHandler"
_MOST_NESTING = 5


def _answered(subject: Subject) -> Iterator[str]:
    reply = subject.ask(subject.list_request())
    if reply.over_limits:
        raise Needs("an answer within the limits")
    if not reply.is_success:
        yield f"sent {reply.sent}; {reply.reason}"


def _format(subject: Subject) -> Iterator[str]:
    for page in subject.entity_pages():
        yield from (sentence.removeprefix(".") for sentence in LIST_ANSWER(page, ""))


def _some(subject: Subject) -> Iterator[str]:
    if not any(page.get("entities") for page in subject.entity_pages()):
        yield "there is no entity on any page"


def _pages_end(subject: Subject) -> Iterator[str]:
    pages = subject.entity_pages()
    token = pages[-1].get("nextToken")
    if token and isinstance(token, str):
        why = "comes again" if len(pages) < MOST_PAGES else f"follows {MOST_PAGES} pages"
        yield f"the nextToken {short(token)} {why}"


def _same_page(subject: Subject) -> Iterator[str]:
    token = subject.entity_pages()[0].get("nextToken")
    for given in [None, *([token] if isinstance(token, str) and token else [])]:
        request = subject.list_request(token=given)
        first, second = subject.answered(request), subject.ask(request, again=True)
        before, after = first.get("entities"), (second.answer or {}).get("entities")
        if second.is_success and before != after:
            yield f"sent {second.sent} twice; came back: {short(before)}, then {short(after)}"


def _unique(subject: Subject) -> Iterator[str]:
    if list(_pages_end(subject)):
        raise Needs("pages that come to an end")
    names = [str(each.get("entityIdentifier")) for each in subject.entities]
    for name in sorted({each for each in names if names.count(each) > 1}):
        yield f"'{name}' is listed {names.count(name)} times"


def _size(subject: Subject) -> Iterator[str]:
    for page in subject.entity_pages():
        if len(objects(page.get("entities"))) > DEFAULT_SIZE:
            yield f"maxResult was {DEFAULT_SIZE}; a page has {len(objects(page['entities']))}"


def _nested(subject: Subject) -> Iterator[str]:
    parents = [
        str(each.get("entityIdentifier"))
        for each in subject.entities
        if each.get("hasNestedEntities") is True
    ]
    if not parents:
        raise Needs("an entity with hasNestedEntities")
    for name in parents[:_MOST_NESTING]:
        reply = subject.ask(subject.list_request(name))
        if reply.over_limits:
            continue
        if not reply.is_success:
            yield f"sent {reply.sent}; {reply.reason}"
        elif name in [each.get("entityIdentifier") for each in _entities(reply.answer)]:
            yield f"sent {reply.sent}; '{name}' is nested in itself"


def _entities(answer: Mapping[str, object] | None) -> list[Mapping[str, object]]:
    return objects((answer or {}).get("entities"))


def _unknown(subject: Subject) -> Iterator[str]:
    reply = subject.ask(subject.describe_request(NO_ENTITY))
    if reply.is_success:
        yield f"sent {reply.sent}; isSuccess is true"


def _listed(subject: Subject) -> Iterator[str]:
    if not subject.plan.entities:
        raise Needs("--entity")
    listed = {each.get("entityIdentifier") for each in subject.entities}
    nested = any(each.get("hasNestedEntities") is True for each in subject.entities)
    for name in subject.plan.entities:
        if name not in listed and not nested:
            yield f"'{name}' is not listed"


def _named(subject: Subject) -> Iterator[str]:
    for entity, definition in subject.described_entities():
        described = definition.get("entity")
        name = described.get("entityIdentifier") if isinstance(described, Mapping) else None
        if isinstance(name, str) and name != entity:
            yield f"asked for '{entity}'; the definition is of '{name}'"


def _agree(subject: Subject) -> Iterator[str]:
    listed = {each.get("entityIdentifier"): each for each in subject.entities}
    for entity, definition in subject.described_entities():
        described = definition.get("entity")
        if not isinstance(described, Mapping) or entity not in listed:
            continue
        for key in ("hasNestedEntities", "isWritable", "label"):
            here, there = listed[entity].get(key), described.get(key)
            if type(here) is type(there) and here != there:
                yield f"{key} of '{entity}' is {short(here)} in the list, {short(there)} described"


CHECKS = (
    Check("entities.answered", "error", "ListEntities succeeds", _RESPONSE,
          "Look at what the function printed", _answered),
    Check("entities.format", "error", "Entities have the SDK's keys and types", _RESPONSE,
          "Change what the sentence names", _format),
    Check("entities.some", "warning", "There is an entity", _HANDLER,
          "List what the credentials may read; without one there is no flow", _some),
    Check("entities.pages-end", "error", "The pages come to an end", _RESPONSE,
          "Leave nextToken out of the last page", _pages_end),
    Check("entities.same-page", "error", "The same token gives the same page", _RESPONSE,
          "Put the position into the token, and keep none in the function", _same_page),
    Check("entities.unique", "error", "No entity is listed twice", _RESPONSE,
          "Begin each page after the end of the one before", _unique),
    Check("entities.max-result", "warning", "No page is larger than asked for",
          f"{JAVA_SDK}, class ListEntitiesRequest", "Cut pages at maxResult", _size),
    Check("entities.nested", "error", "Nested entities are listed by their path",
          f"{JAVA_SDK}, class ListEntitiesRequest", "Answer for entitiesPath, or set "
          "hasNestedEntities to false", _nested),
    Check("entities.unknown-refused", "error", "An unknown entity is not described", _HANDLER,
          "Answer with errorDetails, such as InvalidArgument", _unknown),
    Check("entities.given-listed", "warning", "The given entities are listed", _HANDLER,
          "List them, so that they can be chosen", _listed),
    Check("entities.named", "error", "A definition is that of the entity asked for", _HANDLER,
          "Describe the entity of entityIdentifier", _named),
    Check("entities.agree", "warning", "List and definition say the same of an entity", _HANDLER,
          "Make both from one source", _agree),
)  # fmt: skip
