"""What CloudFormation's creates, updates and deletes ask of AppFlow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from appflow_local.appflow.protocol.errors import AccessDeniedException, ConflictException
from appflow_local.stack_types import STACK_TYPES, InvalidProperties, Made

CONNECTOR = STACK_TYPES["AWS::AppFlow::Connector"]
PROFILE = STACK_TYPES["AWS::AppFlow::ConnectorProfile"]
FLOW = STACK_TYPES["AWS::AppFlow::Flow"]
ARN = "arn:aws:appflow:eu-west-1:123456789012:"

CONNECTOR_PROPERTIES = {
    "ConnectorLabel": "Orders",
    "ConnectorProvisioningType": "LAMBDA",
    "ConnectorProvisioningConfig": {"Lambda": {"LambdaArn": "arn:aws:lambda:r:1:function:f"}},
}
PROFILE_PROPERTIES = {
    "ConnectorProfileName": "prod",
    "ConnectorType": "CustomConnector",
    "ConnectorLabel": "Orders",
    "ConnectionMode": "Public",
    "ConnectorProfileConfig": {"ConnectorProfileProperties": {"CustomConnector": {}}},
}
SCHEDULED = {
    "FlowName": "nightly",
    "TriggerConfig": {
        "TriggerType": "Scheduled",
        "TriggerProperties": {"ScheduleExpression": "rate(1hour)"},
    },
    "SourceFlowConfig": {"ConnectorType": "CustomConnector", "SourceConnectorProperties": {}},
    "DestinationFlowConfigList": [],
    "Tasks": [],
}
ON_DEMAND = {**SCHEDULED, "TriggerConfig": {"TriggerType": "OnDemand"}}
TAGS = [{"Key": "team", "Value": "sales"}, {"Key": "tier", "Value": "one"}]


class AppFlowRecorder:
    """Answers operations and keeps what was asked."""

    def __init__(self, status: str = "Draft", **failing: Exception) -> None:
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self._failing = failing
        details = {"connectorProfileArn": f"{ARN}connectorprofile/prod", "credentialsArn": "secret"}
        self._answers: dict[str, dict[str, Any]] = {
            "RegisterConnector": {"connectorArn": f"{ARN}connector/Orders"},
            "UpdateConnectorRegistration": {"connectorArn": f"{ARN}connector/Orders"},
            "DescribeConnectorProfiles": {"connectorProfileDetails": [details]},
            "CreateFlow": {"flowArn": f"{ARN}flow/nightly", "flowStatus": status},
            "UpdateFlow": {"flowStatus": status},
            "DescribeFlow": {"flowArn": f"{ARN}flow/nightly", "flowStatus": status},
        }

    def __call__(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        self.calls.append((operation, parameters))
        if operation in self._failing:
            raise self._failing[operation]
        return self._answers.get(operation, {})

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.calls]


def test_a_connector_is_its_label() -> None:
    made = CONNECTOR.create(AppFlowRecorder(), CONNECTOR_PROPERTIES, "stack-Connector-1")
    assert made == Made("Orders", {"ConnectorArn": f"{ARN}connector/Orders"})


def test_a_connector_without_a_label_gets_a_generated_one() -> None:
    appflow = AppFlowRecorder()
    unnamed = {k: v for k, v in CONNECTOR_PROPERTIES.items() if k != "ConnectorLabel"}
    assert (
        CONNECTOR.create(appflow, unnamed, "stack-Connector-1").physical_id == "stack-Connector-1"
    )
    assert appflow.calls[0][1]["connectorLabel"] == "stack-Connector-1"


def test_a_connector_is_updated_under_the_label_it_has() -> None:
    appflow = AppFlowRecorder()
    after = {**CONNECTOR_PROPERTIES, "Description": "More"}
    CONNECTOR.update(appflow, "Orders", CONNECTOR_PROPERTIES, after)
    config = {"lambda": {"lambdaArn": "arn:aws:lambda:r:1:function:f"}}
    assert appflow.calls == [
        (
            "UpdateConnectorRegistration",
            {
                "connectorLabel": "Orders",
                "connectorProvisioningConfig": config,
                "description": "More",
            },
        )
    ]


@pytest.mark.parametrize("stack_type", [CONNECTOR, PROFILE, FLOW])
def test_stack_types_delete_without_force(stack_type: Any) -> None:  # noqa: ANN401 - any of the three
    appflow = AppFlowRecorder()
    stack_type.delete(appflow, "name")
    (call,) = appflow.calls
    assert list(call[1].values()) == ["name"]


@pytest.mark.parametrize("stack_type", [CONNECTOR, PROFILE, FLOW])
def test_a_missing_property_is_named_before_appflow_is_asked(stack_type: Any) -> None:  # noqa: ANN401
    appflow = AppFlowRecorder()
    with pytest.raises(InvalidProperties, match=r"#: required key \[\w+\] not found"):
        stack_type.create(appflow, {}, "name")
    assert appflow.calls == []


def test_a_profile_tells_where_its_credentials_are() -> None:
    made = PROFILE.create(AppFlowRecorder(), PROFILE_PROPERTIES, "")
    attributes = {
        "ConnectorProfileArn": f"{ARN}connectorprofile/prod",
        "CredentialsArn": "secret",
    }
    assert made == Made("prod", attributes)


def test_a_profile_that_cannot_be_read_back_is_not_left_behind() -> None:
    appflow = AppFlowRecorder(DescribeConnectorProfiles=AccessDeniedException("No"))
    with pytest.raises(AccessDeniedException):
        PROFILE.create(appflow, PROFILE_PROPERTIES, "")
    assert appflow.operations[-1] == "DeleteConnectorProfile"


def test_a_profile_is_updated_without_what_cannot_change() -> None:
    appflow = AppFlowRecorder()
    PROFILE.update(appflow, "prod", PROFILE_PROPERTIES, PROFILE_PROPERTIES)
    assert appflow.calls[0] == (
        "UpdateConnectorProfile",
        {
            "connectorProfileName": "prod",
            "connectionMode": "Public",
            "connectorProfileConfig": {"connectorProfileProperties": {"CustomConnector": {}}},
        },
    )


@pytest.mark.parametrize(
    ("properties", "wanted", "operations"),
    [
        (SCHEDULED, "Active", ["CreateFlow", "StartFlow"]),
        (SCHEDULED, "Suspended", ["CreateFlow"]),
        (SCHEDULED, "Draft", ["CreateFlow"]),
        (SCHEDULED, None, ["CreateFlow"]),
        (ON_DEMAND, "Active", ["CreateFlow"]),
    ],
)
def test_only_an_active_flow_with_a_schedule_is_started(
    properties: dict[str, Any], wanted: str | None, operations: list[str]
) -> None:
    appflow = AppFlowRecorder()
    status = {} if wanted is None else {"FlowStatus": wanted}
    assert FLOW.create(appflow, {**properties, **status}, "").physical_id == "nightly"
    assert appflow.operations == operations


@pytest.mark.parametrize(
    ("status", "wanted", "operations"),
    [
        ("Draft", "Active", ["StartFlow"]),
        ("Suspended", "Active", ["StartFlow"]),
        ("Active", "Active", []),
        ("Active", "Suspended", ["StopFlow"]),
        ("Active", "Draft", ["StopFlow"]),
        ("Suspended", "Draft", []),
        ("Active", None, []),
    ],
)
def test_a_changed_status_starts_or_stops_the_flow(
    status: str, wanted: str | None, operations: list[str]
) -> None:
    appflow = AppFlowRecorder(status)
    after = SCHEDULED if wanted is None else {**SCHEDULED, "FlowStatus": wanted}
    FLOW.update(appflow, "nightly", SCHEDULED, after)
    assert appflow.operations == ["DescribeFlow", *operations]


def test_a_flow_that_cannot_be_started_is_not_left_behind() -> None:
    appflow = AppFlowRecorder(StartFlow=ConflictException("No"))
    with pytest.raises(ConflictException):
        FLOW.create(appflow, {**SCHEDULED, "FlowStatus": "Active"}, "")
    assert appflow.operations == ["CreateFlow", "StartFlow", "DeleteFlow"]


def test_an_unknown_status_is_named() -> None:
    with pytest.raises(InvalidProperties, match="#/FlowStatus: Running is not a valid enum value"):
        FLOW.create(AppFlowRecorder(), {**SCHEDULED, "FlowStatus": "Running"}, "")


def test_a_changed_definition_is_updated_without_tags() -> None:
    appflow = AppFlowRecorder()
    after = {**ON_DEMAND, "Description": "More", "Tags": TAGS}
    FLOW.update(appflow, "nightly", {**ON_DEMAND, "Tags": TAGS}, after)
    assert appflow.operations == ["DescribeFlow", "UpdateFlow"]
    update = appflow.calls[1][1]
    assert (update["description"], "tags" in update) == ("More", False)


def test_changed_tags_leave_the_definition_alone() -> None:
    appflow = AppFlowRecorder()
    after = {**ON_DEMAND, "Tags": [{"Key": "team", "Value": "ops"}, {"Key": "new", "Value": "1"}]}
    FLOW.update(appflow, "nightly", {**ON_DEMAND, "Tags": TAGS}, after)
    arn = f"{ARN}flow/nightly"
    assert appflow.calls[1:] == [
        ("UntagResource", {"resourceArn": arn, "tagKeys": ["tier"]}),
        ("TagResource", {"resourceArn": arn, "tags": {"team": "ops", "new": "1"}}),
    ]


def test_the_tags_of_cloudformation_itself_do_not_reach_a_flow() -> None:
    appflow = AppFlowRecorder()
    system = {"Key": "aws:cloudformation:stack-name", "Value": "stack"}
    FLOW.create(appflow, {**ON_DEMAND, "Tags": [*TAGS, system]}, "")
    assert appflow.calls[0][1]["tags"] == {"team": "sales", "tier": "one"}
