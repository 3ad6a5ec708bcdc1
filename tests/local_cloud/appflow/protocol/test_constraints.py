"""The constraints of the service model, in the words of AWS."""

from __future__ import annotations

from typing import Any

import pytest

from appflow_local.appflow.protocol.model import input_shape, service_model, structure
from appflow_local.appflow.protocol.validation import problems, refuse
from harness.model.appflow import (
    Client,
    refusal,
    register,
    registration,
    status,
)

LABEL_PATTERN = service_model().shape_for("ConnectorLabel").metadata["pattern"]


def test_a_label_with_a_space_is_refused_in_appflows_words(client: Client) -> None:
    assert refusal(client.register_connector, **registration("Google BigQuery")) == (
        "ValidationException",
        "1 validation error detected: Value 'Google BigQuery' at 'connectorLabel' failed to "
        "satisfy constraint: Member must satisfy regular expression pattern: " + LABEL_PATTERN,
    )


@pytest.mark.parametrize("label", ["", "a", "-ab", "Orders\n", "Ördérs", "Orders٣"])
def test_a_label_must_match_as_a_whole_and_in_ascii(client: Client, label: str) -> None:
    code, message = refusal(client.register_connector, **registration(label))
    assert code == "ValidationException"
    assert f"Member must satisfy regular expression pattern: {LABEL_PATTERN}" in message


CONSTRAINTS: list[tuple[str, dict[str, Any], str]] = [
    (
        "register_connector",
        registration("A" * 257),
        f"Value '{'A' * 257}' at 'connectorLabel' failed to satisfy constraint: Member must have "
        "length less than or equal to 256",
    ),
    (
        "register_connector",
        registration(clientToken=""),
        "Value '' at 'clientToken' failed to satisfy constraint: Member must have length greater "
        "than or equal to 1",
    ),
    (
        "register_connector",
        registration(connectorProvisioningType="DOCKER"),
        "Value 'DOCKER' at 'connectorProvisioningType' failed to satisfy constraint: Member must "
        "satisfy enum value set: [LAMBDA]",
    ),
    (
        "register_connector",
        registration(connectorProvisioningConfig={"lambda": {}}),
        "Value null at 'connectorProvisioningConfig.lambda.lambdaArn' failed to satisfy "
        "constraint: Member must not be null",
    ),
    (
        "register_connector",
        registration(connectorProvisioningConfig={"lambda": {"lambdaArn": "orders"}}),
        "Value 'orders' at 'connectorProvisioningConfig.lambda.lambdaArn' failed to satisfy "
        "constraint: Member must satisfy regular expression pattern: arn:aws:.*:.*:[0-9]+:.*",
    ),
    (
        "list_connectors",
        {"maxResults": 0},
        "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater "
        "than or equal to 1",
    ),
    (
        "list_connectors",
        {"maxResults": 101},
        "Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less "
        "than or equal to 100",
    ),
    (
        "describe_connectors",
        {"connectorTypes": ["S3"] * 101},
        f"Value '[{', '.join(['S3'] * 101)}]' at 'connectorTypes' failed to satisfy constraint: "
        "Member must have length less than or equal to 100",
    ),
    (
        "describe_connector",
        {},
        "Value null at 'connectorType' failed to satisfy constraint: Member must not be null",
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "problem"), CONSTRAINTS)
def test_a_broken_constraint_is_reported_in_aws_words(
    client: Client, operation: str, parameters: dict[str, Any], problem: str
) -> None:
    code, message = refusal(getattr(client, operation), **parameters)
    assert code == "ValidationException"
    assert problem in message


def test_a_broken_member_of_a_list_is_reported_at_the_list(client: Client) -> None:
    _, message = refusal(client.describe_connectors, connectorTypes=["S3", "Floppy"])
    assert message.startswith(
        "1 validation error detected: Value '[S3, Floppy]' at 'connectorTypes' failed to satisfy "
        "constraint: Member must satisfy constraint: [Member must satisfy enum value set: ["
    )


def test_all_problems_are_reported_at_once(client: Client) -> None:
    parameters = registration("A A", connectorProvisioningType="DOCKER")
    assert refusal(client.register_connector, **parameters) == (
        "ValidationException",
        "2 validation errors detected: Value 'A A' at 'connectorLabel' failed to satisfy "
        f"constraint: Member must satisfy regular expression pattern: {LABEL_PATTERN}; Value "
        "'DOCKER' at 'connectorProvisioningType' failed to satisfy constraint: Member must "
        "satisfy enum value set: [LAMBDA]",
    )


def test_a_value_at_its_bound_is_good(client: Client) -> None:
    register(client, "A" * 256)
    for size in (1, 100):
        assert client.list_connectors(maxResults=size)["connectors"]


def test_a_text_far_too_long_is_reported_by_its_length_alone(client: Client) -> None:
    # The pattern of ARNs takes quadratic time, which nobody should be able to make us spend.
    config = {"lambda": {"lambdaArn": "arn:aws:" + ":" * 100_000}}
    _, message = refusal(
        client.register_connector, **registration(connectorProvisioningConfig=config)
    )
    assert message.startswith("1 validation error detected: ")
    assert message.endswith("Member must have length less than or equal to 512")


def test_a_secret_is_not_repeated_in_an_error() -> None:
    credentials = {"Amplitude": {"apiKey": "hunter 2", "secretKey": "good"}}
    shape = structure("ConnectorProfileCredentials")
    assert list(problems(shape, credentials)) == [
        "Value at 'Amplitude.apiKey' failed to satisfy constraint: Member must satisfy regular "
        "expression pattern: \\S+"
    ]


def test_broken_keys_and_values_of_a_map_are_reported_at_the_map() -> None:
    found = list(problems(input_shape("TagResource"), {"tags": {"aws:a": "x" * 257}}))
    assert found == [
        "Value null at 'resourceArn' failed to satisfy constraint: Member must not be null",
        "Value '{'aws:a': '" + "x" * 257 + "'}' at 'tags' failed to satisfy constraint: Map keys "
        "must satisfy constraint: [Member must satisfy regular expression pattern: "
        "^(?!aws:)[a-zA-Z+-=._:/]+$]",
        "Value '{'aws:a': '" + "x" * 257 + "'}' at 'tags' failed to satisfy constraint: Map value "
        "must satisfy constraint: [Member must have length less than or equal to 256]",
    ]


def test_no_problems_are_no_error() -> None:
    refuse([])


def test_a_description_may_hold_only_what_the_model_says(client: Client) -> None:
    register(client, description="Orders of 2026 @ES +1 =yes. a/b #1 !\n")
    code, _ = refusal(client.register_connector, **registration("New", description="a, b (c)"))
    assert code == "ValidationException"


def test_validation_is_http_400_and_a_conflict_409(client: Client) -> None:
    register(client)
    assert status(client.register_connector, **registration("A A")) == 400
    assert status(client.register_connector, **registration()) == 409
