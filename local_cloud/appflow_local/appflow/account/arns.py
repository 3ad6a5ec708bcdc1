"""The ARNs that AppFlow makes and checks.

Known (Service Authorization Reference, Amazon AppFlow, "Resource types"): the ARNs of connectors,
profiles and flows.
Known (the service model, ARN): the partition is always `aws`, the only one that the API's pattern
admits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from appflow_local.appflow.protocol.errors import ValidationException

_FUNCTION = re.compile(
    r"arn:aws:lambda:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):"
    r"function:[a-zA-Z0-9_-]+(:(\$LATEST|[a-zA-Z0-9_-]+))?"
)


@dataclass(frozen=True)
class Arns:
    """The ARNs of things in an account and Region."""

    account_id: str
    region: str

    def connector(self, label: str) -> str:
        """Return the ARN of the connector of this label."""
        return f"{self._prefix}:connector/{label}"

    def profile(self, name: str) -> str:
        """Return the ARN of the connector profile of this name."""
        return f"{self._prefix}:connectorprofile/{name}"

    def flow(self, name: str) -> str:
        """Return the ARN of the flow of this name."""
        return f"{self._prefix}:flow/{name}"

    def secret(self, name: str) -> str:
        """Return the ARN of a secret without the random suffix of Secrets Manager."""
        return f"arn:aws:secretsmanager:{self.region}:{self.account_id}:secret:{name}"

    def unregister(self) -> str:
        """Return the resource that IAM was once seen to evaluate for UnregisterConnector.

        Inferred of UnregisterConnector (a public stack that grants `appflow:UnRegisterConnector` on
        this path, against the Service Authorization Reference, which says the connector): the
        caller needs the right on the connector's ARN and on
        `arn:aws:appflow:REGION:ACCOUNT:/unregister-connector`. AWS evaluates one of the two; who
        has both rights is safe.
        """
        return f"{self._prefix}:/unregister-connector"

    def check_function(self, function_arn: str) -> None:
        """Check that an ARN is that of a Lambda function, version or alias here.

        Known of RegisterConnector (API reference RegisterConnector): the function must be in the
        caller's account.
        Known of RegisterConnector (the service model, ARN): the function may be a version or an
        alias.
        Chosen of RegisterConnector: the function must be in the connector's Region.
        Inferred of RegisterConnector: a function in another account or Region is a
        `ValidationException`.

        Raises:
            ValidationException: it is the ARN of something else.
        """
        found = _FUNCTION.fullmatch(function_arn)
        if found is None:
            raise ValidationException(f"'{function_arn}' is not the ARN of an AWS Lambda function.")
        if (found["account"], found["region"]) != (self.account_id, self.region):
            raise ValidationException(
                f"The function '{function_arn}' must be in account {self.account_id} and region "
                f"{self.region}, where the connector is registered."
            )

    @property
    def _prefix(self) -> str:
        return f"arn:aws:appflow:{self.region}:{self.account_id}"
