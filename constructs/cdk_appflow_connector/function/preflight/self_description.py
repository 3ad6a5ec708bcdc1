"""What a connector says of itself at synth: its configuration, and its entities if it can.

Its answers are read with care: they are the connector's own, and a rule that one of them breaks is
reported elsewhere. What isn't told as AWS's SDK tells it counts as unknown, and checks nothing; a
list with one such item, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector.construct_state import state_of
from cdk_appflow_connector.environment import environment_of

Answer = Mapping[str, Any]
Ask = Callable[[Sequence[Answer]], Sequence[Answer | None]]
_Descriptions = dict[str, "SelfDescription"]
SCOPES = ("CONNECTOR_PROFILE", "SOURCE", "DESTINATION", "SOURCE_AND_DESTINATION")
# Source: AppFlow Custom Connector SDK, the enumeration AuthenticationType, by the API's names. By
# another name, the SDK fails before the connector sees the request.
_AUTHENTICATION_TYPES = {
    "APIKEY": "ApiKey",
    "BASIC": "BasicAuth",
    "CUSTOM": "CustomAuth",
    "OAUTH2": "OAuth2",
}
# The name of a secret that isn't there: the connector is asked without credentials.
_NO_SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:preflight"  # noqa: S105


@dataclass(frozen=True)
class Setting:
    """A connector runtime setting that the connector declares."""

    key: str
    is_required: bool
    data_type: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Entities:
    """What a connector tells of an entity without credentials.

    Args:
        fields: the names of its fields; empty if they aren't told.
        others: the names of all entities, if the connector told them and this one isn't there.
    """

    fields: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()


class SelfDescription:
    """The connector's answer to DescribeConnectorConfiguration, and a way to ask for more.

    Args:
        path: the construct path of its function.
        answer: the answer.
        ask: sends requests to the connector; None stands for an answer that says nothing.
    """

    def __init__(self, path: str, answer: Answer, ask: Ask) -> None:
        self.path = path
        self._answer = answer
        self._ask = ask
        self._entities: dict[str, Entities] = {}

    def names(self, key: str) -> tuple[str, ...]:
        """The texts of a list in the configuration; none if it isn't told."""
        return _texts(self._answer.get(key))

    def settings(self, *scopes: str) -> dict[str, Setting]:
        """The settings of these scopes, and of none that is known, by their keys."""
        found = _objects(self._answer.get("connectorRuntimeSetting"))
        return {
            setting.key: setting
            for each in found
            if each.get("scope") in scopes or each.get("scope") not in SCOPES
            for setting in _setting(each)
        }

    @property
    def tells_settings(self) -> bool:
        """Whether it declares settings, or that it has none."""
        told = self._answer.get("connectorRuntimeSetting", [])
        return isinstance(told, list) and all(
            isinstance(each, Mapping) and isinstance(each.get("key"), str) for each in told
        )

    @property
    def authentication(self) -> Answer:
        """The connector's authenticationConfig; empty if it isn't told."""
        found = self._answer.get("authenticationConfig")
        return found if isinstance(found, Mapping) else {}

    def entities(
        self, entity: str, api_version: str | None, settings: Mapping[str, str], authentication: str
    ) -> Entities:
        """What it tells of an entity, asked as AppFlow asks but without credentials.

        Args:
            entity: the entity.
            api_version: the API version. Default: the newest one.
            settings: the profile's settings.
            authentication: the API's authenticationType of the profile.
        """
        versions = self.names("supportedApiVersions")
        context = {
            "apiVersion": api_version or (versions[-1] if versions else ""),
            "connectorRuntimeSettings": dict(settings),
            "credentials": {
                "secretArn": _NO_SECRET,
                "authenticationType": _AUTHENTICATION_TYPES[authentication],
            },
            "entityDefinition": None,
        }
        key = json.dumps([entity, context], sort_keys=True)
        if key not in self._entities:
            self._entities[key] = _told(entity, *self._ask(_requests(entity, context)))
        return self._entities[key]


def remember(function: Construct, description: SelfDescription) -> None:
    """Keep what a function's connector says, for what is made of the connector later."""
    _descriptions(function)[description.path] = description


def description_of(function: lambda_.IFunction | None) -> SelfDescription | None:
    """Return what a function's connector says, through an alias or a version, too; or None."""
    # In Python, an imported version or alias isn't a Construct.
    if not isinstance(function, Construct):
        return None
    known = _descriptions(function)
    if not known:  # most apps: no further call to Node.js
        return None
    owner = function.lambda_ if isinstance(function, (lambda_.Alias, lambda_.Version)) else function
    return known.get(owner.node.path)


def _descriptions(function: Construct) -> _Descriptions:
    return state_of(environment_of(function).root, "descriptions", _Descriptions)


def _requests(entity: str, context: Answer) -> list[Answer]:
    return [
        {
            "type": "DescribeEntityRequest",
            "entityIdentifier": entity,
            "connectorContext": context,
        },
        {
            "type": "ListEntitiesRequest",
            "entitiesPath": None,
            "maxResult": 1000,
            "nextToken": None,
            "connectorContext": context,
        },
    ]


def _told(entity: str, described: Answer | None, listed: Answer | None) -> Entities:
    if described is not None:
        definition = described.get("entityDefinition")
        fields = _objects(definition.get("fields")) if isinstance(definition, Mapping) else []
        return Entities(fields=frozenset(_texts([each.get("fieldName") for each in fields])))
    found = _objects(listed.get("entities")) if listed is not None else []
    names = _texts([each.get("entityIdentifier") for each in found])
    is_whole = not (listed or {}).get("nextToken")
    is_flat = not any(each.get("hasNestedEntities") for each in found)
    return Entities(others=names if is_whole and is_flat and entity not in names else ())


def _setting(told: Answer) -> Iterator[Setting]:
    key = told.get("key")
    if isinstance(key, str):
        yield Setting(
            key=key,
            is_required=told.get("required") is True and told.get("scope") in SCOPES,
            data_type=str(told.get("dataType")),
            values=_texts(told.get("connectorSuppliedValueOptions")),
        )


def _texts(value: object) -> tuple[str, ...]:
    texts = value if isinstance(value, list) else []
    return tuple(texts) if all(isinstance(each, str) for each in texts) else ()


def _objects(value: object) -> list[Answer]:
    objects = value if isinstance(value, list) else []
    return objects if all(isinstance(each, Mapping) for each in objects) else []
