"""How a request takes back what this resource registered, and leaves all else alone."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from appflow_connector_provider.calls import ACCESS_DENIED, CONFLICT
from appflow_connector_provider.failures import CallError, RegistrationError
from appflow_connector_provider.properties import ConnectorProperties
from appflow_connector_provider.registration import Registration
from appflow_connector_provider.registry import (
    SEEN_WITHIN,
    VISIBLE_WITHIN,
    ConnectorRegistry,
)

_logger = logging.getLogger(__name__)


@dataclass
class Removal:
    """Unregisters connectors if they are this resource's own.

    Args:
        registry: AppFlow.
        earlier_ended: whether the request before this one is known to have ended.
    """

    registry: ConnectorRegistry
    earlier_ended: bool = field(default=False, kw_only=True)

    def _unregister_own(
        self,
        label: str,
        last: ConnectorProperties,
        *,
        is_granted: bool = True,
        is_own_id: bool = False,
        seconds: float = SEEN_WITHIN,
    ) -> bool:
        """Unregister the label if it is this resource's, and tell whether it was.

        It is if it is registered for the resource's function, or if this provider registered it
        and the label is the resource's id: the function in the properties can be that of an
        update that failed, or the one before. A label that the provider's role is not granted is
        none of its stacks'.
        """
        current = self._find(label, is_granted=is_granted, seconds=seconds)
        if current is None:
            _logger.info("%s is not registered; nothing to unregister", label)
            return False
        is_made_here = current.is_made_here or not current.registered_by
        if not current.is_for(last.lambda_arn) and not (is_own_id and is_made_here):
            _logger.warning("%s is registered%s; left alone", label, current.provenance)
            return False
        self.registry.unregister(label, force=last.force_unregister)
        return True

    def _find(self, label: str, *, is_granted: bool, seconds: float) -> Registration | None:
        if is_granted:
            return self.registry.find(label, seconds)
        try:
            return self.registry.describe(label, patient=False)
        except CallError as failure:
            if failure.code != ACCESS_DENIED:
                raise
            return None

    def _take_back(self, label: str, last: ConnectorProperties) -> None:
        """Unregister what an earlier, cancelled request registers, for as long as it may run.

        It registers once at most: its client token is used up then. While the label is somebody
        else's it cannot, unless it was told to adopt. What it cannot have registered may be
        unregistered before it registers.
        """
        if self.earlier_ended:
            self._unregister_own(label, last)
            return
        is_adopted = is_unregistered = False
        for current in self.registry.watch(label):
            if current and current.is_for(last.lambda_arn):
                self.registry.unregister(label, force=last.force_unregister)
                if is_adopted or not current.predates_what_runs:
                    return
                is_unregistered = True
            elif current and not last.adopt:
                _logger.warning("%s is registered%s; left alone", label, current.provenance)
                return
            elif current:
                is_adopted = True  # once it is for the resource's own function
        if not is_unregistered:
            _logger.info("%s was not registered; nothing to unregister", label)

    def _settle(
        self, token: str, label: str, properties: ConnectorProperties, *, refused: bool
    ) -> None:
        """Undo a registration that may have been made, if it is ours.

        RegisterConnector with the same token and parameters answers again what it answered first
        (API reference: idempotent for 8 hours). It succeeds only if the registration is ours. If
        there was none, it makes one, which uses the token up: a delivery that comes late makes
        no other.
        """
        if label != properties.label:
            _logger.warning("%s is not the label in the properties; left alone", label)
            return
        try:
            self.registry.register(properties, token, patient=False)
        except CallError as failure:
            current = None if refused else self.registry.find(label)
            if current and current.is_for(properties.lambda_arn):
                # Ours or not: AppFlow would not tell.
                if failure.code != CONFLICT:
                    raise
                if current.outlived_its_token:
                    long_ago = f"{label} was registered for this function over 8 hours ago"
                    advice = "Unregister it if it is this stack's, then delete again."
                    raise RegistrationError("Not unregistered", long_ago, advice) from failure
            _logger.warning("%s was not registered: %s", label, failure)
        else:
            # The answer may be a remembered one: by now the label may be somebody else's.
            self._unregister_own(label, properties, seconds=VISIBLE_WITHIN)
