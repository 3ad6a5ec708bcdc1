"""What the cloud's answers say they are: what AWS's say, by the protocol of each service."""

from __future__ import annotations

import pytest

from harness.cloud.local_cloud import Cloud


@pytest.mark.parametrize(
    ("service", "operation", "told"),
    [
        ("iam", "list_roles", "text/xml"),
        ("lambda", "list_functions", "application/json"),
        ("s3", "list_buckets", "application/xml"),
        ("secretsmanager", "list_secrets", "application/x-amz-json-1.1"),
        ("stepfunctions", "list_state_machines", "application/x-amz-json-1.0"),
    ],
)
def test_an_answer_is_of_the_type_that_its_services_protocol_has(
    own_cloud: Cloud, service: str, operation: str, told: str
) -> None:
    answer = getattr(own_cloud.client(service), operation)()
    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == told
