"""The roll-outs to many accounts reach each of them, with the code that their templates name."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from aws_cdk.cx_api import CloudAssembly

# Source: CloudFormation, CreateStackSet.
TEMPLATE_BODY_MAX_BYTES = 51_200


@pytest.fixture(scope="module")
def pipelines() -> CloudAssembly:
    return synthesised("examples.roll_out_pipelines.app")


@pytest.fixture(scope="module")
def stack_sets() -> CloudAssembly:
    return synthesised("examples.roll_out_stack_sets.app")


def synthesised(module: str) -> CloudAssembly:
    assembly: CloudAssembly = runpy.run_module(module)["app"].synth()
    return assembly


def of_type(template: dict[str, Any], resource_type: str) -> list[dict[str, Any]]:
    resources = template["Resources"].values()
    return [each["Properties"] for each in resources if each["Type"] == resource_type]


def stack_set(assembly: CloudAssembly) -> dict[str, Any]:
    template = assembly.get_stack_by_name("ConnectorRollOut").template
    (found,) = of_type(template, "AWS::CloudFormation::StackSet")
    return found


def test_the_pipeline_registers_the_connector_in_every_account_and_region(
    pipelines: CloudAssembly,
) -> None:
    places = {
        (stack.environment.account, stack.environment.region)
        for stack in pipelines.stacks_recursively
        if len(of_type(stack.template, "Custom::AppFlowConnector")) == 1
    }
    assert places == {
        ("222222222222", "eu-west-1"),
        ("333333333333", "eu-west-1"),
        ("333333333333", "us-east-1"),
    }


def test_the_pipeline_asks_before_it_leaves_the_test_account(pipelines: CloudAssembly) -> None:
    template = pipelines.get_stack_by_name("ConnectorPipeline").template
    (pipeline,) = of_type(template, "AWS::CodePipeline::Pipeline")
    stages = [stage["Name"] for stage in pipeline["Stages"]]
    assert stages.index("Test") < stages.index("Live")
    first = min(pipeline["Stages"][-1]["Actions"], key=lambda action: int(action["RunOrder"]))
    assert first["ActionTypeId"]["Category"] == "Approval"


def test_the_tables_pipeline_takes_every_row_to_each_account() -> None:
    found = synthesised("examples.connector_table.app").stacks_recursively
    numbers = {
        stack.environment.account: len(of_type(stack.template, "Custom::AppFlowConnector"))
        for stack in found
        if stack.stack_name.endswith("Connectors")
    }
    assert numbers == {"222222222222": 30, "333333333333": 30}


def test_every_region_has_the_code_that_the_stack_sets_template_names(
    stack_sets: CloudAssembly,
) -> None:
    template = json.loads(stack_set(stack_sets)["TemplateBody"])
    code = [function["Code"] for function in of_type(template, "AWS::Lambda::Function")]
    for region in stack_set(stack_sets)["StackInstancesGroup"][0]["Regions"]:
        stack = stack_sets.get_stack_by_name(f"ConnectorCode-{region}")
        (bucket,) = of_type(stack.template, "AWS::S3::Bucket")
        (copied,) = of_type(stack.template, "Custom::CDKBucketDeployment")
        assert {c["S3Key"] for c in code} == set(copied["SourceObjectKeys"])
        assert {c["S3Bucket"]["Fn::Sub"].replace("${AWS::Region}", region) for c in code} == {
            bucket["BucketName"]
        }


def test_the_code_that_is_copied_is_among_the_files_that_the_cdk_uploads(
    stack_sets: CloudAssembly,
) -> None:
    folder = Path(stack_sets.directory)
    template = json.loads(stack_set(stack_sets)["TemplateBody"])
    keys = {function["Code"]["S3Key"] for function in of_type(template, "AWS::Lambda::Function")}
    manifest = json.loads((folder / "ConnectorCode-us-east-1.assets.json").read_text())
    uploaded = {
        destination["objectKey"]: folder / file["source"]["path"]
        for file in manifest["files"].values()
        for destination in file["destinations"].values()
    }
    packages = {package.name for key in keys for package in uploaded[key].iterdir()}
    assert {"appflow_connector_provider", "crhelper", "datasette_connector"} <= packages


def test_only_the_organization_may_read_the_code(stack_sets: CloudAssembly) -> None:
    template = stack_sets.get_stack_by_name("ConnectorCode-eu-west-1").template
    (policy,) = of_type(template, "AWS::S3::BucketPolicy")
    allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert [statement["Action"] for statement in allowed] == ["s3:GetObject"]
    assert allowed[0]["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorg"}}


def test_the_template_fits_into_the_stack_set(stack_sets: CloudAssembly) -> None:
    assert len(stack_set(stack_sets)["TemplateBody"].encode()) <= TEMPLATE_BODY_MAX_BYTES


def test_the_stack_set_waits_for_the_code(stack_sets: CloudAssembly) -> None:
    awaited = {each.id for each in stack_sets.get_stack_by_name("ConnectorRollOut").dependencies}
    assert {"ConnectorCode-eu-west-1", "ConnectorCode-us-east-1"} <= awaited
