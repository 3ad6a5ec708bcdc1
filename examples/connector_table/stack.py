"""All connectors of the table in one stack, each behind an alias that CodeDeploy moves."""

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector import CustomConnector, installed_code
from examples.connector_table.table import Row, Table
from examples.datasette_connector.stack import PACKAGE


class ConnectorsStack(Stack):
    """Registers the connectors; one provider and one asset serve them all."""

    def __init__(self, scope: Construct, construct_id: str, table: Table) -> None:
        super().__init__(scope, construct_id)
        self._code = installed_code(
            PACKAGE, "custom_connector_sdk", "custom_connector_queryfilter", "antlr4"
        )
        self._application = codedeploy.LambdaApplication(self, "Releases")
        # Each row has a scope of its own, so that no label is in the way of another name.
        rows = Construct(self, "Rows")
        for row in table.rows:
            scope = Construct(rows, row.label)
            alias = self._alias(scope, row, table.release)
            # region connector
            # AppFlow asks the alias: while a release is being shifted, some calls are the old
            # version's. The registration is refreshed when all of them are the new one's.
            CustomConnector(
                scope, "Connector", function=alias, label=row.label, description=row.description
            )
            # endregion
        CfnOutput(self, "Release", value=table.release)

    def _alias(self, scope: Construct, row: Row, release: str) -> lambda_.Alias:
        function = lambda_.Function(
            scope,
            "Function",
            code=self._code,
            handler="datasette_connector.handler.lambda_handler",
            runtime=lambda_.Runtime.PYTHON_3_12,
            memory_size=row.memory_mib,
            timeout=Duration.seconds(row.timeout_seconds),
            environment={"RELEASE": release},
        )
        # region alias
        alias = function.add_alias("live")
        errors = alias.metric_errors(period=Duration.minutes(1)).create_alarm(
            scope,
            "Errors",
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        codedeploy.LambdaDeploymentGroup(
            scope,
            "Release",
            application=self._application,
            alias=alias,
            deployment_config=codedeploy.LambdaDeploymentConfig.LINEAR_10_PERCENT_EVERY_1_MINUTE,
            alarms=[errors],  # the old version gets all calls back
        )
        # endregion
        return alias
