"""Sessions of roles, in which services such as CloudFormation and Step Functions act."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from ministack.services import sts


@dataclass(frozen=True)
class Principal:
    """Who acts, and the access key in IAM."""

    access_key_id: str
    arn: str


def open_session(role_arn: str, name: str) -> Principal:
    """Open a service's session of a role; one per role and name, its secret never disclosed.

    Not emulated: the trust policy of a role that a service takes, and `iam:PassRole` of whoever
    gave it.
    """
    account, role = f"{role_arn}:::::".split(":")[4], role_arn.rsplit("/", 1)[-1]
    key = f"ASIA{hashlib.sha256(f'{role_arn} {name}'.encode()).hexdigest()[:16].upper()}"
    arn = f"arn:aws:sts::{account}:assumed-role/{role}/{name}"
    session = {
        "Arn": arn,
        "UserId": f"{role}:{name}",
        "SecretAccessKey": secrets.token_hex(),
        "SessionToken": secrets.token_hex(),
    }
    sts.register_session(key, session)
    return Principal(key, arn)
