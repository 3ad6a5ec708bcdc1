"""The real CDK CLI deploys the construct to the local cloud, with IAM enforced."""

from __future__ import annotations

import re

from harness.cloud.local_cloud import REPOSITORY, Cloud


def test_what_make_test_aws_does_in_an_account_succeeds_here(cloud: Cloud) -> None:
    # Of the plugins that are installed, it needs none.
    variables = {"TEST_AWS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = cloud.run(["python", "-m", "pytest", "tests/aws_account"], REPOSITORY, **variables)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_the_demo_shows_what_appflow_knows_and_a_flows_records_without_a_warning(
    cloud: Cloud,
) -> None:
    done = cloud.run(["python", "-m", "scripts.demo"], REPOSITORY)
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        assert 'connectorArn: "arn:aws:appflow:us-east-1:000000000000:connector/' in done.stdout
        assert 'connectorName: "Datasette"' in done.stdout
        assert "Successful: 1000 records" in done.stdout
        assert '{"id":1,"product":"bolt","quantity":1,"paid":false,' in done.stdout
        assert not re.search("warning|deprecated", done.stdout + done.stderr, re.IGNORECASE)
    finally:
        for stack in ("AppFlowFlowDemo", "AppFlowConnectorDemo"):
            cloud.client("cloudformation").delete_stack(StackName=stack)
            assert cloud.settle(stack) == "DELETE_COMPLETE"
    appflow = cloud.client("appflow")
    assert cloud.labels() == []
    assert appflow.list_flows()["flows"] == []
    assert appflow.describe_connector_profiles()["connectorProfileDetails"] == []
