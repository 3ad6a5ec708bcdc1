"""The real CDK CLI deploys the construct to the local cloud, with IAM enforced."""

from __future__ import annotations

from pathlib import Path

from harness.local_cloud import REPOSITORY, Cloud


def test_a_connector_is_registered_refreshed_and_unregistered(cloud: Cloud, tiny_app: Path) -> None:
    printed = cloud.cdk("deploy", cwd=tiny_app)
    (label,) = cloud.labels()
    assert (
        f"Tiny.ConnectorArn = arn:aws:appflow:us-east-1:000000000000:connector/{label}" in printed
    )
    assert "Tiny.ConnectorVersion = 1.0" in printed

    source = tiny_app / "connector" / "index.py"
    source.write_text(source.read_text().replace('"1.0"', '"2.0"'))
    printed = cloud.cdk("deploy", cwd=tiny_app)
    assert cloud.labels() == [label]
    described = cloud.client("appflow").describe_connector(
        connectorType="CustomConnector", connectorLabel=label
    )
    assert described["connectorConfiguration"]["connectorVersion"] == "2.0"
    assert "Tiny.ConnectorVersion = 2.0" in printed

    cloud.cdk("destroy", "--force", cwd=tiny_app)
    assert cloud.labels() == []
    groups = cloud.client("logs").describe_log_groups()["logGroups"]
    assert not [g for g in groups if "/Tiny/" in g["logGroupName"]]


def test_the_demo_shows_outputs_what_appflow_knows_and_the_records_of_a_flow(cloud: Cloud) -> None:
    done = cloud.run(["python", "-m", "scripts.demo"], REPOSITORY)
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        assert "ConnectorArn = arn:aws:appflow:us-east-1:000000000000:connector/" in done.stdout
        assert '"connectorName": "Datasette"' in done.stdout
        assert "Successful: 1000 records" in done.stdout
        assert '{"id":1,"product":"bolt","quantity":1,"paid":false,' in done.stdout
    finally:
        context = ["-c", "serverUrl=http://127.0.0.1"]
        cloud.cdk("destroy", "--all", "--force", *context, cwd=REPOSITORY)
    appflow = cloud.client("appflow")
    assert cloud.labels() == []
    assert appflow.list_flows()["flows"] == []
    assert appflow.describe_connector_profiles()["connectorProfileDetails"] == []
