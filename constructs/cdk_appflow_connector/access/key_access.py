"""Lets a connector's function decrypt its profiles' secrets with the user's key, and nothing else.

The function reads a secret by GetSecretValue, and Secrets Manager decrypts it with the function's
rights. So the right on the key needs to hold for what Secrets Manager asks of KMS only. Source: KMS
Developer Guide, "kms:ViaService"; Secrets Manager User Guide, "Secret encryption and decryption".
"""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk_appflow_connector.access.deployed_text import literal
from cdk_appflow_connector.access.unmanaged_role import accepts_policies, warn_of_missing_rights
from cdk_appflow_connector.environment import environment_of
from cdk_appflow_connector.synth_warnings import WarningId, warn

_DECRYPT = "kms:Decrypt"


def let_function_decrypt(
    profile: Construct, key: kms.IKey, function: lambda_.IFunction | None
) -> iam.Grant | None:
    """Let the function decrypt with the key through Secrets Manager, or warn of what is missing.

    Returns:
        What must exist before the profile; None if its role's owner has to grant it.
    """
    service = f"secretsmanager.{environment_of(profile).region}.amazonaws.com"
    if function is None or function.role is None:
        warn(
            profile,
            WarningId.PROFILE_KEY_NOT_GRANTED,
            "The connector, or its function, is imported without its role: grant its function "
            "kms:Decrypt on the profile's key through Secrets Manager (the condition "
            f"kms:ViaService is {_shown(profile)}), or it can't read the credentials.",
        )
        return None
    arn = arn_in_policy(profile, key)
    conditions = {"StringEquals": {"kms:ViaService": service}}
    if not accepts_policies(profile, function.role):
        needed = iam.PolicyStatement(actions=[_DECRYPT], resources=[arn], conditions=conditions)
        warn_of_missing_rights(profile, f"The role of the function {function.node.path}", [needed])
        return None
    return iam.Grant.add_to_principal(
        grantee=function, actions=[_DECRYPT], resource_arns=[arn], conditions=conditions
    )


def arn_in_policy(profile: Construct, key: kms.IKey) -> str:
    """Return the key's ARN for a policy's Resource."""
    if isinstance(key, kms.Alias):  # a right on an alias would be none on the key
        key = key.alias_target_key
    return key.key_arn if isinstance(key, kms.Key) else literal(profile, key.key_arn)


def _shown(profile: Construct) -> str:
    here = environment_of(profile)
    return f"secretsmanager.{here.region if here.is_region_known else 'REGION'}.amazonaws.com"
