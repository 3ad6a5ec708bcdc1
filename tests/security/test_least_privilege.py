"""With IAM enforced, a connector's life fails without any one right that its stack grants.

The real provider handles CloudFormation's events under a role that it assumes, with time that
passes only when it waits: nobody has to wait for a permission that will not come. Whole stacks
without a permission are deployed in tests/end_to_end/test_permissions.py.
"""

from __future__ import annotations

import pytest

from tests.security.lives import Lives
from tests.security.rights import ACCOUNT, REGION, Mutation, mutations
from tests.security.tally import TALLY

_IN_A_VPC = "Lambda developer guide, giving functions access to resources in a VPC: execution role"
# Rights that a local cloud does not ask for, and who says that AWS does.
NEEDED_ON_AWS = {
    "ec2:AssignPrivateIpAddresses": _IN_A_VPC,
    "ec2:CreateNetworkInterface": _IN_A_VPC,
    "ec2:DeleteNetworkInterface": _IN_A_VPC,
    "ec2:DescribeNetworkInterfaces": _IN_A_VPC,
    "ec2:DescribeSubnets": _IN_A_VPC,
    "ec2:UnassignPrivateIpAddresses": _IN_A_VPC,
    "logs:CreateLogStream": "Lambda developer guide, execution role: to write its own log",
    "logs:PutLogEvents": "Lambda developer guide, execution role: to write its own log",
}
DENIED = ("AccessDenied", "name the users: ")

# What AppFlow would present if it acted for somebody else, or somebody else acted.
OTHERS = {
    "another account": {"SourceAccount": "111111111111"},
    "another account's resources": {"SourceArn": f"arn:aws:appflow:{REGION}:111111111111:*"},
    "another Region's resources": {"SourceArn": f"arn:aws:appflow:eu-west-1:{ACCOUNT}:*"},
    "another service's resources": {"SourceArn": f"arn:aws:s3:{REGION}:{ACCOUNT}:*"},
    "another service": {"Principal": "events.amazonaws.com"},
    "another action": {"Action": "lambda:GetFunction"},
}


def test_a_life_succeeds_with_all_rights(life: Lives) -> None:
    assert life.failure("All", life.granted.of_label("All")) == ""


def test_a_life_fails_without_any_one_right(life: Lives) -> None:
    survived = []
    for number, mutation in enumerate(mutations(life.granted.rights)):
        label = f"Right{number}"
        outcome = life.failure(label, mutation.applied(life.granted.of_label(label)))
        TALLY.mutations_tried += 1
        TALLY.mutations_caught += bool(outcome)
        assert not outcome or any(words in outcome for words in DENIED), (mutation.name, outcome)
        if not outcome:
            survived.append(mutation)
    needed = [mutation for mutation in survived if is_needed_on_aws(mutation)]
    TALLY.needed_on_aws += len(needed)
    assert [mutation.name for mutation in survived] == [mutation.name for mutation in needed]
    # A local cloud that came to ask for them would need no such table.
    assert {mutation.action for mutation in needed} - {None} == set(NEEDED_ON_AWS)


def is_needed_on_aws(mutation: Mutation) -> bool:
    return any(action in mutation.name for action in NEEDED_ON_AWS)


def test_appflow_may_invoke_the_connector_as_the_stack_permits_it(life: Lives) -> None:
    with life.permission(life.granted.permission):
        assert life.create_alone("Permitted") == ""


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_a_permission_for_anybody_else_lets_appflow_invoke_nothing(
    life: Lives, change: dict[str, str]
) -> None:
    with life.permission({**life.granted.permission, **change}):
        assert_denied(life)


def test_without_the_permission_appflow_may_invoke_nothing(life: Lives) -> None:
    with life.permission(None):
        assert_denied(life)


def assert_denied(life: Lives) -> None:
    TALLY.mutations_tried += 1
    outcome = life.create_alone(f"Denied{TALLY.mutations_tried}")
    assert outcome.startswith("Create: RegisterConnector: AccessDeniedException")
    TALLY.mutations_caught += 1
