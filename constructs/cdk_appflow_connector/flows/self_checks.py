"""Checks a flow's ends against what their connector says of itself (``preflight``)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import jsii
from aws_cdk import Stack, Token
from aws_cdk.aws_appflow import CfnFlow
from constructs import IValidation

from cdk_appflow_connector.environment import node_of
from cdk_appflow_connector.flows.library import cdk_appflow
from cdk_appflow_connector.function.preflight.self_description import (
    Entities,
    SelfDescription,
    description_of,
)
from cdk_appflow_connector.function.preflight.setting_checks import check_settings
from cdk_appflow_connector.nearest import nearest_hint
from cdk_appflow_connector.profile.connector_profile import ConnectorProfile
from cdk_appflow_connector.profile.imported_profile import IConnectorProfile
from cdk_appflow_connector.tokens import is_token

SOURCE, DESTINATION = "SOURCE", "DESTINATION"
_BOTH = "SOURCE_AND_DESTINATION"
_EXCLUDED = "EXCLUDE_SOURCE_FIELDS_LIST"


class DescribedEnd:
    """One end of a flow, and what its connector says; without ``preflight``, it says nothing.

    Args:
        profile: the flow's connection.
        scope: `SOURCE` or `DESTINATION`.
        entity: the entity.
    """

    def __init__(self, profile: IConnectorProfile, scope: str, entity: str) -> None:
        self._profile = profile
        self._scope = scope
        self._entity = entity
        self._description = description_of(profile.connector.function)
        self._fields: frozenset[str] = frozenset()

    def check(self, api_version: str | None, settings: Mapping[str, str]) -> None:
        """Raise ValueError for what the connector, by its own words, hasn't.

        The entity and its fields are compared where the connector tells of them without
        credentials.
        """
        told = self._description
        if told is None:
            return
        modes = told.names("connectorModes")
        if modes and self._scope not in modes:
            raise ValueError(
                f"profile {self._profile.node.path!r} can't be a flow's {self._scope.lower()}: its "
                f"connector's modes are {', '.join(modes)}"
            )
        versions = told.names("supportedApiVersions")
        # An imported connector may have been given one that it hasn't.
        version = api_version or self._profile.connector.api_version
        if version is not None and versions and not is_token(version):
            _check_name("api_version", version, versions, told)
        check_settings(told, settings, self._scope, _BOTH)
        if not is_token(self._entity):
            self._check_entity(told, version)

    def check_operation(self, operation: str, ids: Iterable[str]) -> None:
        """Raise ValueError for a write operation that the connector doesn't support."""
        told = self._description
        operations = told.names("supportedWriteOperations") if told else ()
        if told is not None and operations:
            _check_name("operation", operation, operations, told)
        names = [*ids]
        for name in [] if Token.is_unresolved(names) else names:
            self.check_field("operation", name)

    def check_schedule(self, timestamp_field: str | None) -> None:
        """Raise ValueError for a connector without schedules, or an unknown timestamp field."""
        triggers = self._description.names("supportedTriggerTypes") if self._description else ()
        if triggers and "SCHEDULED" not in triggers:
            raise ValueError(
                f"a flow of the profile {self._profile.node.path!r} can't run on a schedule: its "
                f"connector's supportedTriggerTypes are {', '.join(triggers)}"
            )
        if timestamp_field is not None:
            self.check_field("pull_config", timestamp_field)

    def check_field(self, argument: str, name: str) -> None:
        """Raise ValueError for the name of a field that the entity doesn't have."""
        if problem := self.field_problem(argument, name):
            raise ValueError(problem)

    def field_problem(self, argument: str, name: str) -> str | None:
        """Say that the entity has no such field; None if it has, or isn't known."""
        known = self._fields
        # Nested fields are named by their path.
        if not known or is_token(name) or name in known or name.partition(".")[0] in known:
            return None
        return (
            f"{argument}: the entity {self._entity!r} of {self._profile.node.path!r} has no field "
            f"{name!r}: {nearest_hint(name, known)}"
        )

    def watch(self, flow: cdk_appflow.IFlow) -> None:
        """Have the fields that the flow's tasks name checked when the app is synthesised."""
        if self._fields:
            node_of(flow).add_validation(_Tasks(self, flow, self._scope))

    def _check_entity(self, told: SelfDescription, api_version: str | None) -> None:
        settings, kind = _asked_with(self._profile)
        version = None if api_version is None or is_token(api_version) else api_version
        found: Entities = told.entities(self._entity, version, settings, kind)
        if found.others:
            _check_name("entity", self._entity, found.others, told)
        self._fields = found.fields


def _check_name(argument: str, name: str, known: Iterable[str], told: SelfDescription) -> None:
    if name not in (names := [*known]):
        raise ValueError(
            f"{argument} {name!r} is unknown to the connector of {told.path!r}: "
            f"{nearest_hint(name, names)}"
        )


def _asked_with(profile: IConnectorProfile) -> tuple[Mapping[str, str], str]:
    """The settings of an own profile that are known, and the type of its credentials."""
    if not isinstance(profile, ConnectorProfile):
        return {}, "APIKEY"
    settings, kind = profile._asked_with
    known = {key: value for key, value in settings.items() if not is_token(f"{key}{value}")}
    return known, kind


@jsii.implements(IValidation)
class _Tasks:
    """The check of a flow's tasks, whose fields are known once the flow is complete."""

    def __init__(self, end: DescribedEnd, flow: cdk_appflow.IFlow, scope: str) -> None:
        self._end = end
        self._flow = flow
        self._scope = scope

    def validate(self) -> list[str]:
        resource = self._flow.node.default_child
        if not isinstance(resource, CfnFlow):
            return []
        tasks = Stack.of(self._flow).resolve(resource.tasks) or []
        read = _read_fields if self._scope == SOURCE else _written_fields
        names = dict.fromkeys(name for task in tasks for name in read(task))
        problems = [self._end.field_problem("mappings", name) for name in names]
        return [problem for problem in problems if problem]


def _read_fields(task: Mapping[str, Any]) -> Iterator[str]:
    yield from _texts(task.get("sourceFields"))
    for each in task.get("taskProperties") or []:
        if each.get("key") == _EXCLUDED:
            yield from _texts(_list_in(each.get("value")))


def _written_fields(task: Mapping[str, Any]) -> Iterator[str]:
    yield from _texts([task.get("destinationField")])


def _list_in(value: object) -> object:
    """The list in a JSON text; None if a name in it is known at deployment only."""
    try:
        return json.loads(value) if isinstance(value, str) else None
    except ValueError:  # the library quotes nothing
        return None


def _texts(values: object) -> list[str]:
    found = values if isinstance(values, list) else []
    return [each for each in found if isinstance(each, str) and each]
