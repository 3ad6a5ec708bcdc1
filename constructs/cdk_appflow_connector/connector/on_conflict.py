"""What to do about a connector label that is registered already."""

from enum import Enum

from appflow_connector_provider import contract


class OnConflict(Enum):
    """What a deployment does when the connector label is registered already."""

    FAIL = contract.ON_CONFLICT_FAIL
    """Fail, say who registered it, and leave it alone. The default."""

    ADOPT = contract.ON_CONFLICT_ADOPT
    """Take it over: point it at this function, and from then on update and unregister it."""
