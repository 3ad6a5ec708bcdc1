"""`Ref` and `Fn::GetAtt` of MiniStack's types have the values that they have on AWS."""

from __future__ import annotations

import json
import re
from typing import Any

from harness.cloud.appflow_stack import changed, deploy, outputs, template
from harness.cloud.local_cloud import Cloud

ACCOUNT = "000000000000"
API = {"Fn::GetAtt": ["Api", "ApiId"]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
CODE = "function handler(event) { return event.request; }"


def resource(kind: str, **properties: object) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


RESOURCES = {
    "Bucket": resource("AWS::S3::Bucket", BucketName="identities"),
    "BucketPolicy": resource(
        "AWS::S3::BucketPolicy",
        Bucket={"Ref": "Bucket"},
        PolicyDocument={"Version": "2012-10-17", "Statement": []},
    ),
    "Role": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST),
    "Profile": resource("AWS::IAM::InstanceProfile", Roles=[{"Ref": "Role"}]),
    "Edge": resource(
        "AWS::CloudFront::Function",
        Name="edge",
        FunctionCode=CODE,
        FunctionConfig={"Comment": "", "Runtime": "cloudfront-js-2.0"},
    ),
    "Api": resource("AWS::AppSync::GraphQLApi", Name="api", AuthenticationType="API_KEY"),
    "Source": resource("AWS::AppSync::DataSource", ApiId=API, Name="none", Type="NONE"),
    "Key": resource("AWS::AppSync::ApiKey", ApiId=API),
    "Schema": resource(
        "AWS::AppSync::GraphQLSchema", ApiId=API, Definition="type Query { one: String }"
    ),
    "Url": resource("AWS::Lambda::Url", AuthType="NONE", TargetFunctionArn={"Ref": "Function"}),
    "Function": resource(
        "AWS::Lambda::Function",
        FunctionName="identified",
        Role={"Fn::GetAtt": ["Role", "Arn"]},
        Runtime="python3.13",
        Handler="index.handler",
        Code={"ZipFile": "def handler(event, context):\n    return event\n"},
    ),
    "Version": resource("AWS::Lambda::Version", FunctionName={"Ref": "Function"}),
    "Permission": resource(
        "AWS::Lambda::Permission",
        FunctionName={"Ref": "Function"},
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    ),
}
ATTRIBUTES = {
    "Domain": ["Bucket", "DualStackDomainName"],
    "VersionArn": ["Version", "FunctionArn"],
    "Statement": ["Permission", "Id"],
}
LAMBDA = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:identified"
APPSYNC = rf"arn:aws:appsync:us-east-1:{ACCOUNT}:apis/[0-9a-f]+"
EXPECTED = {
    "BucketPolicy": "identities",
    "Profile": "Identities-Profile-[^/]*",
    "Edge": f"arn:aws:cloudfront::{ACCOUNT}:function/edge",
    "Api": APPSYNC,
    "Source": rf"{APPSYNC}/datasources/none",
    "Key": rf"{APPSYNC}/apikeys/\w+",
    "Schema": "[0-9a-f]+GraphQLSchema",
    "Url": LAMBDA,
    "Domain": r"identities\.s3\.dualstack\.us-east-1\.amazonaws\.com",
    "VersionArn": f"{LAMBDA}:1",
    "Statement": "Identities-Permission-.*",
}


def secret(**properties: object) -> dict[str, Any]:
    return resource(
        "AWS::SecretsManager::Secret", SecretString='{"password":"s3cret"}', **properties
    )


def test_refs_and_attributes_are_those_of_the_registry(own_cloud: Cloud) -> None:
    refs = {name: {"Ref": name} for name in RESOURCES}
    attributes = {name: {"Fn::GetAtt": path} for name, path in ATTRIBUTES.items()}
    body = {
        "Resources": RESOURCES,
        "Outputs": {name: {"Value": value} for name, value in (refs | attributes).items()},
    }
    assert deploy(own_cloud, "Identities", body) == "CREATE_COMPLETE", own_cloud.reasons(
        "Identities"
    )
    found = outputs(own_cloud, "Identities")
    for name, expected in EXPECTED.items():
        assert re.fullmatch(expected, found[name]), (name, found[name])
    for path, value in (
        ("Edge.FunctionConfig.Comment", "new"),
        ("Api.Name", "other"),
        ("Url.AuthType", "AWS_IAM"),
    ):
        body = changed(body, path, value)
    assert deploy(own_cloud, "Identities", body) == "UPDATE_COMPLETE", own_cloud.reasons(
        "Identities"
    )
    assert outputs(own_cloud, "Identities") == found
    own_cloud.client("cloudformation").delete_stack(StackName="Identities")
    assert own_cloud.settle("Identities") == "DELETE_COMPLETE"
    assert own_cloud.client("appsync").list_graphql_apis()["graphqlApis"] == []
    assert own_cloud.client("cloudfront").list_functions()["FunctionList"].get("Items", []) == []
    assert own_cloud.client("iam").list_instance_profiles()["InstanceProfiles"] == []


def test_the_ref_of_a_secret_is_its_arn_for_as_long_as_it_lives(own_cloud: Cloud) -> None:
    body = {
        "Resources": {"Named": secret(Name="shop/key"), "Secret": secret()},
        "Outputs": {name: {"Value": {"Ref": name}} for name in ("Named", "Secret")},
    }
    assert deploy(own_cloud, "Secrets", body) == "CREATE_COMPLETE", own_cloud.reasons("Secrets")
    found = outputs(own_cloud, "Secrets")
    prefix = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:"
    assert re.fullmatch(rf"{prefix}shop/key-\w{{6}}", found["Named"])
    # A name that CloudFormation makes: CDK apps take it from the ARN, between two hyphens.
    assert re.fullmatch(rf"{prefix}Secret-\w{{12}}-\w{{6}}", found["Secret"])
    other = changed(body, "Secret.Description", "Changed")
    assert deploy(own_cloud, "Secrets", other) == "UPDATE_COMPLETE", own_cloud.reasons("Secrets")
    assert outputs(own_cloud, "Secrets") == found
    secrets = own_cloud.client("secretsmanager")
    assert secrets.describe_secret(SecretId=found["Secret"])["Description"] == "Changed"
    drift = own_cloud.client("cloudformation").detect_stack_resource_drift(
        StackName="Secrets", LogicalResourceId="Secret"
    )["StackResourceDrift"]
    assert drift["StackResourceDriftStatus"] == "IN_SYNC"
    renamed = changed(other, "Named.Name", "shop/other")
    assert deploy(own_cloud, "Secrets", renamed) == "UPDATE_COMPLETE", own_cloud.reasons("Secrets")
    names = [each["Name"] for each in secrets.list_secrets()["SecretList"]]
    assert "shop/other" in names
    assert "shop/key" not in names
    own_cloud.client("cloudformation").delete_stack(StackName="Secrets")
    assert own_cloud.settle("Secrets") == "DELETE_COMPLETE"
    left = [each["Name"] for each in secrets.list_secrets()["SecretList"]]
    assert [name for name in left if not name.startswith("appflow!")] == []  # others' profiles


def test_a_profile_takes_its_password_from_a_secret_of_the_stack(own_cloud: Cloud) -> None:
    reference = {"Fn::Sub": "{{resolve:secretsmanager:${Secret}:SecretString:password}}"}
    body = template("FromSecret", password="replaced")
    credentials = "Profile.ConnectorProfileConfig.ConnectorProfileCredentials.CustomConnector.Basic"
    body = changed(body, f"{credentials}.Password", reference)
    body["Resources"]["Secret"] = secret()
    policy = resource(
        "AWS::IAM::Policy",
        PolicyName="Read",
        Roles=[{"Ref": "Role"}],
        PolicyDocument={
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "secretsmanager:GetSecretValue",
                    "Resource": {"Ref": "Secret"},
                }
            ],
        },
    )
    body["Resources"]["Reading"] = policy
    status = deploy(own_cloud, "FromSecret", body)
    assert status == "CREATE_COMPLETE", own_cloud.reasons("FromSecret")
    role = own_cloud.client("cloudformation").describe_stack_resource(
        StackName="FromSecret", LogicalResourceId="Role"
    )["StackResourceDetail"]["PhysicalResourceId"]
    read = own_cloud.client("iam").get_role_policy(RoleName=role, PolicyName="Read")
    assert "arn:aws:secretsmanager" in json.dumps(read["PolicyDocument"])
    own_cloud.client("cloudformation").delete_stack(StackName="FromSecret")
    assert own_cloud.settle("FromSecret") == "DELETE_COMPLETE"
