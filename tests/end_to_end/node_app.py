"""Custom resources of the CDK's own, whose functions import the AWS SDK in Node.js."""

from __future__ import annotations

from aws_cdk import App, CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import custom_resources as cr

app = App()
stack = Stack(app, "Node")
bucket = s3.Bucket(stack, "Bucket", auto_delete_objects=True, removal_policy=RemovalPolicy.DESTROY)
listed = cr.AwsCustomResource(
    stack,
    "List",
    install_latest_aws_sdk=False,
    on_create=cr.AwsSdkCall(
        service="Appflow",
        action="listConnectors",
        physical_resource_id=cr.PhysicalResourceId.of("connectors"),
    ),
    policy=cr.AwsCustomResourcePolicy.from_statements(
        [iam.PolicyStatement(actions=["appflow:ListConnectors"], resources=["*"])]
    ),
)
CfnOutput(stack, "BucketName", value=bucket.bucket_name)
app.synth()
