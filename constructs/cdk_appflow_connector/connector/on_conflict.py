"""What to do about a connector label that is already registered."""

from enum import Enum

from appflow_connector_provider import contract


class OnConflict(Enum):
    """What a deployment does if the connector label is already registered.

    Example:
        ```python
        CustomConnector(
            stack, "Orders", function=function, label="orders", on_conflict=OnConflict.ADOPT
        )
        ```
    """

    FAIL = contract.ON_CONFLICT_FAIL
    """Fail, name who registered it, and leave it alone. The default."""

    ADOPT = contract.ON_CONFLICT_ADOPT
    """Take it over: point it at this function, and update and unregister it from then on."""
