"""The keys of a customer's own (`kmsArn`): may the caller give them to AppFlow, and do they work?

Known (AppFlow User Guide, managed policy AmazonAppFlowFullAccess): the caller's permissions on the
key: `kms:DescribeKey`, and through AppFlow (`kms:ViaService` `appflow.REGION.amazonaws.com`)
`kms:ListGrants` and, for an AWS resource (`kms:GrantIsForAWSResource`), `kms:CreateGrant`.
Known (S3 User Guide, SSE-KMS; Secrets Manager User Guide, encryption): a key must be symmetric,
enabled, and in the Region of what it encrypts.
Known (API reference CreateFlow and CreateConnectorProfile, `kmsArn`): the key encrypts the flow's
data and the profile's credentials.
Inferred (AppFlow User Guide, managed policy AmazonAppFlowFullAccess): all these permissions are
always needed.
Inferred: AppFlow looks at the key when it is given, when a flow runs (which fails otherwise) and
when a profile is used; the errors; the ARN of an alias is taken, too; refused records in S3 carry
the key, too.
Not emulated: AppFlow makes no grant, and MiniStack asks nobody who reads a secret or an object for
`kms:Decrypt`.
"""

from __future__ import annotations

from appflow_local.appflow.account import Account
from appflow_local.appflow.encryption_keys import ENABLED, EncryptionKey, KeyNotFound
from appflow_local.appflow.protocol.errors import not_emulated


class KeyProblem(Exception):  # noqa: N818 - a problem of a key, not of a request
    """AppFlow can't encrypt with a key; the message, in the emulator's words, says why."""


def authorize_key(account: Account, arn: str) -> None:
    """Check that the caller may let AppFlow use a key.

    Raises:
        AccessDeniedException: IAM or the key's policy denies one of the actions.
    """
    key, via = _own_arn(account, arn), {"kms:ViaService": f"appflow.{account.region}.amazonaws.com"}
    account.authorize("kms:DescribeKey", key, via)
    account.authorize("kms:ListGrants", key, via)
    account.authorize("kms:CreateGrant", key, {**via, "kms:GrantIsForAWSResource": "true"})


def check_key(account: Account, arn: str) -> None:
    """Check that a key encrypts.

    Raises:
        KeyProblem: it is missing, in another Region, disabled or of another kind.
        UnsupportedOperationException: it is of another account, which is not emulated.
    """
    _arn, _partition, _service, region, owner = arn.split(":")[:5]
    if region != account.region:
        raise KeyProblem(f"The KMS key {arn} is not in {account.region}")
    if owner != account.id:
        raise not_emulated(f"The KMS key {arn} is of another account, which is not emulated.")
    try:
        key = account.host.encryption_key(arn)
    except KeyNotFound:
        raise KeyProblem(f"The KMS key {arn} does not exist") from None
    if problem := _problem(key):
        raise KeyProblem(f"The KMS key {arn} {problem}")


def _own_arn(account: Account, arn: str) -> str:
    """Return the ARN that policies know the key by, which is never an alias's."""
    try:
        return account.host.encryption_key(arn).arn
    except KeyNotFound:
        return arn


def _problem(key: EncryptionKey) -> str | None:
    if not key.is_symmetric:
        return "is not a symmetric key for encryption"
    return None if key.state == ENABLED else f"is not enabled: its state is {key.state}"
