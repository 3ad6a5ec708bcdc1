"""A StackSet that gives a connector to every account of an organizational unit, in two Regions.

Deployed in the organization's administrator account. Accounts, Regions and ids are constants.
"""

from aws_cdk import App, CfnStackSet, Environment, FileAssetPackaging, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_deployment as s3_deployment
from constructs import Construct

from examples.roll_out_stack_sets.release import Release

ADMINISTRATOR = "111111111111"
HOME_REGION, REGIONS = "eu-west-1", ["eu-west-1", "us-east-1"]
ORGANIZATION, ORGANIZATIONAL_UNIT = "o-exampleorg", "ou-exam-pleunit1"
CODE_BUCKET = f"appflow-connector-code-{ADMINISTRATOR}-${{AWS::Region}}"


class CodeStack(Stack):
    """The functions' code in one Region, where the organization's accounts may read it.

    Lambda takes code only from buckets of its own Region, but from any account's.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, env: Environment, release: Release
    ) -> None:
        super().__init__(scope, construct_id, env=env)
        bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=CODE_BUCKET.replace("${AWS::Region}", self.region),
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["s3:GetObject"],
                principals=[iam.OrganizationPrincipal(ORGANIZATION)],
                resources=[bucket.arn_for_objects("*")],
            )
        )
        s3_deployment.BucketDeployment(
            self,
            "Code",
            sources=[self._published(digest, path) for digest, path in release.code.items()],
            destination_bucket=bucket,
            extract=False,
            prune=False,  # an account that is behind, or rolls back, needs the code of before
        )

    def _published(self, digest: str, path: str) -> s3_deployment.ISource:
        """Let the CDK upload a folder as DIGEST.zip, the name that the release's template has."""
        place = self.synthesizer.add_file_asset(
            source_hash=digest, file_name=path, packaging=FileAssetPackaging.ZIP_DIRECTORY
        )
        bucket = s3.Bucket.from_bucket_name(self, f"Asset-{digest[:8]}", place.bucket_name)
        return s3_deployment.Source.bucket(bucket, place.object_key)


class RollOutStack(Stack):
    """The StackSet: one instance in each Region of each account, now and when accounts join."""

    def __init__(
        self, scope: Construct, construct_id: str, *, env: Environment, release: Release
    ) -> None:
        super().__init__(scope, construct_id, env=env)
        CfnStackSet(
            self,
            "Connector",
            stack_set_name="appflow-connector-datasette",
            permission_model="SERVICE_MANAGED",
            auto_deployment=CfnStackSet.AutoDeploymentProperty(
                enabled=True, retain_stacks_on_account_removal=False
            ),
            capabilities=["CAPABILITY_IAM"],
            template_body=release.template,
            stack_instances_group=[
                CfnStackSet.StackInstancesProperty(
                    deployment_targets=CfnStackSet.DeploymentTargetsProperty(
                        organizational_unit_ids=[ORGANIZATIONAL_UNIT]
                    ),
                    regions=REGIONS,
                )
            ],
            operation_preferences=CfnStackSet.OperationPreferencesProperty(
                failure_tolerance_count=0, max_concurrent_count=1
            ),
        )


app = App()
release = Release.of(app, code_bucket=CODE_BUCKET)
roll_out = RollOutStack(
    app,
    "ConnectorRollOut",
    env=Environment(account=ADMINISTRATOR, region=HOME_REGION),
    release=release,
)
for region in REGIONS:
    code = CodeStack(
        app,
        f"ConnectorCode-{region}",
        env=Environment(account=ADMINISTRATOR, region=region),
        release=release,
    )
    roll_out.node.add_dependency(code)
app.synth()
