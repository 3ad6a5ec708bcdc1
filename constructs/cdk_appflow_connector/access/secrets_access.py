"""Lets a connector's function read the secrets that AppFlow makes for the connector's profiles."""

from __future__ import annotations

from aws_cdk import CfnResource
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct, IDependable

from cdk_appflow_connector.access.deployed_text import literal
from cdk_appflow_connector.access.function_access import is_in_other_environment
from cdk_appflow_connector.access.overlapping_labels import warn_of_overlapping_labels
from cdk_appflow_connector.access.role_policy import grant_in_role
from cdk_appflow_connector.access.role_quota import look_for_role
from cdk_appflow_connector.access.secrets_policies import LONGEST_LABEL, READ, secrets_of
from cdk_appflow_connector.access.unmanaged_role import accepts_policies, warn_of_missing_rights
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.nag_reasons import acknowledge_in_stack, arn_in_finding
from cdk_appflow_connector.tokens import is_token


def let_function_read_secrets(
    connector: Construct, registration: CfnResource, function: lambda_.IFunction, label: str
) -> list[IDependable]:
    """Let the function read the secrets that AppFlow makes for the connector's profiles.

    A role of the app gets one inline policy for all its connectors: this adds no resource, and
    the right exists before the function does. If the function's role isn't known here, the CDK
    itself warns of what the role must be granted.

    Returns:
        What must exist before the connector is registered, and isn't created with the function.
    """
    warn_of_overlapping_labels(connector, function, label)
    here = environment_of(connector)
    # AppFlow names a profile's secret appflow!ACCOUNT-LABEL-PROFILE.
    secrets = here.arn(
        "secretsmanager", f"secret:appflow!{here.account}-{literal(connector, label)}-*"
    )
    if is_in_other_environment(here, function) and not here.account_and_region_are_known:
        return []  # there, it would be another stack's account: the warning says what is needed
    role = function.role
    if role is not None:
        _acknowledge_wildcard(connector, label)
        if _are_of_the_app(function, role) and not is_token(label):
            look_for_role(function, role)
            if grant_in_role(connector, registration, role, secrets, label):
                return []
        elif (granted := _grant_beside(connector, function, role, secrets, label)) is not None:
            return granted
        if not (is_in_other_environment(here, function) or accepts_policies(connector, role)):
            statement = iam.PolicyStatement(actions=[READ], resources=[secrets])
            warn_of_missing_rights(
                connector, f"The role of the function {function.node.path}", [statement]
            )
    grant = iam.Grant.add_to_principal(grantee=function, actions=[READ], resource_arns=[secrets])
    return [grant]


def _grant_beside(
    connector: Construct, function: lambda_.IFunction, role: iam.IRole, secrets: str, label: str
) -> list[IDependable] | None:
    """Grant by policies beside the role; None if the CDK's own way is to be taken."""
    length = LONGEST_LABEL if is_token(label) else len(label)
    known = secrets_of(role)
    if _are_of_the_app(function, role):
        # Outside the role, because the label may refer to the function, which needs the role.
        if known.take_room_beside_role(length):
            return [_separate_policy(connector, role, secrets)]
        return [known.attach_alone(connector, secrets)]
    if (
        is_in_other_environment(environment_of(connector), function)
        or not accepts_policies(connector, role)
        or known.take_room_beside_role(length)
    ):
        return None
    if is_token(label):
        return [known.attach_alone(connector, secrets)]
    return [known.grant_managed(connector, secrets, length)]


def _are_of_the_app(function: lambda_.IFunction, role: iam.IRole) -> bool:
    """Whether both are, so that the function is created after its role."""
    is_own = isinstance(function, (lambda_.Function, lambda_.Alias, lambda_.Version))
    return is_own and isinstance(role, iam.Role)


def _separate_policy(connector: Construct, role: iam.IRole, secrets: str) -> iam.Policy:
    statement = iam.PolicyStatement(actions=[READ], resources=[secrets])
    return iam.Policy(connector, "Secrets", statements=[statement], roles=[role])


def _acknowledge_wildcard(connector: Construct, label: str) -> None:
    if is_token(label):
        return
    name = "{partition}:secretsmanager:{region}:{account}:secret:appflow!{account}"
    acknowledge_in_stack(
        connector,
        f"IAM5[Resource::{arn_in_finding(connector, f'arn:{name}')}-{label}-*]",
        "AppFlow names a profile's secret after account, label and profile, and Secrets "
        "Manager adds six random characters",
    )
