"""Connectors on an alias or a version of a function: as on AWS, each has a policy of its own."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.cloud.cloud_functions import create_function
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import sdk_answer

CONNECTOR = """
import json
def handler(event, context):
    return {**json.loads('''ABOUT'''), "connectorName": "NAME of " + context.invoked_function_arn}
"""

Create = Callable[[str], str]
"""Creates a function that AppFlow may not invoke, with version 1 and the alias `live` of it."""


def code(name: str) -> str:
    return CONNECTOR.replace("ABOUT", json.dumps(sdk_answer())).replace("NAME", name)


@pytest.fixture
def create(own_cloud: Cloud) -> Create:
    def create(name: str) -> str:
        functions = own_cloud.client("lambda")
        arn = create_function(own_cloud, name, code("first"))
        functions.remove_permission(FunctionName=name, StatementId="AppFlow")
        version = functions.publish_version(FunctionName=name)["Version"]
        functions.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
        return arn

    return create


def admit(cloud: Cloud, function: str, qualifier: str | None = None) -> None:
    cloud.client("lambda").add_permission(
        FunctionName=function,
        StatementId="AppFlow",
        Action="lambda:InvokeFunction",
        Principal="appflow.amazonaws.com",
        SourceAccount="000000000000",
        SourceArn="arn:aws:appflow:us-east-1:000000000000:*",
        **({"Qualifier": qualifier} if qualifier else {}),
    )


def provisioning(arn: str) -> dict[str, Any]:
    return {
        "connectorProvisioningType": "LAMBDA",
        "connectorProvisioningConfig": {"lambda": {"lambdaArn": arn}},
    }


def register(cloud: Cloud, label: str, arn: str) -> None:
    cloud.client("appflow").register_connector(connectorLabel=label, **provisioning(arn))


def error_code(call: Callable[..., object], **parameters: object) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return str(caught.value.response["Error"]["Code"])


def deploy(cloud: Cloud, name: str, source: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", source)
    functions = cloud.client("lambda")
    functions.update_function_code(FunctionName=name, ZipFile=content.getvalue())


@pytest.mark.parametrize("qualifier", ["live", "1"])
def test_a_connector_is_registered_on_an_alias_or_a_version_that_admits_appflow(
    own_cloud: Cloud, create: Create, qualifier: str
) -> None:
    arn = f"{create(f'on-{qualifier}')}:{qualifier}"
    admit(own_cloud, f"on-{qualifier}", qualifier)
    register(own_cloud, f"On{qualifier}", arn)
    found = own_cloud.describe(f"On{qualifier}")
    assert found["connectorProvisioningConfig"]["lambda"]["lambdaArn"] == arn
    assert found["connectorName"] == f"first of {arn}"


@pytest.mark.parametrize("admitted", [None, "live", "1"])
def test_who_admits_appflow_to_one_does_not_admit_it_to_the_others(
    own_cloud: Cloud, create: Create, admitted: str | None
) -> None:
    name = f"only-{admitted}"
    arn = create(name)
    admit(own_cloud, name, admitted)
    for qualifier in {None, "live", "1"} - {admitted}:
        other = f"{arn}:{qualifier}" if qualifier else arn
        with pytest.raises(ClientError, match="AccessDenied"):
            register(own_cloud, "Other", other)


def test_an_alias_that_moves_gives_the_connector_another_version(
    own_cloud: Cloud, create: Create
) -> None:
    arn = f"{create('moving')}:live"
    admit(own_cloud, "moving", "live")
    register(own_cloud, "Moving", arn)
    appflow, functions = own_cloud.client("appflow"), own_cloud.client("lambda")
    deploy(own_cloud, "moving", code("second"))
    version = functions.publish_version(FunctionName="moving")["Version"]
    appflow.update_connector_registration(connectorLabel="Moving")
    assert own_cloud.describe("Moving")["connectorName"] == f"first of {arn}"
    functions.update_alias(FunctionName="moving", Name="live", FunctionVersion=version)
    appflow.update_connector_registration(connectorLabel="Moving")
    assert own_cloud.describe("Moving")["connectorName"] == f"second of {arn}"


def test_a_registration_moves_from_a_function_to_its_alias(
    own_cloud: Cloud, create: Create
) -> None:
    arn = create("both")
    for qualifier in (None, "live"):
        admit(own_cloud, "both", qualifier)
    register(own_cloud, "Both", arn)
    config = {"lambda": {"lambdaArn": f"{arn}:live"}}
    own_cloud.client("appflow").update_connector_registration(
        connectorLabel="Both", connectorProvisioningConfig=config
    )
    assert own_cloud.describe("Both")["connectorProvisioningConfig"] == config


def test_an_alias_that_does_not_exist_is_not_registered(own_cloud: Cloud, create: Create) -> None:
    with pytest.raises(ClientError, match="ResourceNotFound"):
        register(own_cloud, "None", f"{create('gone')}:stable")


def test_policies_of_a_function_and_its_alias_may_have_statements_of_one_id(
    own_cloud: Cloud, create: Create
) -> None:
    arn, functions = create("policies"), own_cloud.client("lambda")
    for qualifier in (None, "live"):
        admit(own_cloud, "policies", qualifier)
    again = {"Action": "lambda:InvokeFunction", "Principal": "appflow.amazonaws.com"}
    named = {"FunctionName": "policies", "StatementId": "AppFlow"}
    conflict = error_code(functions.add_permission, **named, Qualifier="live", **again)
    assert conflict == "ResourceConflictException"
    (own,) = json.loads(functions.get_policy(FunctionName="policies")["Policy"])["Statement"]
    assert (own["Sid"], own["Resource"]) == ("AppFlow", arn)
    functions.remove_permission(**named)
    for call in (functions.get_policy, functions.remove_permission):
        names = named if call == functions.remove_permission else {"FunctionName": "policies"}
        assert error_code(call, **names) == "ResourceNotFoundException"
    policy = json.loads(functions.get_policy(FunctionName="policies", Qualifier="live")["Policy"])
    (left,) = policy["Statement"]
    assert (left["Sid"], left["Resource"]) == ("AppFlow", f"{arn}:live")


def test_reserved_concurrency_and_metrics_are_an_aliass_too(
    own_cloud: Cloud, create: Create
) -> None:
    alias = create("measured") + ":live"
    admit(own_cloud, "measured", "live")
    appflow, functions = own_cloud.client("appflow"), own_cloud.client("lambda")
    appflow.register_connector(connectorLabel="Measured", **provisioning(alias))
    functions.put_function_concurrency(FunctionName="measured", ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError):
        appflow.register_connector(connectorLabel="MeasuredTwice", **provisioning(alias))
    by_alias = {"FunctionName": "measured", "Resource": "measured:live"}
    for dimensions in (by_alias, {"FunctionName": "measured"}):
        assert total(own_cloud, "Throttles", dimensions) >= 1
        assert total(own_cloud, "Invocations", dimensions) >= 2
        assert total(own_cloud, "Duration", dimensions) > 0
    appflow.unregister_connector(connectorLabel="Measured", forceDelete=True)


def total(cloud: Cloud, metric: str, dimensions: dict[str, str]) -> float:
    """What CloudWatch has counted of a function in the last minutes."""
    now = datetime.now(timezone.utc)
    answer = cloud.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=["Sum"],
    )
    return float(sum(point["Sum"] for point in answer["Datapoints"]))
