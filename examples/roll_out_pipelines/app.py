"""A delivery pipeline that takes one connector to a test account and to two Regions of a live one.

Accounts, Regions, repository and connection are constants, because the pipeline synthesises this
file itself: what it deploys is what is committed.
"""

from aws_cdk import App, Environment, Stack, Stage, pipelines
from constructs import Construct

from examples.datasette_connector.stack import DatasetteConnectorStack

TOOLS = Environment(account="111111111111", region="eu-west-1")
TEST = Environment(account="222222222222", region="eu-west-1")
LIVE = [
    Environment(account="333333333333", region="eu-west-1"),
    Environment(account="333333333333", region="us-east-1"),
]
REPOSITORY, BRANCH = "example/cdk-appflow-connector", "main"
CONNECTION_ARN = (
    "arn:aws:codeconnections:eu-west-1:111111111111:connection/00000000-0000-0000-0000-000000000000"
)


class ConnectorStage(Stage):
    """The connector in one account and Region."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)
        DatasetteConnectorStack(self, "Datasette")


class PipelineStack(Stack):
    """Builds each commit once, deploys it to the test account, and after a promotion to all."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)
        pipeline = pipelines.CodePipeline(
            self,
            "Pipeline",
            synth=_synth(),
            cross_account_keys=True,
            enable_key_rotation=True,  # the accounts deployed to decrypt the artifacts
        )
        pipeline.add_stage(ConnectorStage(self, "Test", env=TEST))
        live = pipeline.add_wave("Live", pre=[pipelines.ManualApprovalStep("Promote")])
        for place in LIVE:
            live.add_stage(ConnectorStage(self, f"Live-{place.region}", env=place))


def _synth() -> pipelines.ShellStep:
    return pipelines.ShellStep(
        "Synth",
        input=pipelines.CodePipelineSource.connection(
            REPOSITORY, BRANCH, connection_arn=CONNECTION_ARN
        ),
        commands=[
            "make setup",
            'export PATH="$PWD/.venv/bin:$PWD/node_modules/.bin:$PATH"',
            "cdk synth --app 'python3 -m examples.roll_out_pipelines.app'",
        ],
    )


app = App()
PipelineStack(app, "ConnectorPipeline", env=TOOLS)
app.synth()
