"""The secrets of ``refresh_on_rotation``: where they are, and by which names they go."""

from __future__ import annotations

from typing import Final

from aws_cdk import Stack, Token
from aws_cdk import aws_secretsmanager as secretsmanager

from cdk_appflow_connector.environment import environment_of

_ARGUMENT: Final = "refresh_on_rotation"
_RESOURCE: Final = ":secret:"
# Source: Secrets Manager user guide, "What's in a Secrets Manager secret?": a hyphen and six
# characters end an ARN.
_SUFFIX_LENGTH: Final = 7


def check_followed(stack: Stack, secret: secretsmanager.ISecret) -> None:
    """Raise ValueError for a secret whose events no rule of the stack gets.

    Secrets Manager tells of a new version in the secret's own account and Region. Those that are
    known at deployment only pass.
    """
    here, there = environment_of(stack), secret.env
    differs = [
        f"{what} {theirs}, not the profile's {mine}"
        for what, theirs, mine in (
            ("account", there.account, here.account),
            ("Region", there.region, here.region),
        )
        if theirs != mine and not Token.is_unresolved(theirs) and not Token.is_unresolved(mine)
    ]
    if differs:
        raise ValueError(
            f"{_ARGUMENT}: the secret {secret.node.path!r} is in {', and '.join(differs)}, "
            "where no rule is told of its rotation: keep the credentials in a secret of the "
            f"profile's account and Region, or leave {_ARGUMENT} out"
        )
    if secret.secret_name.startswith("arn:"):
        raise ValueError(
            f"{_ARGUMENT}: the name of the secret {secret.node.path!r} is an ARN, "
            f"{secret.secret_name!r}: refer to it with Secret.from_secret_complete_arn, or "
            "Secret.from_secret_partial_arn"
        )


def name_of(secret: secretsmanager.ISecret) -> str:
    """Return the secret's name, as events have it.

    The CDK takes the last word of a partial ARN for a suffix if it has six letters, and the name
    ``my-secret`` for ``my``.
    """
    return _partial_name(secret) or secret.secret_name


def spellings_of(secret: secretsmanager.ISecret) -> list[str]:
    """Return what dynamic references may call the secret: its ARN, with suffix or not, its name."""
    arn = secret.secret_arn
    is_complete = bool(secret.secret_full_arn) and not Token.is_unresolved(arn)
    return [arn, *([arn[:-_SUFFIX_LENGTH]] if is_complete else []), name_of(secret)]


def _partial_name(secret: secretsmanager.ISecret) -> str | None:
    """The name in an ARN without a suffix; None if the ARN is whole, or known at deployment."""
    if secret.secret_full_arn:
        return None
    return secret.secret_arn.partition(_RESOURCE)[2] or None
