"""A flow and what follows its runs: a state machine that reads the result, notices, an alarm."""

from aws_cdk import App, CfnOutput, Duration, SecretValue, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from cdklabs.cdk_appflow import OnDemandFlow, S3Destination, S3Location

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector
from cdk_appflow_connector.flows import CustomConnectorSource, map_all
from examples.datasette_connector.stack import datasette_function
from examples.shop_server import ShopServer

# The run of the report among the newest ones of the flow.
THIS_RUN = "{% $states.result.FlowExecutions[ExecutionId = $states.input.detail.`execution-id`] %}"
SUCCEEDED = "{% $states.input.ExecutionStatus = 'Successful' %}"
ARRIVED = "{% $string($states.input.ExecutionResult.RecordsProcessed) & ' orders have arrived' %}"
ERROR = "{% $states.input.(ExecutionStatus & ': ' & ExecutionResult.ErrorInfo.ExecutionMessage) %}"


class OrdersPipelineStack(Stack):
    """Orders of a Datasette server in a bucket; a notice of each run that went well or failed."""

    def __init__(self, app: App, construct_id: str, server: ShopServer) -> None:
        super().__init__(app, construct_id)
        bucket = s3.Bucket(self, "Bucket", enforce_ssl=True)
        flow = self._flow(server, bucket)
        notices = sns.Topic(self, "Notices", enforce_ssl=True)
        machine = self._machine(flow, notices)
        self._alarm(flow, notices)
        CfnOutput(self, "FlowName", value=flow.name)
        CfnOutput(self, "BucketName", value=bucket.bucket_name)
        CfnOutput(self, "NoticesArn", value=notices.topic_arn)
        CfnOutput(self, "MachineArn", value=machine.state_machine_arn)

    def _flow(self, server: ShopServer, bucket: s3.Bucket) -> OnDemandFlow:
        function = datasette_function(self, "Function")
        connector = CustomConnector(self, "Datasette", function=function)
        profile = ConnectorProfile(
            self,
            "Shop",
            connector=connector,
            credentials=ConnectorCredentials.api_key(
                SecretValue.secrets_manager(server.secret_name)
            ),
            settings={"baseUrl": server.url},
        )
        return OnDemandFlow(
            self,
            "Orders",
            source=CustomConnectorSource(profile, "shop/orders"),
            destination=S3Destination(location=S3Location(bucket=bucket)),
            mappings=[map_all()],
        )

    def _machine(self, flow: OnDemandFlow, notices: sns.Topic) -> sfn.StateMachine:
        read = tasks.CallAwsService.jsonata(
            self,
            "ReadResult",
            service="appflow",
            action="describeFlowExecutionRecords",
            parameters={"FlowName": flow.name},
            iam_resources=[flow.arn],
            outputs=THIS_RUN,
        )
        told = tasks.SnsPublish.jsonata(
            self, "TellOfOrders", topic=notices, message=sfn.TaskInput.from_text(ARRIVED)
        )
        failed = sfn.Fail.jsonata(self, "RunFailed", error="FlowRunFailed", cause=ERROR)
        ended = sfn.Choice.jsonata(self, "Succeeded?")
        machine = sfn.StateMachine(
            self,
            "AfterRun",
            definition_body=sfn.DefinitionBody.from_chainable(
                read.next(ended.when(sfn.Condition.jsonata(SUCCEEDED), told).otherwise(failed))
            ),
            timeout=Duration.minutes(5),
            tracing_enabled=True,
        )
        flow.on_run_completed("Ended", target=targets.SfnStateMachine(machine))
        return machine

    def _alarm(self, flow: OnDemandFlow, notices: sns.Topic) -> None:
        failures = flow.metric_flow_executions_failed(statistic="Sum", period=Duration.minutes(5))
        alarm = failures.create_alarm(
            self,
            "RunsFail",
            threshold=1,
            evaluation_periods=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(actions.SnsAction(notices))
        # A topic with a policy of its own, here enforce_ssl's, admits CloudWatch only by name.
        this_alarm = {"ArnEquals": {"aws:SourceArn": alarm.alarm_arn}}
        notices.grant_publish(
            iam.ServicePrincipal("cloudwatch.amazonaws.com", conditions=this_alarm)
        )


app = App()
OrdersPipelineStack(app, "OrdersPipeline", ShopServer.of(app))
app.synth()
