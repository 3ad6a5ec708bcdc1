"""A plain template with a connector, its function, a profile, a flow and a bucket."""

from __future__ import annotations

import copy
import json
from typing import Any

from botocore.exceptions import ClientError

from harness.cloud.local_cloud import Cloud
from harness.model.appflow import Client, sdk_answer

PASSWORD = "s3cret"
PROFILE_PASSWORD = (
    "Profile.ConnectorProfileConfig.ConnectorProfileCredentials.CustomConnector.Basic.Password"
)
_SECRETS = "arn:aws:secretsmanager:us-east-1:000000000000:secret:appflow!000000000000-*"
_SOURCE_ARN = "arn:aws:appflow:us-east-1:000000000000:*"

# It imports boto3, most of what a start takes, only where it reads a secret.
_CODE = """
import json

ABOUT = json.loads('''CONFIGURATION''')

def handler(event, context):
    if event["type"] == "DescribeConnectorConfigurationRequest":
        return ABOUT
    if event["type"] == "DescribeEntityRequest":
        entity = {"entityIdentifier": event["entityIdentifier"], "hasNestedEntities": False}
        fields = [{"fieldName": "Id", "dataType": "String"}]
        return {"isSuccess": True, "entityDefinition": {"entity": entity, "fields": fields}}
    if event["type"] == "ValidateCredentialsRequest":
        import boto3
        arn = event["credentials"]["secretArn"]
        secret = boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
        if json.loads(secret)["password"] != "s3cret":
            return {"isSuccess": False, "errorDetails": {"errorMessage": "Wrong password"}}
    return {"isSuccess": True}
"""
_AUTHENTICATION = {"isBasicAuthSupported": True, "isOAuth2Supported": False}

Template = dict[str, Any]


def code(version: str = "1.0") -> str:
    """The connector's source; its profiles have one right password."""
    configuration = sdk_answer(
        connectorVersion=version,
        authenticationConfig=_AUTHENTICATION,
        connectorRuntimeSetting=[],
    )
    return _CODE.replace("CONFIGURATION", json.dumps(configuration))


def template(label: str, *, password: str = PASSWORD) -> Template:
    """A connector of this label, profile LABEL-profile, flow LABEL-flow and bucket label-lake."""
    resources: dict[str, Any] = {
        "Role": _role(),
        "Function": _function(),
        "Permission": _permission(),
        "Connector": _connector(label),
        "Profile": _profile(label, password),
        "Bucket": _resource("AWS::S3::Bucket", BucketName=f"{label.lower()}-lake"),
        "BucketPolicy": _bucket_policy(),
        "Flow": _flow(label),
    }
    resources["Connector"]["DependsOn"] = ["Permission"]
    resources["Flow"]["DependsOn"] = ["BucketPolicy"]
    outputs = {
        "Label": {"Ref": "Connector"},
        "ConnectorArn": {"Fn::GetAtt": ["Connector", "ConnectorArn"]},
        "ProfileName": {"Ref": "Profile"},
        "ProfileArn": {"Fn::GetAtt": ["Profile", "ConnectorProfileArn"]},
        "CredentialsArn": {"Fn::GetAtt": ["Profile", "CredentialsArn"]},
        "FlowName": {"Ref": "Flow"},
        "FlowArn": {"Fn::GetAtt": ["Flow", "FlowArn"]},
    }
    return {
        "Resources": resources,
        "Outputs": {name: {"Value": value} for name, value in outputs.items()},
    }


def changed(before: Template, path: str, value: object) -> Template:
    """A copy with another property, by its path from the logical id; None takes it away."""
    after = copy.deepcopy(before)
    resource, *inner, last = path.split(".")
    target = after["Resources"][resource]["Properties"]
    for name in inner:
        target = target[name]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return after


def profile_alone(label: str, name: str, password: str = PASSWORD) -> Template:
    """A template of one profile for a connector that is there already."""
    profile = _profile(label, password)
    profile["Properties"] |= {"ConnectorLabel": label, "ConnectorProfileName": name}
    return {"Resources": {"Profile": profile}}


def flow_alone(label: str, name: str) -> Template:
    """A template of one flow for the profile and bucket that are there already."""
    flow = _flow(label)
    properties = flow["Properties"] | {"FlowName": name}
    properties["SourceFlowConfig"]["ConnectorProfileName"] = f"{label}-profile"
    (destination,) = properties["DestinationFlowConfigList"]
    s3 = {"BucketName": f"{label.lower()}-lake"}
    destination["DestinationConnectorProperties"] = {"S3": s3}
    return {"Resources": {"Flow": {**flow, "Properties": properties}}}


def deploy(cloud: Cloud, stack: str, body: Template, client: Client = None) -> str:
    """Create or update a stack and return the status that it ends with."""
    cloudformation = client or cloud.client("cloudformation")
    parameters = {
        "StackName": stack,
        "TemplateBody": json.dumps(body),
        "Capabilities": ["CAPABILITY_IAM"],
    }
    try:
        cloudformation.create_stack(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise
        cloudformation.update_stack(**parameters)
    return cloud.settle(stack)


def outputs(cloud: Cloud, stack: str) -> dict[str, str]:
    """The stack's outputs."""
    (found,) = cloud.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}


def _resource(kind: str, **properties: object) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def _role() -> dict[str, Any]:
    trust = {"Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    reading = {"Action": "secretsmanager:GetSecretValue", "Resource": _SECRETS}
    return _resource(
        "AWS::IAM::Role",
        AssumeRolePolicyDocument=_policy(trust),
        Policies=[{"PolicyName": "Secrets", "PolicyDocument": _policy(reading)}],
    )


def _function() -> dict[str, Any]:
    return _resource(
        "AWS::Lambda::Function",
        Role={"Fn::GetAtt": ["Role", "Arn"]},
        Runtime="python3.13",
        Handler="index.handler",
        Timeout=30,
        Code={"ZipFile": code()},
    )


def _permission() -> dict[str, Any]:
    return _resource(
        "AWS::Lambda::Permission",
        FunctionName={"Ref": "Function"},
        Action="lambda:InvokeFunction",
        Principal="appflow.amazonaws.com",
        SourceAccount={"Ref": "AWS::AccountId"},
        SourceArn=_SOURCE_ARN,
    )


def _connector(label: str) -> dict[str, Any]:
    return _resource(
        "AWS::AppFlow::Connector",
        ConnectorLabel=label,
        Description="Orders",
        ConnectorProvisioningType="LAMBDA",
        ConnectorProvisioningConfig={"Lambda": {"LambdaArn": {"Fn::GetAtt": ["Function", "Arn"]}}},
    )


def _profile(label: str, password: str) -> dict[str, Any]:
    basic = {"Username": "ann", "Password": password}
    return _resource(
        "AWS::AppFlow::ConnectorProfile",
        ConnectorProfileName=f"{label}-profile",
        ConnectorType="CustomConnector",
        ConnectorLabel={"Ref": "Connector"},
        ConnectionMode="Public",
        ConnectorProfileConfig={
            "ConnectorProfileProperties": {"CustomConnector": {}},
            "ConnectorProfileCredentials": {
                "CustomConnector": {"AuthenticationType": "BASIC", "Basic": basic}
            },
        },
    )


def _bucket_policy() -> dict[str, Any]:
    writing = {
        "Principal": {"Service": "appflow.amazonaws.com"},
        "Action": [
            "s3:PutObject",
            "s3:AbortMultipartUpload",
            "s3:ListMultipartUploadParts",
            "s3:ListBucketMultipartUploads",
            "s3:GetBucketAcl",
            "s3:PutObjectAcl",
        ],
        "Resource": [
            {"Fn::GetAtt": ["Bucket", "Arn"]},
            {"Fn::Join": ["", [{"Fn::GetAtt": ["Bucket", "Arn"]}, "/*"]]},
        ],
    }
    return _resource(
        "AWS::S3::BucketPolicy", Bucket={"Ref": "Bucket"}, PolicyDocument=_policy(writing)
    )


def _flow(label: str) -> dict[str, Any]:
    return _resource(
        "AWS::AppFlow::Flow",
        FlowName=f"{label}-flow",
        Description="Every order",
        TriggerConfig={"TriggerType": "OnDemand"},
        SourceFlowConfig={
            "ConnectorType": "CustomConnector",
            "ApiVersion": "v51.0",
            "ConnectorProfileName": {"Ref": "Profile"},
            "SourceConnectorProperties": {"CustomConnector": {"EntityName": "Order"}},
        },
        DestinationFlowConfigList=[
            {
                "ConnectorType": "S3",
                "DestinationConnectorProperties": {"S3": {"BucketName": {"Ref": "Bucket"}}},
            }
        ],
        Tasks=[
            {
                "TaskType": "Map_all",
                "SourceFields": [],
                "TaskProperties": [{"Key": "EXCLUDE_SOURCE_FIELDS_LIST", "Value": '["Note"]'}],
            }
        ],
        Tags=[{"Key": "team", "Value": "sales"}],
    )


def _policy(statement: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}
