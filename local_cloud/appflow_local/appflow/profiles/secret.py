"""The secret behind a connector profile.

Known (AppFlow User Guide, managed policy AmazonAppFlowFullAccess): AppFlow makes the secret with
the caller's permissions: `secretsmanager:CreateSecret` for a `secretsmanager:Name` like
`appflow!*`, and `secretsmanager:PutResourcePolicy` where the secret's owningService is appflow,
both with `aws:CalledVia` appflow.amazonaws.com.
Inferred (the same): both permissions are always needed. AppFlow changes and deletes its secret
with its own permissions, because the policy allows a caller neither.
Known (SDK's deploy tools, the policy for a connector's role; SDK, TroubleShootingGuide.md): the
secret's name begins `appflow!ACCOUNT-LABEL-`.
Inferred (SDK, TroubleShootingGuide.md, a log line): the profile's name follows in that name.
Not emulated: the secret has no resource policy and no tag here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress

from appflow_local.appflow.account import Account
from appflow_local.appflow.host import ConditionKeys, Host, SecretExists, SecretNotFound
from appflow_local.appflow.protocol.errors import ConflictException, ResourceNotFoundException

_CALLED_VIA: ConditionKeys = {"aws:CalledVia": ["appflow.amazonaws.com"]}
_OWNED: ConditionKeys = {
    **_CALLED_VIA,
    "secretsmanager:ResourceTag/aws:secretsmanager:owningService": "appflow",
}


@contextmanager
def new_secret(
    account: Account,
    label: str,
    profile: str,
    content: Mapping[str, str],
    key_arn: str | None,
) -> Iterator[str]:
    """Create the secret of a new profile and yield its ARN; delete it if the block fails.

    Without `key_arn`, it is encrypted with Secrets Manager's own key.

    Inferred: a secret that has this name already is a `ConflictException`.

    Raises:
        AccessDeniedException: the caller may not create it.
        ConflictException: there is a secret with this name.
    """
    name = f"appflow!{account.id}-{label}-{profile}"
    keys = {**_CALLED_VIA, "secretsmanager:Name": name}
    account.authorize("secretsmanager:CreateSecret", account.arns.secret(name), keys)
    try:
        arn = account.create_secret(name, json.dumps(content), key_arn)
    except SecretExists:
        raise ConflictException(f"The secret {name} already exists.") from None
    with ExitStack() as undo:
        undo.callback(account.host.delete_secret, arn)
        account.authorize("secretsmanager:PutResourcePolicy", arn, _OWNED)
        yield arn
        undo.pop_all()


@contextmanager
def changed_secret(host: Host, arn: str, content: Mapping[str, str]) -> Iterator[None]:
    """Replace the content of a profile's secret; restore it if the block fails.

    Raises:
        ResourceNotFoundException: somebody deleted the secret. The words are Secrets Manager's.
    """
    try:
        before = host.replace_secret(arn, json.dumps(content))
    except SecretNotFound:
        raise ResourceNotFoundException(
            f"Secrets Manager can't find the specified secret: {arn}"
        ) from None
    with ExitStack() as undo:
        undo.callback(_put_back, host, arn, before)
        yield
        undo.pop_all()


def _put_back(host: Host, arn: str, value: str) -> None:
    with suppress(SecretNotFound):  # the request has failed for another reason already
        host.replace_secret(arn, value)
