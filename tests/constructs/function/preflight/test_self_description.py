"""What a connector says of itself is read with care, and asked for in AppFlow's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from custom_connector_sdk.connector.auth import AuthenticationType
from custom_connector_sdk.lambda_handler.requests import (
    DescribeEntityRequest,
    ListEntitiesRequest,
)

from cdk_appflow_connector.function.preflight.self_description import Entities, SelfDescription
from harness.synth.described_connector import described, entity, setting

ORDERS = described("orders", "id", "total")
LISTED = {"isSuccess": True, "entities": [entity("orders"), entity("contacts")]}
NOTHING = Entities()
NO_LIST: list[Any] = ["no list", 3, {"orders": {}}, None]


class Connector:
    """Answers the two requests about an entity with this, and keeps what it was asked."""

    def __init__(self, described: object = None, listed: object = None) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self._answers: list[Any] = [described, listed]

    def __call__(self, events: Sequence[Mapping[str, Any]]) -> list[Any]:
        self.asked += events
        return self._answers


def told(name: str, described: object = None, listed: object = None) -> Entities:
    description = SelfDescription("Stack/Function", {}, Connector(described, listed))
    return description.entities(name, "v1", {}, "APIKEY")


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("APIKEY", "ApiKey"),
        ("BASIC", "BasicAuth"),
        ("CUSTOM", "CustomAuth"),
        ("OAUTH2", "OAuth2"),
    ],
)
def test_awss_sdk_reads_what_the_connector_is_asked(kind: str, name: str) -> None:
    connector = Connector()
    answer = {"supportedApiVersions": ["v1", "v2"]}
    description = SelfDescription("Stack/Function", answer, connector)
    description.entities("orders", None, {"instanceUrl": "https://x"}, kind)
    describe, listing = connector.asked
    for context in (
        DescribeEntityRequest.from_dict(describe).connector_context,
        ListEntitiesRequest.from_dict(listing).connector_context,
    ):
        assert context.credentials.authentication_type is AuthenticationType[name]
        assert context.api_version == "v2"
        assert context.connector_runtime_settings == {"instanceUrl": "https://x"}


def test_an_entity_is_asked_for_once() -> None:
    connector = Connector(ORDERS)
    description = SelfDescription("Stack/Function", {}, connector)
    first = description.entities("orders", "v1", {}, "BASIC")
    assert description.entities("orders", "v1", {}, "BASIC") is first
    assert len(connector.asked) == len(("describe", "list"))


def test_what_is_told_well_is_known() -> None:
    assert told("orders", ORDERS).fields == {"id", "total"}
    assert told("order", None, LISTED).others == ("orders", "contacts")
    assert told("orders", None, LISTED) == NOTHING


@pytest.mark.parametrize(
    "definition",
    [
        *NO_LIST,
        *({"fields": each} for each in NO_LIST),
        {"fields": []},
        {"fields": [{"fieldName": "id"}, {"name": "total"}]},
        {"fields": [{"fieldName": "id"}, {"fieldName": 3}]},
        {"fields": [{"fieldName": "id"}, "total"]},
    ],
)
def test_fields_of_which_one_is_told_oddly_are_not_known(definition: object) -> None:
    assert told("orders", {"isSuccess": True, "entityDefinition": definition}) == NOTHING


@pytest.mark.parametrize(
    "entities",
    [
        *NO_LIST,
        [],
        [entity("orders"), {"name": "contacts"}],
        [entity("orders"), entity("contacts", entityIdentifier=None)],
        [entity("orders"), "contacts"],
        [entity("orders"), entity("shop", hasNestedEntities=True)],
    ],
)
def test_entities_of_which_one_is_told_oddly_or_has_others_are_not_known(
    entities: object,
) -> None:
    assert told("order", None, {"isSuccess": True, "entities": entities}) == NOTHING


@pytest.mark.parametrize("settings", ["none", 3, [3], [setting("a"), {"name": "b"}], None])
def test_settings_of_which_one_is_told_oddly_are_not_known(settings: object) -> None:
    answer = {"connectorRuntimeSetting": settings}
    assert not SelfDescription("Stack/Function", answer, Connector()).tells_settings


@pytest.mark.parametrize("scope", [None, "EVERYWHERE", 3, "source"])
def test_a_setting_of_no_scope_that_is_known_may_be_given_anywhere(scope: Any) -> None:  # noqa: ANN401 - odd
    answer = {"connectorRuntimeSetting": [setting("a", scope, required=True)]}
    description = SelfDescription("Stack/Function", answer, Connector())
    for each in ("CONNECTOR_PROFILE", "SOURCE", "DESTINATION"):
        assert not description.settings(each)["a"].is_required


@pytest.mark.parametrize("names", [*NO_LIST, ["v1", 2], [["v1"]], [None]])
def test_names_of_which_one_is_no_text_are_not_known(names: object) -> None:
    answer = {"supportedApiVersions": names}
    assert (
        SelfDescription("Stack/Function", answer, Connector()).names("supportedApiVersions") == ()
    )
