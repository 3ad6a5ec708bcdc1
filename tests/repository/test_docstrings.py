"""Every class that users import has an example in its docstring, which runs."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, SecretValue, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from cdklabs import cdk_appflow

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector, flows
from harness.synth.functions import connector_function
from scripts.docstring_examples import GIVEN, PRELUDE, documented, examples

EXAMPLES = examples()


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the examples find, and a connector's folder where they run."""
    (tmp_path / "connector").mkdir()
    (tmp_path / "connector" / "requirements.txt").touch()
    (tmp_path / "connector" / "crm.py").write_text("def handler(event, context): ...\n")
    monkeypatch.chdir(tmp_path)
    app = App(outdir=str(tmp_path / "out"))
    stack = Stack(app, "Stack")
    function = connector_function(stack, "Given")
    connector = CustomConnector(stack, "Connector", function=function)
    key = ConnectorCredentials.api_key(SecretValue.secrets_manager("crm"))
    profile = ConnectorProfile(stack, "Profile", connector=connector, credentials=key)
    bucket = s3.Bucket(stack, "Bucket")
    flow = cdk_appflow.OnDemandFlow(
        stack,
        "Flow",
        source=flows.CustomConnectorSource(profile, "orders"),
        destination=cdk_appflow.S3Destination(location=cdk_appflow.S3Location(bucket=bucket)),
        mappings=[flows.map_all()],
    )
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    found = {
        "app": app,
        "stack": stack,
        "function": function,
        "connector": connector,
        "profile": profile,
        "flow": flow,
        "bucket": bucket,
        "role": role,
    }
    assert found.keys() == GIVEN.keys()
    return found


# It loads the CDK's validator, which takes seconds: `docs/snippets/validated.py` synthesises so.
NOT_SYNTHESISED = {"cdk_appflow_connector.schema.validation_rules"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_makes_what_it_is_about_and_synthesises(
    given: dict[str, Any], name: str
) -> None:
    namespace = dict(given)
    exec(PRELUDE, namespace)  # noqa: S102 - our own text
    exec(compile(EXAMPLES[name], name, "exec"), namespace)  # noqa: S102 - our own text
    assert name.rpartition(".")[2] in EXAMPLES[name]
    if name not in NOT_SYNTHESISED:
        given["app"].synth()


def test_every_class_that_users_import_has_an_example() -> None:
    classes = {name for name, each in documented().items() if inspect.isclass(each)}
    assert classes <= EXAMPLES.keys()
