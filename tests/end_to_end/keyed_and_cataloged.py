"""An app with a key and a data catalog: a connector, its profile, and a flow into a bucket."""

from aws_cdk import App, CfnOutput, RemovalPolicy, SecretValue, Stack
from aws_cdk import aws_glue_alpha as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from cdklabs.cdk_appflow import OnDemandFlow, S3Catalog, S3Destination, S3Location

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, map_all
from examples.datasette_connector.stack import datasette_function
from examples.shop_server import ShopServer

app = App()
server = ShopServer.of(app)
stack = Stack(app, "KeyedAndCataloged")
key = kms.Key(stack, "Key", removal_policy=RemovalPolicy.DESTROY)
connector = CustomConnector(stack, "Datasette", function=datasette_function(stack, "Function"))
profile = ConnectorProfile(
    stack,
    "Shop",
    connector=connector,
    credentials=ConnectorCredentials.api_key(SecretValue.secrets_manager(server.secret_name)),
    settings={"baseUrl": server.url},
    key=key,
)
bucket = s3.Bucket(stack, "Bucket", enforce_ssl=True)
database = glue.Database(stack, "Database", database_name="keyed_and_cataloged")
role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("appflow.amazonaws.com"))
role.add_to_principal_policy(iam.PolicyStatement(actions=["glue:*"], resources=["*"]))
flow = OnDemandFlow(
    stack,
    "Orders",
    source=CustomConnectorSource(profile, "shop/orders"),
    destination=S3Destination(
        location=S3Location(bucket=bucket),
        catalog=S3Catalog(database=database, table_prefix="shop", role=role),
    ),
    mappings=[map_all()],
    key=key,
)
CfnOutput(stack, "FlowName", value=flow.name)
CfnOutput(stack, "BucketName", value=bucket.bucket_name)
CfnOutput(stack, "KeyArn", value=key.key_arn)
CfnOutput(stack, "ProfileName", value=profile.profile_name)
app.synth()
