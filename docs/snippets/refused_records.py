"""A flow into the connector that keeps what it refuses, and one that ends at the first refusal."""

from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3
from cdklabs.cdk_appflow import (
    ErrorHandlingConfiguration,
    Field,
    Mapping,
    OnDemandFlow,
    S3InputFileType,
    S3InputFormat,
    S3Location,
    S3Source,
    WriteOperation,
)

from cdk_appflow_connector import ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorDestination

app = App()
stack = Stack(app, "Warehouse")
connector = CustomConnector.from_connector_label(stack, "Crm", "Crm", api_version="v1")
profile = ConnectorProfile.from_profile_name(stack, "Profile", "crm", connector=connector)
uploads = s3.Bucket(stack, "Uploads")
refused = s3.Bucket(stack, "Refused")
# region into
OnDemandFlow(
    stack,
    "Import",
    source=S3Source(
        bucket=uploads, prefix="orders", format=S3InputFormat(type=S3InputFileType.CSV)
    ),
    destination=CustomConnectorDestination(
        profile,
        "Order",
        operation=WriteOperation.upsert(["id"]),
        error_handling=ErrorHandlingConfiguration(
            fail_on_first_error=False,
            error_location=S3Location(bucket=refused, prefix="orders"),
        ),
    ),
    mappings=[Mapping.map(Field(name=name), name=name) for name in ("id", "status", "quantity")],
)
# endregion
app.synth()
