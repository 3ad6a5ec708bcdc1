"""Deploy a connector, run a flow over it, and print the records that arrive in S3."""

import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import boto3

LABEL = "Shop"  # of the connector; its function and role are called the same
PROFILE = "shop-prod"
BUCKET = "shop-lake"
CODE = Path(__file__).with_name("connector")
PATIENCE_SECONDS = 60

ACCOUNT = boto3.client("sts").get_caller_identity()["Account"]
REGION = boto3.Session().region_name
iam, functions, s3 = boto3.client("iam"), boto3.client("lambda"), boto3.client("s3")
appflow: Any = boto3.client("appflow")


def policy(**statement: object) -> str:
    """Return a policy of one statement that allows something."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def create_function() -> str:
    """Create the connector's role and function; return the function's ARN."""
    trust = policy(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
    role = iam.create_role(RoleName=LABEL, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    # AppFlow keeps the credentials of each profile in a secret: appflow!ACCOUNT-LABEL-PROFILE.
    secrets = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:appflow!{ACCOUNT}-{LABEL}-*"
    read = policy(Action="secretsmanager:GetSecretValue", Resource=secrets)
    iam.put_role_policy(RoleName=LABEL, PolicyName="Credentials", PolicyDocument=read)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        for path in CODE.rglob("*"):
            files.write(path, path.relative_to(CODE))
    created = functions.create_function(
        FunctionName=LABEL,
        Role=role,
        Runtime="python3.13",
        Handler="shop.handler",
        Code={"ZipFile": archive.getvalue()},
        Timeout=30,  # seconds: as long as AppFlow waits for records
    )
    wait = {"Delay": 1, "MaxAttempts": PATIENCE_SECONDS}
    functions.get_waiter("function_active_v2").wait(FunctionName=LABEL, WaiterConfig=wait)
    functions.add_permission(
        FunctionName=LABEL,
        StatementId="AppFlow",
        Principal="appflow.amazonaws.com",
        Action="lambda:InvokeFunction",
        SourceAccount=ACCOUNT,
        SourceArn=f"arn:aws:appflow:{REGION}:{ACCOUNT}:*",
    )
    return str(created["FunctionArn"])


def register(function_arn: str) -> None:
    """Register the connector, and create a profile with credentials for it."""
    where = {"lambda": {"lambdaArn": function_arn}}
    appflow.register_connector(
        connectorLabel=LABEL, connectorProvisioningType="LAMBDA", connectorProvisioningConfig=where
    )
    key = {"authenticationType": "APIKEY", "apiKey": {"apiKey": "open-sesame"}}
    appflow.create_connector_profile(
        connectorProfileName=PROFILE,
        connectorType="CustomConnector",
        connectorLabel=LABEL,
        connectionMode="Public",
        connectorProfileConfig={
            "connectorProfileProperties": {"CustomConnector": {}},
            "connectorProfileCredentials": {"CustomConnector": key},
        },
    )


def create_bucket() -> None:
    """Create a bucket, with the policy that AppFlow's user guide gives for destinations."""
    s3.create_bucket(Bucket=BUCKET)
    write = "PutObject PutObjectAcl GetBucketAcl AbortMultipartUpload"
    uploads = "ListMultipartUploadParts ListBucketMultipartUploads"
    bucket_policy = policy(
        Principal={"Service": "appflow.amazonaws.com"},
        Action=[f"s3:{action}" for action in f"{write} {uploads}".split()],
        Resource=[f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    )
    s3.put_bucket_policy(Bucket=BUCKET, Policy=bucket_policy)


def create_flow(name: str, entity: str) -> None:
    """Create a flow of all fields of an entity to JSON lines in the bucket."""
    to_s3 = {"bucketName": BUCKET, "s3OutputFormatConfig": {"fileType": "JSON"}}
    appflow.create_flow(
        flowName=name,
        triggerConfig={"triggerType": "OnDemand"},
        sourceFlowConfig={
            "connectorType": "CustomConnector",
            "connectorProfileName": PROFILE,
            "apiVersion": "v1",
            "sourceConnectorProperties": {"CustomConnector": {"entityName": entity}},
        },
        destinationFlowConfigList=[
            {"connectorType": "S3", "destinationConnectorProperties": {"S3": to_s3}}
        ],
        tasks=[{"taskType": "Map_all", "sourceFields": [], "taskProperties": {}}],
    )


def run(name: str) -> None:
    """Run a flow once, to its end; one that fails says why."""
    appflow.start_flow(flowName=name)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        for found in appflow.describe_flow_execution_records(flowName=name)["flowExecutions"]:
            if found["executionStatus"] == "Successful":
                return
            if found["executionStatus"] != "InProgress":
                raise SystemExit(f"{name} has failed: {found['executionResult']}")
        time.sleep(0.2)
    raise SystemExit(f"{name} still runs after {PATIENCE_SECONDS} seconds")


if __name__ == "__main__":
    register(create_function())
    create_bucket()
    create_flow("shop-products", "products")
    run("shop-products")
    for item in s3.list_objects_v2(Bucket=BUCKET, Prefix="shop-products/")["Contents"]:
        print(s3.get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read().decode(), end="")
