"""A connector may be any function: of any runtime, qualified, shared, imported or foreign."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import Environment, PhysicalName, Stack, Stage
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match

from cdk_appflow_connector import CustomConnector, RegistrationProvider
from harness.synth.apps import unbundled_app
from harness.synth.functions import connector_function
from harness.synth.templates import Synthesised, flat

ACCOUNT, REGION = "111111111111", "eu-west-1"
HOME = Environment(account=ACCOUNT, region=REGION)
OWN_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:orders"
OTHER_ACCOUNT_ARN = f"arn:aws:lambda:{REGION}:222222222222:function:orders"
OTHER_REGION_ARN = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders"

Builder = Callable[[Stack], lambda_.IFunction]


def registered(build: Builder) -> Synthesised:
    """The template of a stack whose connector is the function built."""
    stack = Stack(unbundled_app(), "Stack", env=HOME)
    CustomConnector(stack, "Orders", function=build(stack))
    return Synthesised(stack)


def registration(template: Synthesised) -> dict[str, Any]:
    properties: dict[str, Any] = template.the("Custom::AppFlowConnector")["Properties"]
    return properties


def permission(template: Synthesised) -> dict[str, Any]:
    properties: dict[str, Any] = template.the("AWS::Lambda::Permission")["Properties"]
    return properties


def inline(stack: Stack, text: str) -> lambda_.Function:
    return connector_function(stack, code=lambda_.Code.from_inline(f"VERSION = {text}"))


def jar(file: Path, class_file: bytes) -> Builder:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(zipfile.ZipInfo("com/example/Crm.class"), class_file)
    return lambda stack: connector_function(
        stack,
        code=lambda_.Code.from_asset(str(file)),
        handler="com.example.Crm::handleRequest",
        runtime=lambda_.Runtime.JAVA_21,
    )


def test_a_java_connector_is_registered_and_refreshed_with_its_jar(tmp_path: Path) -> None:
    first, second = (registered(jar(tmp_path / "crm.jar", code)) for code in (b"one", b"two"))
    function = first.id_of("AWS::Lambda::Function", "Function")
    assert registration(first)["LambdaArn"] == {"Fn::GetAtt": [function, "Arn"]}
    assert registration(first)["Revision"] != registration(second)["Revision"]


def image(tag: str) -> Builder:
    return lambda stack: lambda_.DockerImageFunction(
        stack,
        "Function",
        code=lambda_.DockerImageCode.from_ecr(
            ecr.Repository.from_repository_name(stack, "Repository", "crm"), tag_or_digest=tag
        ),
    )


def test_a_container_image_is_registered_and_refreshed_with_its_tag() -> None:
    first, second = registered(image("1.0")), registered(image("1.1"))
    function = first.id_of("AWS::Lambda::Function", "Function")
    assert permission(first)["FunctionName"] == {"Fn::GetAtt": [function, "Arn"]}
    assert registration(first)["Revision"] != registration(second)["Revision"]


def version(text: str) -> Builder:
    return lambda stack: inline(stack, text).current_version


def alias(text: str) -> Builder:
    return lambda stack: lambda_.Alias(
        stack, "Live", alias_name="live", version=inline(stack, text).current_version
    )


@pytest.mark.parametrize(
    ("build", "resource_type"),
    [(version, "AWS::Lambda::Version"), (alias, "AWS::Lambda::Alias")],
    ids=["version", "alias"],
)
def test_a_version_or_alias_is_what_appflow_invokes_and_is_refreshed_with_its_code(
    build: Callable[[str], Builder], resource_type: str
) -> None:
    first, second = registered(build("1")), registered(build("2"))
    qualified = {"Ref": first.id_of(resource_type)}
    assert registration(first)["LambdaArn"] == qualified
    assert permission(first)["FunctionName"] == qualified
    invoke = first.the("AWS::IAM::Policy", "AppFlowConnectorRegistration")["Properties"][
        "PolicyDocument"
    ]
    assert invoke["Statement"][1]["Resource"] == [qualified]
    assert registration(first)["Revision"] != registration(second)["Revision"]


def singleton(text: str) -> Builder:
    return lambda stack: lambda_.SingletonFunction(
        stack,
        "Function",
        uuid="8b2df7e5-6f9a-4c2e-9a60-0d5b9d6b0f2a",
        code=lambda_.Code.from_inline(f"VERSION = {text}"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )


def test_a_singleton_function_is_refreshed_with_its_code() -> None:
    revisions = {registration(registered(singleton(text)))["Revision"] for text in "12"}
    assert len(revisions) == 2


def test_a_function_of_another_stack_may_read_the_secrets_before_it_is_registered() -> None:
    app = unbundled_app()
    owner, stack = Stack(app, "Owner", env=HOME), Stack(app, "Stack", env=HOME)
    CustomConnector(stack, "Orders", function=connector_function(owner))
    (statement,) = Synthesised(owner).statements("FunctionServiceRole")
    assert statement["Action"] == "secretsmanager:GetSecretValue"
    assert [dependency.node.id for dependency in stack.dependencies] == ["Owner"]
    assert permission(Synthesised(stack))["Principal"] == "appflow.amazonaws.com"


def imported(arn: str, **attributes: Any) -> Builder:  # noqa: ANN401 - FunctionAttributes' own
    return lambda stack: lambda_.Function.from_function_attributes(
        stack, "Imported", function_arn=arn, **attributes
    )


@pytest.mark.parametrize("arn", [OWN_ARN, f"{OWN_ARN}:live"], ids=["unqualified", "qualified"])
def test_appflow_may_invoke_an_imported_function_of_the_same_account(arn: str) -> None:
    template = registered(imported(arn))
    assert permission(template)["FunctionName"] == arn
    assert permission(template)["SourceAccount"] == ACCOUNT
    assert "Revision" not in registration(template)


def test_an_imported_function_with_its_role_may_read_the_secrets() -> None:
    stack = Stack(unbundled_app(), "Stack", env=HOME)
    role = iam.Role.from_role_arn(stack, "Role", f"arn:aws:iam::{ACCOUNT}:role/orders")
    CustomConnector(stack, "Orders", function=imported(OWN_ARN, role=role)(stack))
    template = Synthesised(stack)
    policy = template.the("AWS::IAM::Policy", "RolePolicy")["Properties"]
    assert policy["Roles"] == ["orders"]
    assert policy["PolicyDocument"]["Statement"][0]["Action"] == "secretsmanager:GetSecretValue"
    assert not Annotations.from_stack(stack).find_warning("*", Match.any_value())


def test_appflow_may_invoke_an_imported_function_whose_account_is_known_at_deployment() -> None:
    stack = Stack(unbundled_app(), "Stack")
    CustomConnector(stack, "Orders", function=imported(OWN_ARN)(stack))
    assert permission(Synthesised(stack))["FunctionName"] == OWN_ARN


def in_other_environment(arn: str) -> Stack:
    """A stack whose connector is a function in another account or Region."""
    stack = Stack(unbundled_app(), "Stack", env=HOME)
    role = iam.Role.from_role_arn(stack, "Role", f"arn:aws:iam::{arn.split(':')[4]}:role/orders")
    CustomConnector(stack, "Orders", function=imported(arn, role=role)(stack), label="Orders")
    return stack


@pytest.mark.parametrize("arn", [OTHER_ACCOUNT_ARN, OTHER_REGION_ARN], ids=["account", "region"])
def test_the_owner_of_a_function_in_another_environment_is_told_what_to_allow(arn: str) -> None:
    stack = in_other_environment(arn)
    (warning,) = Annotations.from_stack(stack).find_warning("/Stack/Orders", Match.any_value())
    text = str(warning.entry.data)
    there = f"--region {arn.split(':')[3]}"
    allow = f"aws lambda add-permission --function-name {arn} --action lambda:InvokeFunction"
    assert (
        f"`{allow} --statement-id {ACCOUNT}-appflow --principal appflow.amazonaws.com "
        f"--source-account {ACCOUNT} --source-arn 'arn:aws:appflow:{REGION}:{ACCOUNT}:*' {there}`"
    ) in text
    assert f"`{allow} --statement-id {ACCOUNT}-registration --principal {ACCOUNT} {there}`" in text
    assert (
        "secretsmanager:GetSecretValue on "
        f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:appflow!{ACCOUNT}-Orders-*" in text
    )
    assert "not documented" in text


def test_a_function_of_another_account_gets_no_permission_that_cannot_be_deployed() -> None:
    template = Synthesised(in_other_environment(OTHER_ACCOUNT_ARN))
    assert not template.of_type("AWS::Lambda::Permission")
    assert registration(template)["LambdaArn"] == OTHER_ACCOUNT_ARN


OWNER = Environment(account="222222222222", region="us-east-1")


def owned(function_name: str | None, env: Environment = HOME) -> tuple[Stack, Stack]:
    """The stack of a function in another account, and that of its connector."""
    app = unbundled_app()
    owner, stack = Stack(app, "Owner", env=OWNER), Stack(app, "Stack", env=env)
    # The CDK wants a name if a reference crosses accounts.
    function = connector_function(owner, function_name=function_name)
    CustomConnector(stack, "Orders", function=function, label="Orders")
    return owner, stack


@pytest.mark.parametrize(
    "name", ["orders", PhysicalName.GENERATE_IF_NEEDED], ids=["given", "generated"]
)
def test_another_accounts_function_of_the_app_is_opened_by_its_own_stack(name: str) -> None:
    owner, stack = owned(name)
    permissions = Synthesised(owner).of_type("AWS::Lambda::Permission").values()
    appflow, registration = (each["Properties"] for each in permissions)
    assert (appflow["Principal"], appflow["SourceAccount"], appflow["SourceArn"]) == (
        "appflow.amazonaws.com",
        ACCOUNT,
        f"arn:aws:appflow:{REGION}:{ACCOUNT}:*",
    )
    assert registration["Principal"] == ACCOUNT
    (statement,) = Synthesised(owner).statements("FunctionServiceRole")
    assert flat(statement["Resource"]) == (
        f"arn:${{AWS::Partition}}:secretsmanager:{REGION}:{ACCOUNT}:"
        f"secret:appflow!{ACCOUNT}-Orders-*"
    )
    assert [dependency.node.id for dependency in stack.dependencies] == ["Owner"]


def test_connectors_of_one_account_share_the_permissions_in_another_ones_stack() -> None:
    app = unbundled_app()
    owner, stack = Stack(app, "Owner", env=OWNER), Stack(app, "Stack", env=HOME)
    function = connector_function(owner, function_name="orders")
    for name in ("Orders", "Invoices"):
        CustomConnector(stack, name, function=function)
    assert len(Synthesised(owner).of_type("AWS::Lambda::Permission")) == 2


def test_what_is_granted_in_another_account_is_said_and_no_command_is_left_to_run() -> None:
    _, stack = owned("orders")
    (warning,) = Annotations.from_stack(stack).find_warning("/Stack/Orders", Match.any_value())
    text = str(warning.entry.data)
    assert "The function arn:aws:lambda:us-east-1:222222222222:function:orders is not" in text
    assert "Its stack allows AppFlow and this account to invoke it" in text
    assert "add-permission" not in text


def test_the_commands_for_an_account_that_is_not_known_name_the_function_as_aws_does() -> None:
    owner, stack = owned("orders", Environment(region=REGION))
    (warning,) = Annotations.from_stack(stack).find_warning("/Stack/Orders", Match.any_value())
    arn = "arn:aws:lambda:us-east-1:222222222222:function:orders"
    assert f"`aws lambda add-permission --function-name {arn} --action" in str(warning.entry.data)
    assert "--source-account ACCOUNT " in str(warning.entry.data)
    # Its stack can't name that account: AWS::AccountId would be its own.
    assert Synthesised(owner).of_type("AWS::Lambda::Permission") == {}
    assert Synthesised(owner).statements("FunctionServiceRole") == []


def test_another_accounts_function_without_a_name_is_refused_with_what_to_give() -> None:
    with pytest.raises(ValueError, match=r"'Owner/Function' is in another .*\(function_name=\)"):
        owned(None)


def test_stages_of_two_accounts_do_not_wait_for_each_other() -> None:
    app = unbundled_app()
    owner = Stack(Stage(app, "Theirs", env=OWNER), "Owner")
    stack = Stack(Stage(app, "Ours", env=HOME), "Stack")
    function = connector_function(owner, function_name="orders")
    CustomConnector(stack, "Orders", function=function)
    assert len(Synthesised(owner).of_type("AWS::Lambda::Permission")) == 2
    assert stack.dependencies == []


def imported_version(stack: Stack) -> lambda_.IFunction:
    return lambda_.Version.from_version_arn(stack, "Version", f"{OWN_ARN}:7")


def imported_alias(stack: Stack) -> lambda_.IFunction:
    version = lambda_.Version.from_version_arn(stack, "Version", f"{OWN_ARN}:7")
    return lambda_.Alias.from_alias_attributes(
        stack, "Alias", alias_name="live", alias_version=version
    )


@pytest.mark.parametrize(
    ("build", "qualifier"), [(imported_version, "7"), (imported_alias, "live")]
)
def test_an_imported_version_or_alias_is_registered_as_such(build: Builder, qualifier: str) -> None:
    template = registered(build)
    assert registration(template)["LambdaArn"] == f"{OWN_ARN}:{qualifier}"
    assert permission(template)["FunctionName"] == f"{OWN_ARN}:{qualifier}"


def test_a_function_as_its_latest_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Stack/Function/\$LATEST' is the version \$LATEST"):
        registered(lambda stack: connector_function(stack).latest_version)


def without_updates(stack: Stack) -> iam.IRole:
    principal = iam.ServicePrincipal("lambda.amazonaws.com")
    return iam.Role(stack, "Role", assumed_by=principal).without_policy_updates()


def unchangeable(stack: Stack) -> iam.IRole:
    arn = f"arn:aws:iam::{ACCOUNT}:role/theirs"
    return iam.Role.from_role_arn(stack, "Role", arn, mutable=False)


def of_another_account(stack: Stack) -> iam.IRole:
    return iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::222222222222:role/theirs")


@pytest.mark.parametrize("role", [without_updates, unchangeable, of_another_account])
def test_a_functions_role_that_accepts_no_policies_is_warned_of(
    role: Callable[[Stack], iam.IRole],
) -> None:
    stack = Stack(unbundled_app(), "Stack", env=HOME)
    function = connector_function(stack, role=role(stack))
    CustomConnector(stack, "Orders", function=function, label="Orders")
    (warning,) = Annotations.from_stack(stack).find_warning("*", Match.any_value())
    text = str(warning.entry.data)
    assert text.startswith("The role of the function Stack/Function accepts no policies")
    assert '"secretsmanager:GetSecretValue"' in text
    assert f"secret:appflow!{ACCOUNT}-Orders-*" in text


def test_an_imported_role_that_accepts_policies_is_granted_the_secrets() -> None:
    stack = Stack(unbundled_app(), "Stack", env=HOME)
    role = iam.Role.from_role_arn(stack, "Role", f"arn:aws:iam::{ACCOUNT}:role/theirs")
    CustomConnector(stack, "Orders", function=connector_function(stack, role=role))
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
    granted = Synthesised(stack).the("AWS::IAM::Policy", "Role")["Properties"]
    assert granted["Roles"] == ["theirs"]
    assert "secretsmanager:GetSecretValue" in str(granted["PolicyDocument"])


def test_a_provider_of_another_region_is_refused() -> None:
    app = unbundled_app()
    other = Stack(app, "Other", env=Environment(account=ACCOUNT, region="us-east-1"))
    stack = Stack(app, "Stack", env=HOME)
    provider = RegistrationProvider(other, "Provider")
    with pytest.raises(ValueError, match=r"provider 'Other/Provider' is in another Region"):
        CustomConnector(stack, "Orders", function=connector_function(stack), provider=provider)
