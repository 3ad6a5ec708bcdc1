"""The ARNs that AppFlow makes and reads.

Source: Service Authorization Reference, Amazon AppFlow, "Resource types". The partition is always
`aws`, the only one that the API's ARN pattern admits.
"""

from __future__ import annotations

import re

from appflow_local.appflow.host import Caller
from appflow_local.appflow.protocol.errors import ValidationException

_FUNCTION = re.compile(
    r"arn:aws:lambda:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):"
    r"function:[a-zA-Z0-9_-]+(:(\$LATEST|[a-zA-Z0-9_-]+))?"
)


def connector_arn(caller: Caller, label: str) -> str:
    """Return the ARN of the caller's connector of this label."""
    return f"{_prefix(caller)}:connector/{label}"


def profile_arn(caller: Caller, name: str) -> str:
    """Return the ARN of the caller's connector profile of this name."""
    return f"{_prefix(caller)}:connectorprofile/{name}"


def flow_arn(caller: Caller, name: str) -> str:
    """Return the ARN of the caller's flow of this name."""
    return f"{_prefix(caller)}:flow/{name}"


def secret_arn(caller: Caller, name: str) -> str:
    """Return the ARN of a secret before Secrets Manager has added its random suffix."""
    return f"arn:aws:secretsmanager:{caller.region}:{caller.account_id}:secret:{name}"


def unregister_arn(caller: Caller) -> str:
    """Return the resource that IAM was once seen to evaluate for UnregisterConnector.

    Source: a public stack that grants `appflow:UnRegisterConnector` on this path, against the
    Service Authorization Reference, which says the connector.
    """
    return f"{_prefix(caller)}:/unregister-connector"


def check_function_arn(caller: Caller, function_arn: str) -> None:
    """Demand a Lambda function, version or alias of the caller's account and region.

    Source for the account: API reference RegisterConnector, "you must deploy the associated AWS
    lambda function in your account". Not documented for the region: refused here. Inferred: the
    error's name.

    Raises:
        ValidationException: the ARN names something else.
    """
    found = _FUNCTION.fullmatch(function_arn)
    if found is None:
        raise ValidationException(f"'{function_arn}' is not the ARN of an AWS Lambda function.")
    if (found["account"], found["region"]) != (caller.account_id, caller.region):
        raise ValidationException(
            f"The function '{function_arn}' must be in account {caller.account_id} and region "
            f"{caller.region}, where the connector is registered."
        )


def _prefix(caller: Caller) -> str:
    return f"arn:aws:appflow:{caller.region}:{caller.account_id}"
