"""The area `fields`: every field's type and properties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from appflow_local.appflow.metadata.entity_format import (
    DATA_TYPES,
    DESCRIBE_ANSWER,
    FILTER_OPERATORS,
)
from appflow_local.appflow.transfer.errors import TaskError
from appflow_local.appflow.transfer.literals import identifier
from appflow_local.check.model import JAVA_SDK, Check, Needs
from appflow_local.check.reply import short
from appflow_local.check.subject import Subject, objects
from appflow_local.check.value_checks import fits

_FIELD = f"{JAVA_SDK}, class FieldDefinition"
_TYPES = re.compile(r"\.dataType must be one of")
_OPERATORS = re.compile(r"\.filterOperators\[\d+\] must be one of")
_INCREMENTAL = "isTimestampFieldForIncrementalQueries"


def _answered(subject: Subject) -> Iterator[str]:
    for entity in subject.to_describe:
        reply = subject.ask(subject.describe_request(entity))
        if not reply.is_success and not reply.over_limits:
            yield f"sent {reply.sent}; {reply.reason}"


def _sentences(subject: Subject) -> Iterator[str]:
    for entity in subject.to_describe:
        reply = subject.ask(subject.describe_request(entity))
        if reply.is_success:
            for sentence in DESCRIBE_ANSWER(reply.answer, ""):
                yield f"'{entity}': {sentence.removeprefix('.')}"


def _format(subject: Subject) -> Iterator[str]:
    for sentence in _sentences(subject):
        if not _TYPES.search(sentence) and not _OPERATORS.search(sentence):
            yield sentence


def _types(subject: Subject) -> Iterator[str]:
    yield from (each for each in _sentences(subject) if _TYPES.search(each))


def _known_operators(subject: Subject) -> Iterator[str]:
    yield from (each for each in _sentences(subject) if _OPERATORS.search(each))


def _some(subject: Subject) -> Iterator[str]:
    for entity, definition in subject.described_entities():
        if definition.get("fields") == []:
            yield f"'{entity}' has no fields"


def _unique(subject: Subject) -> Iterator[str]:
    for entity, definition in subject.described_entities():
        names = [str(each.get("fieldName")) for each in objects(definition.get("fields"))]
        for name in sorted({each for each in names if names.count(each) > 1}):
            yield f"'{entity}' has the field '{name}' {names.count(name)} times"


def properties(field: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The readProperties or writeProperties of a field; empty if there are none."""
    found = field.get(name)
    return found if isinstance(found, Mapping) else {}


def _fitting_operators(subject: Subject) -> Iterator[str]:
    for entity, field in subject.fields():
        operators, kind = field.get("filterOperators"), field.get("dataType")
        if not isinstance(operators, list) or kind not in DATA_TYPES:
            continue
        comparisons = set(FILTER_OPERATORS["Integer"]) | {"BETWEEN", "CONTAINS"}
        senseless = {
            "Boolean": comparisons - set(FILTER_OPERATORS["Boolean"]),
            "Struct": comparisons,
            "ByteArray": comparisons,
            "Map": comparisons - {"CONTAINS"},
            "List": comparisons - {"CONTAINS"},
        }.get(str(kind), set() if kind == "String" else {"CONTAINS"})
        if wrong := sorted(set(map(str, operators)) & senseless):
            yield f"'{entity}.{field['fieldName']}' is {kind}, with {', '.join(wrong)}"


def _nameable(subject: Subject) -> Iterator[str]:
    for entity, field in subject.fields():
        if properties(field, "readProperties").get("isQueryable") is False:
            continue
        if field.get("filterOperators") == []:
            continue
        try:
            identifier(field["fieldName"])
        except TaskError:
            yield f"'{entity}.{field['fieldName']}'"


def _retrievable(subject: Subject) -> Iterator[str]:
    if not subject.has_mode("SOURCE"):
        raise Needs("a connector with the mode SOURCE")
    for entity, definition in subject.described_entities():
        fields = objects(definition.get("fields"))
        retrievable = [properties(each, "readProperties").get("isRetrievable") for each in fields]
        if fields and all(each is False for each in retrievable):
            yield f"'{entity}' has no field with isRetrievable"


def _constraints(subject: Subject) -> Iterator[str]:
    for entity, field in subject.fields():
        given = field.get("constraints")
        if not isinstance(given, Mapping):
            continue
        name = f"'{entity}.{field['fieldName']}'"
        for key in ("allowedLengthRange", "allowedValueRange"):
            bounds = given.get(key)
            low, high = (
                (bounds.get(end) if isinstance(bounds, Mapping) else None)
                for end in ("minRange", "maxRange")
            )
            if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
                yield f"{key} of {name} goes from {low} to {high}"
        pattern = given.get("allowedValuesRegexPattern")
        if isinstance(pattern, str) and _pattern_mistake(pattern):
            yield f"allowedValuesRegexPattern of {name} is no pattern: {short(pattern)}"


def _pattern_mistake(pattern: str) -> bool:
    try:
        re.compile(re.sub(r"(?<!\\)([*+?}])\+", r"\1", pattern))  # Java's possessive quantifiers
    except re.error:
        return r"\p" not in pattern and "(?<" not in pattern  # Java knows more than Python
    return False


def _defaults(subject: Subject) -> Iterator[str]:
    for entity, field in subject.fields():
        value, kind = field.get("defaultValue"), str(field.get("dataType"))
        if isinstance(value, str) and not fits(value, kind, text=True):
            name = f"'{entity}.{field['fieldName']}'"
            yield f"the defaultValue of {name}, {short(value)}, is no {kind}"


def _timestamps(subject: Subject) -> Iterator[str]:
    for entity, field in subject.fields():
        if properties(field, "readProperties").get(_INCREMENTAL) is True and (
            field.get("dataType") not in ("Date", "DateTime")
        ):
            yield f"'{entity}.{field['fieldName']}' is {field.get('dataType')}"


def _comparable_timestamps(subject: Subject) -> Iterator[str]:
    for entity, field in subject.fields():
        read, operators = properties(field, "readProperties"), field.get("filterOperators")
        if read.get(_INCREMENTAL) is not True:
            continue
        name = f"'{entity}.{field['fieldName']}'"
        if read.get("isQueryable") is False:
            yield f"{name} has isQueryable false"
        if isinstance(operators, list) and "BETWEEN" not in operators:
            yield f"{name} has no BETWEEN among its filterOperators"


def _writable_operations(subject: Subject) -> Iterator[str]:
    if not subject.has_mode("DESTINATION"):
        raise Needs("a connector with the mode DESTINATION")
    offered = subject.configuration.get("supportedWriteOperations")
    for entity, field in subject.fields():
        given = properties(field, "writeProperties").get("supportedWriteOperations")
        if isinstance(given, list) and isinstance(offered, list):
            others = sorted({str(each) for each in given} - {str(each) for each in offered})
            if others:
                name = f"'{entity}.{field['fieldName']}'"
                yield f"{name} supports {', '.join(others)}, the connector does not"


def _keys(subject: Subject) -> Iterator[str]:
    for entity, definition in subject.described_entities():
        described = definition.get("entity")
        is_writable = isinstance(described, Mapping) and described.get("isWritable") is True
        fields = objects(definition.get("fields"))
        changes = {"UPDATE", "UPSERT", "DELETE"} & set(
            map(str, subject.configuration.get("supportedWriteOperations") or [])
        )
        by_id = any(properties(each, "writeProperties").get("supportedWriteOperations")
                    for each in fields)  # fmt: skip
        has_key = by_id or any(each.get("isPrimaryKey") is True for each in fields)
        if is_writable and changes and fields and not has_key:
            yield f"'{entity}' is writable, but no field has isPrimaryKey"


def _repeatable(subject: Subject) -> Iterator[str]:
    chosen = subject.chosen
    for entity, definition in subject.described_entities():
        if entity not in chosen:
            continue
        again = subject.ask(subject.describe_request(entity), again=True)
        if again.is_success and (again.answer or {}).get("entityDefinition") != definition:
            yield f"sent {again.sent} twice; the definitions differ"


CHECKS = (
    Check("fields.answered", "error", "DescribeEntity succeeds for a listed entity",
          f"{JAVA_SDK}, class DescribeEntityResponse", "Look at what the function printed",
          _answered),
    Check("fields.format", "error", "Definitions have the SDK's keys and types", _FIELD,
          "Change what the sentence names", _format),
    Check("fields.types", "error", "Every dataType is one of the SDK's",
          f"{JAVA_SDK}, enumeration FieldDataType", "Use one of the listed types, in this spelling",
          _types),
    Check("fields.known-operators", "error", "Every filter operator is one of the API's",
          "AppFlow API reference, SupportedFieldTypeDetails", "Use one of the listed operators",
          _known_operators),
    Check("fields.fitting-operators", "warning", "Filter operators make sense for the type",
          _FIELD, "Leave them out of filterOperators", _fitting_operators),
    Check("fields.some", "error", "An entity has fields", _FIELD,
          "Describe its fields; without one there is nothing to move", _some),
    Check("fields.unique", "error", "No field is there twice", _FIELD, "Rename or remove one",
          _unique),
    Check("fields.nameable", "warning", "The filter language can name fields to filter by",
          "AppFlow Custom Connector SDK, grammar CustomConnectorQueryFilter",
          "Set isQueryable to false, or use letters, digits, _, . and - only", _nameable),
    Check("fields.retrievable", "error", "A source has a field to retrieve",
          f"{JAVA_SDK}, class ReadOperationProperty", "Set isRetrievable", _retrievable),
    Check("fields.constraints", "warning", "Constraints can be met",
          f"{JAVA_SDK}, class FieldConstraints", "Correct the range or the pattern", _constraints),
    Check("fields.defaults", "error", "A default value has the field's type", _FIELD,
          "Give a text that is one, or none: AppFlow fills it in", _defaults),
    Check("fields.timestamps", "error", "Incremental fields are a Date or DateTime",
          f"{JAVA_SDK}, class ReadOperationProperty",
          f"Unset {_INCREMENTAL}, or correct the dataType", _timestamps),
    Check("fields.comparable-timestamps", "error", "Incremental fields can be compared",
          "AppFlow Custom Connector SDK, README of the grammar",
          "Support BETWEEN for the field: incremental pulls filter by it", _comparable_timestamps),
    Check("fields.write-operations", "warning", "Fields support what the connector supports",
          f"{JAVA_SDK}, class WriteOperationProperty", "Change one of the two lists",
          _writable_operations),
    Check("fields.primary-key", "warning", "A writable entity has a primary key", _FIELD,
          "Set isPrimaryKey: UPDATE, UPSERT and DELETE go by it", _keys),
    Check("fields.repeatable", "warning", "Asked twice, the definition is the same",
          "inferred: AppFlow remembers definitions", "Answer with a fixed order of fields",
          _repeatable),
)  # fmt: skip
