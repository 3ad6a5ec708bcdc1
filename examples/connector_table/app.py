"""The connectors of a table, taken by CDK Pipelines to a test account and then to the live one.

``-c here=true`` leaves the pipeline out, and deploys the stack to the account of the credentials;
``-c table=FILE`` then takes another table.
"""

from pathlib import Path

from aws_cdk import App, Environment, Stack, Stage, pipelines
from constructs import Construct

from examples.connector_table.stack import ConnectorsStack
from examples.connector_table.table import TABLE, Table

TOOLS = Environment(account="111111111111", region="eu-west-1")
STAGES = {
    "Test": Environment(account="222222222222", region="eu-west-1"),
    "Live": Environment(account="333333333333", region="eu-west-1"),
}
REPOSITORY, BRANCH = "example/cdk-appflow-connector", "main"
CONNECTION_ARN = (
    "arn:aws:codeconnections:eu-west-1:111111111111:connection/00000000-0000-0000-0000-000000000000"
)


class ConnectorsStage(Stage):
    """All connectors in one account and Region."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)
        ConnectorsStack(self, "Connectors", Table.read())


class PipelineStack(Stack):
    """Builds each commit once, deploys it to the test account and, once promoted, to the next."""

    def __init__(self, scope: Construct, construct_id: str, *, env: Environment) -> None:
        super().__init__(scope, construct_id, env=env)
        pipeline = pipelines.CodePipeline(
            self,
            "Pipeline",
            synth=_synth(),
            cross_account_keys=True,
            enable_key_rotation=True,
        )
        for name, place in STAGES.items():
            # A row that AppFlow refuses ends the pipeline in the test account.
            pre = [] if name == "Test" else [pipelines.ManualApprovalStep(f"PromoteTo{name}")]
            pipeline.add_stage(ConnectorsStage(self, name, env=place), pre=pre)


def _synth() -> pipelines.ShellStep:
    return pipelines.ShellStep(
        "Synth",
        input=pipelines.CodePipelineSource.connection(
            REPOSITORY, BRANCH, connection_arn=CONNECTION_ARN
        ),
        commands=[
            "make setup",
            'export PATH="$PWD/.venv/bin:$PWD/node_modules/.bin:$PATH"',
            "cdk synth --app 'python3 -m examples.connector_table.app'",
        ],
    )


app = App()
if app.node.try_get_context("here"):
    file = Path(app.node.try_get_context("table") or TABLE)
    ConnectorsStack(app, "Connectors", Table.read(file))
else:
    PipelineStack(app, "ConnectorTablePipeline", env=TOOLS)
app.synth()
