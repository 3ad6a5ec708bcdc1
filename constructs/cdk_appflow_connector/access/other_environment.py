"""Lets AppFlow invoke a connector's function that is in another account or Region.

Not documented: whether AppFlow registers such a function. The API reference (RegisterConnector)
asks for one "in your account"; AWS's blog mentions connectors that are shared with other accounts.
Inferred: what has to be allowed.
"""

from __future__ import annotations

from collections.abc import Iterator

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.region_info import RegionInfo
from constructs import Construct, IConstruct

from cdk_appflow_connector.environment import Environment, environment_of, node_of
from cdk_appflow_connector.synth_warnings import WarningId, warn
from cdk_appflow_connector.tokens import is_token

_OF_THE_APP = (lambda_.Alias, lambda_.Function, lambda_.SingletonFunction, lambda_.Version)
_APPFLOW = "appflow.amazonaws.com"


def let_other_environment_invoke(
    connector: Construct, function: lambda_.IFunction, function_arn: str, label: str
) -> list[IConstruct]:
    """Let AppFlow and the provider invoke the function, as far as this app can; warn of the rest.

    It can if the function is the app's own, and the account and Region of the connector's stack are
    known. Otherwise the function's owner has to, with the commands in the warning.

    Returns:
        What must exist before the connector is registered.

    Raises:
        ValueError: the function is the app's own, and has no name to be referred to by.
    """
    here = environment_of(connector)
    name = _name(here.stack, function, function_arn)
    if not (isinstance(function, _OF_THE_APP) and here.account_and_region_are_known):
        _warn(connector, _not_allowed_yet(here, name, label))
        return []
    permissions: list[IConstruct] = [*_permissions(here, function, function_arn)]
    _warn(connector, _allowed(here, function, name, label))
    # A stage is deployed by itself: nothing in it can wait for another one.
    is_near = environment_of(function).stage_path == here.stage_path
    return permissions if is_near else []


def _permissions(
    here: Environment, function: Construct, function_arn: str
) -> Iterator[lambda_.CfnPermission]:
    """Make the permissions in the function's own stack, or find those of another connector."""
    source = f"arn:{_partition(here)}:appflow:{here.region}:{here.account}:*"
    ids = (f"AppFlowInvoke{here.account}{here.region}", f"RegistrationInvoke{here.account}")
    for construct_id, is_appflow in zip(ids, (True, False), strict=True):
        existing = node_of(function).try_find_child(construct_id)
        if isinstance(existing, lambda_.CfnPermission):
            yield existing
            continue
        yield lambda_.CfnPermission(
            function,
            construct_id,
            action="lambda:InvokeFunction",
            function_name=function_arn,
            principal=_APPFLOW if is_appflow else here.account,
            source_account=here.account if is_appflow else None,
            source_arn=source if is_appflow else None,
        )


def _name(stack: Stack, function: lambda_.IFunction, function_arn: str) -> str:
    """Return the function's ARN in plain text, or its path where it is known at deployment only."""
    try:
        resolved = stack.resolve(function_arn)
    except RuntimeError as error:  # the CDK's, for what has no physical name
        raise ValueError(
            f"function {function.node.path!r} is in another account or Region, where it can't be "
            "referred to without a name: give it one (function_name=)"
        ) from error
    match resolved:
        case str():
            return resolved
        case {"Fn::Join": ["", [*parts]]}:
            partition = {"Ref": "AWS::Partition"}
            known = [_partition(environment_of(stack)) if p == partition else p for p in parts]
            if all(isinstance(part, str) for part in known):
                return "".join(known)
    return function.node.path


def _partition(here: Environment) -> str:
    return RegionInfo.get(here.region).partition or "aws"


def _warn(connector: Construct, text: str) -> None:
    warn(connector, WarningId.FUNCTION_IN_OTHER_ENVIRONMENT, text)


def _not_documented(name: str, account: str, region: str) -> str:
    return (
        f"The function {name} is not in this stack's account {account} and Region {region}. "
        "Whether AppFlow registers such a function is not documented: RegisterConnector's "
        "reference asks for one that is deployed in your account. "
    )


def _allowed(here: Environment, function: lambda_.IFunction, name: str, label: str) -> str:
    secrets = (
        ", and its role to read the connector's secrets"
        if isinstance(function.role, iam.Role)
        else f". Its role needs {_secrets_right(here, label)}"
    )
    return (
        f"{_not_documented(name, here.account, here.region)}Its stack allows AppFlow and this "
        f"account to invoke it{secrets}. {_READING_SECRETS}"
    )


def _not_allowed_yet(here: Environment, name: str, label: str) -> str:
    account, region = _shown(here.account, "ACCOUNT"), _shown(here.region, "REGION")
    arn = name.split(":")
    where = f" --region {arn[3]}" if len(arn) > 3 else ""
    allow = f"aws lambda add-permission --function-name {name} --action lambda:InvokeFunction"
    source = f"arn:{_partition(here)}:appflow:{region}:{account}:*"
    return (
        f"{_not_documented(name, account, region)}This stack can't change its "
        "permissions, so its owner has to allow (1) AppFlow to invoke it: "
        f"`{allow} --statement-id {account}-appflow --principal {_APPFLOW} "
        f"--source-account {account} --source-arn '{source}'{where}`; "
        "(2) the registration, which invokes it with this account's rights: "
        f"`{allow} --statement-id {account}-registration --principal {account}{where}`; "
        f"(3) its role {_secrets_right(here, label)}. {_READING_SECRETS}"
    )


def _secrets_right(here: Environment, label: str) -> str:
    account, region = _shown(here.account, "ACCOUNT"), _shown(here.region, "REGION")
    secrets = f"secret:appflow!{account}-{_shown(label, 'LABEL')}-*"
    return (
        "secretsmanager:GetSecretValue on "
        f"arn:{_partition(here)}:secretsmanager:{region}:{account}:{secrets}"
    )


_READING_SECRETS = (
    "Secrets Manager lets a role of another account read a secret only under a resource policy of "
    "that secret and a customer managed key"
)


def _shown(value: str, otherwise: str) -> str:
    return otherwise if is_token(value) else value
