"""Files of a flow: their format, their folders, and a folder for each value of a field."""

from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3
from cdklabs.cdk_appflow import (
    OnDemandFlow,
    S3Destination,
    S3FileAggregation,
    S3Location,
    S3OutputAggregationType,
    S3OutputFilePrefix,
    S3OutputFilePrefixFormat,
    S3OutputFilePrefixHierarchy,
    S3OutputFilePrefixType,
    S3OutputFileType,
    S3OutputFormatting,
    Task,
    Transform,
)

from cdk_appflow_connector import ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, map_all

app = App()
stack = Stack(app, "Warehouse")
connector = CustomConnector.from_connector_label(stack, "Crm", "Crm", api_version="v1")
profile = ConnectorProfile.from_profile_name(stack, "Profile", "crm", connector=connector)
bucket = s3.Bucket(stack, "Lake")
# region files
destination = S3Destination(
    location=S3Location(bucket=bucket, prefix="crm"),
    formatting=S3OutputFormatting(
        file_type=S3OutputFileType.PARQUET,
        preserve_source_data_types=True,
        file_prefix=S3OutputFilePrefix(
            type=S3OutputFilePrefixType.PATH,
            format=S3OutputFilePrefixFormat.DAY,
            hierarchy=[S3OutputFilePrefixHierarchy.EXECUTION_ID],
        ),
        aggregation=S3FileAggregation(type=S3OutputAggregationType.SINGLE_FILE),
    ),
)
# endregion
# region partition
by_status = Transform(
    [
        Task(
            "Partition",
            ["status"],
            {"operation": "NO_OP"},
            [{"key": "ORDERED_PARTITION_KEYS_LIST", "value": '["status"]'}],
        )
    ]
)
# endregion
OnDemandFlow(
    stack,
    "Orders",
    name="orders",
    source=CustomConnectorSource(profile, "Order"),
    destination=destination,
    mappings=[map_all()],
    transforms=[by_status],
)
app.synth()
