"""May this caller do this? Asked of the host, answered in AWS's words.

Source for actions and resources: Service Authorization Reference, Amazon AppFlow. Operations
without a resource type are evaluated on `*`.
"""

from __future__ import annotations

from appflow_local.appflow.host import Caller, ConditionKeys, Host
from appflow_local.appflow.protocol.errors import AccessDeniedException

NO_RESOURCE_TYPE = "*"


def authorize(
    host: Host,
    caller: Caller,
    action: str,
    resource: str = NO_RESOURCE_TYPE,
    keys: ConditionKeys | None = None,
) -> None:
    """Let the caller pass, or not.

    Raises:
        AccessDeniedException: no policy of the caller allows the action on the resource.
    """
    if not host.is_allowed(caller, action, resource, keys):
        raise AccessDeniedException(
            f"User: {caller.arn} is not authorized to perform: {action} on resource: {resource}"
        )
