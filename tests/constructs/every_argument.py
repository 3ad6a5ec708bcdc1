"""The CDK's own classes as arguments of this library's: checked by mypy and pyright, never run.

`python -m scripts.user_types` runs pyright, which tells more types apart than mypy does.
"""

from __future__ import annotations

from datetime import datetime, timezone

from aws_cdk import Duration, RemovalPolicy, SecretValue, Size, Stack, TimeZone
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from cdklabs import cdk_appflow

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    IConnectorProfile,
    ICustomConnector,
    PythonConnectorFunction,
    RegistrationProvider,
)
from cdk_appflow_connector.flows import (
    CustomConnectorDestination,
    CustomConnectorSource,
    RunAfterDeployment,
    ScheduledFlow,
    StartFlowAndWait,
    grant_read,
    grant_run,
    map_all,
    monitor,
    on_deactivated,
    on_run_failed,
    start_flow_target,
)


def every_function(
    stack: Stack,
    function: lambda_.Function,
    image: lambda_.DockerImageFunction,
    single: lambda_.SingletonFunction,
    python: PythonConnectorFunction,
) -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:crm"
    imported = lambda_.Version.from_version_arn(stack, "Imported", f"{arn}:1")
    alias = lambda_.Alias.from_alias_attributes(
        stack, "Live", alias_name="live", alias_version=imported
    )
    CustomConnector(stack, "Function", function=function)
    CustomConnector(stack, "Image", function=image)
    CustomConnector(stack, "Singleton", function=single)
    CustomConnector(stack, "Python", function=python)
    CustomConnector(stack, "Version", function=function.current_version)
    CustomConnector(stack, "Alias", function=function.add_alias("live"))
    CustomConnector(stack, "Own", function=lambda_.Function.from_function_arn(stack, "X", arn))
    CustomConnector(stack, "OwnVersion", function=imported)
    CustomConnector(stack, "OwnAlias", function=alias)


def every_provider(
    stack: Stack, role: iam.Role, lazy: iam.LazyRole, vpc: ec2.Vpc, key: kms.Key
) -> None:
    theirs = iam.Role.from_role_name(stack, "Role", "theirs")
    group = ec2.SecurityGroup(stack, "Group", vpc=vpc)
    profiles = lambda_.CodeSigningConfig(stack, "Signing", signing_profiles=[])
    provider = RegistrationProvider(
        stack,
        "Provider",
        timeout=Duration.minutes(2),
        role=role,
        vpc=vpc,
        vpc_subnets=ec2.SubnetSelection(subnets=vpc.private_subnets),
        security_groups=[group, ec2.SecurityGroup.from_security_group_id(stack, "Sg", "sg-1")],
        environment_encryption=key,
        log_group=logs.LogGroup(stack, "Logs"),
        code_signing_config=profiles,
        function_name="registration",
        architecture=lambda_.Architecture.ARM_64,
        memory_size=512,
        environment={"HTTPS_PROXY": "http://proxy.example.com:3128"},
        tracing=lambda_.Tracing.ACTIVE,
    )
    key.grant_decrypt(provider)
    group.connections.allow_from(provider, ec2.Port.HTTPS)
    group.connections.allow_from(provider.connections, ec2.Port.HTTPS)
    provider.function.add_alias("live")
    RegistrationProvider(stack, "Lazy", role=lazy, environment_encryption=key.add_alias("crm"))
    RegistrationProvider(stack, "Theirs", role=theirs)
    RegistrationProvider(stack, "Fixed", role=role.without_policy_updates())
    RegistrationProvider(
        stack,
        "Imported",
        vpc=ec2.Vpc.from_lookup(stack, "Vpc", is_default=True),
        environment_encryption=kms.Key.from_key_arn(stack, "Key", "arn:aws:kms:…"),
        log_group=logs.LogGroup.from_log_group_name(stack, "Group", "logs"),
    )
    CustomConnector(
        stack,
        "Connector",
        function=PythonConnectorFunction(
            stack,
            "Python",
            entry="connector",
            handler="crm.handler",
            role=role,
            layers=[lambda_.LayerVersion.from_layer_version_arn(stack, "Layer", "arn:aws:…")],
            log_group=logs.LogGroup(stack, "Logs2"),
            vpc=vpc,
            security_groups=[group],
            environment_encryption=key,
            environment={"LEVEL": "INFO"},
            ephemeral_storage_size=Size.mebibytes(512),
            tracing=lambda_.Tracing.ACTIVE,
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS,
        ),
        provider=provider,
    )


def every_profile(
    stack: Stack, connector: CustomConnector, key: kms.Key, role: iam.Role, user: iam.User
) -> None:
    api_key = ConnectorCredentials.api_key(SecretValue.secrets_manager("key"))
    published = CustomConnector.from_ssm(stack, "Published", "/connectors/crm")
    known: ICustomConnector = CustomConnector.from_connector_attributes(
        stack,
        "Known",
        connector_label=connector.label,
        function=lambda_.Function.from_function_name(stack, "Function", "crm"),
    )
    own: ICustomConnector = connector
    for each in (own, known):
        each.node.add_dependency(stack)
        each.apply_removal_policy(RemovalPolicy.RETAIN)
    profile = ConnectorProfile(
        stack, "Own", connector=connector, credentials=api_key, settings={"a": "b"}, key=key
    )
    ConnectorProfile(stack, "Published", connector=published, credentials=api_key)
    ConnectorProfile(
        stack, "Alias", connector=connector, credentials=api_key, key=key.add_alias("crm")
    )
    secret = secretsmanager.Secret(stack, "Secret")
    named = secretsmanager.Secret.from_secret_name_v2(stack, "Named", "crm/key")
    key_of_secret = ConnectorCredentials.api_key(secret.secret_value, named.secret_value)
    followed = ConnectorProfile(
        stack,
        "Followed",
        connector=published,
        credentials=key_of_secret,
        refresh_on_rotation=[secret, named],
        revision="1",
    )
    followed.metric_refresh_failures(period=Duration.minutes(1))
    ConnectorProfile(
        stack, "One", connector=published, credentials=api_key, refresh_on_rotation=secret
    )
    imported = ConnectorProfile.from_profile_name(stack, "Theirs", "crm", connector=published)
    imported.grant_describe(role)
    connector.grant_describe(role)
    for grantee in (role, user, iam.Group(stack, "Group")):
        profile.grant_use(grantee)
    by_arn: IConnectorProfile = ConnectorProfile.from_profile_arn(
        stack, "Arn", profile.profile_arn, connector=known
    )
    by_arn.node.add_dependency(profile)
    imported.grant_use(iam.ServicePrincipal("lambda.amazonaws.com"))


def every_flow(
    stack: Stack, profile: ConnectorProfile, bucket: s3.Bucket, key: kms.Key, role: iam.Role
) -> None:
    source = CustomConnectorSource(profile, "order")
    location = cdk_appflow.S3Location(bucket=bucket)
    destination = CustomConnectorDestination(
        profile,
        "order",
        operation=cdk_appflow.WriteOperation.insert(),
        error_handling=cdk_appflow.ErrorHandlingConfiguration(error_location=location),
    )
    files = cdk_appflow.S3Source(
        bucket=bucket,
        prefix="in",
        format=cdk_appflow.S3InputFormat(type=cdk_appflow.S3InputFileType.CSV),
    )
    identifier = cdk_appflow.Field(name="Id", data_type="string")
    flow = ScheduledFlow(
        stack,
        "Hourly",
        source=source,
        destination=cdk_appflow.S3Destination(location=location),
        mappings=[map_all(), cdk_appflow.Mapping.map(identifier, name="id")],
        schedule=events.Schedule.rate(Duration.hours(1)),
        schedule_properties=cdk_appflow.ScheduleProperties(start_time=datetime.now(timezone.utc)),
        time_zone=TimeZone.EUROPE_ZURICH,
        deactivate_after_failures=3,
        filters=[
            cdk_appflow.Filter.when(cdk_appflow.FilterCondition.boolean_equals(identifier, True))
        ],
        validations=[
            cdk_appflow.Validation.when(
                cdk_appflow.ValidationCondition.is_null(identifier),
                cdk_appflow.ValidationAction.ignore_record(),
            )
        ],
        transforms=[cdk_appflow.Transform.mask(identifier)],
        key=key,
    )
    ScheduledFlow(
        stack,
        "Back",
        source=files,
        destination=destination,
        mappings=[map_all()],
        schedule=events.Schedule.cron(minute="0"),
        time_zone="Europe/Zurich",
    )
    by_hand = cdk_appflow.OnDemandFlow(
        stack, "ByHand", source=files, destination=destination, mappings=[map_all()]
    )
    grant_run(flow, role)
    grant_read(by_hand, role)


def every_watch(
    stack: Stack, flow: ScheduledFlow, connector: CustomConnector, topic: sns.Topic
) -> None:
    theirs = sns.Topic.from_topic_arn(stack, "Theirs", "arn:aws:sns:…")
    watched = monitor(flow, connector, alarm_topic=topic)
    monitor(flow, connector, alarm_topic=theirs, dashboard=watched.dashboard, construct_id="Again")
    on_run_failed(flow, "Failed", target=targets.SnsTopic(topic))
    on_deactivated(flow, "Deactivated", target=targets.LambdaFunction(connector.function))
    connector.metric_errors(period=Duration.minutes(1), statistic="Sum", label="errors")
    connector.metric_duration(statistic="p99")
    connector.metric_throttles(unit=cloudwatch.Unit.COUNT)
    connector.provider.metric_failures(color="#ff0000")


def every_start(
    stack: Stack, flow: cdk_appflow.OnDemandFlow, role: iam.Role, queue: sqs.Queue
) -> None:
    part = StartFlowAndWait(stack, "Load", flow=flow, poll_interval=Duration.seconds(30))
    done = sfn.Succeed(stack, "Done")
    body = sfn.DefinitionBody.from_chainable(part.next(done))
    sfn.StateMachine(stack, "Machine", definition_body=body)
    target = start_flow_target(
        flow,
        role=role,
        dead_letter_queue=queue,
        retry_attempts=1,
        max_event_age=Duration.hours(1),
    )
    rate = scheduler.ScheduleExpression.rate(Duration.hours(1))
    scheduler.Schedule(stack, "Hourly", schedule=rate, target=target)
    RunAfterDeployment(stack, "Once", flow=flow, revision="2", execute_after=[queue])


def every_target(
    flow: ScheduledFlow, function: lambda_.Function, machine: sfn.StateMachine
) -> None:
    flow.on_deactivated("Function", target=targets.LambdaFunction(function))
    flow.on_deactivated("Machine", target=targets.SfnStateMachine(machine))
    flow.on_run_started("Started", target=targets.LambdaFunction(function))
    flow.on_run_completed("Ended", target=targets.SfnStateMachine(machine), rule_name="ended")
    flow.on_event("Any", target=targets.LambdaFunction(function), description="Any")
