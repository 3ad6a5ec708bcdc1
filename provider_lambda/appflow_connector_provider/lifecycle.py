"""What Create, Update and Delete of ``Custom::AppFlowConnector`` do, rule by rule.

Nothing here knows Lambda, crhelper or how a response is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from appflow_connector_provider import contract, physical_id
from appflow_connector_provider.calls import ACCESS_DENIED, CONFLICT, NOT_FOUND
from appflow_connector_provider.failures import CallError, LabelTakenError, RegistrationError
from appflow_connector_provider.physical_id import (
    NothingRegistered,
    PhysicalId,
    Registered,
    Unsettled,
    client_token,
)
from appflow_connector_provider.properties import ConnectorProperties
from appflow_connector_provider.registration import Registration
from appflow_connector_provider.registry import ConnectorRegistry

_logger = logging.getLogger(__name__)

Answer = tuple[str, dict[str, str]]
"""The physical id and the attributes of a request that succeeded."""


@dataclass
class Lifecycle:
    """The rules for one request.

    Args:
        registry: AppFlow.
        request_id: the event's RequestId; client tokens derive from it.
        set_id: told the physical id that a failed Create answers with from now on, before each
            call that may change it, so that an answer at the deadline carries the right one.
    """

    registry: ConnectorRegistry
    request_id: str
    set_id: Callable[[PhysicalId], None]

    def create(self, wanted: ConnectorProperties) -> Answer:
        """Register the connector, or adopt a registered one if told to."""
        token = client_token(self.request_id, "register")
        self.set_id(Unsettled(token, wanted.label))
        try:
            arn = self.registry.register(wanted, token)
        except CallError as failure:
            if not failure.outcome_unknown:
                refused = Unsettled(token, wanted.label, refused=True)
                nothing = NothingRegistered(self.request_id)
                self.set_id(nothing if failure.not_done else refused)
            if failure.code != CONFLICT:
                raise
            arn = self._adopt(wanted, failure)
        self.set_id(Registered(wanted.label))
        return self._answer(wanted.label, arn)

    def update(
        self, old_id: str, old: ConnectorProperties | None, wanted: ConnectorProperties
    ) -> Answer:
        """Bring the registration up to date, or register the new label of a renamed connector.

        Args:
            old_id: the physical id so far.
            old: the properties so far; None when they are those of a failed update that AppFlow
                would refuse, and which is now rolled back.
            wanted: the properties from now on.
        """
        if old_id != wanted.label:
            return self._rename(wanted)
        if old is not None and old.label != wanted.label:
            # A rename that failed is being rolled back; perhaps it was cut off half-way.
            self._undo(lambda: self._unregister_own(old.label, old))
        current = self.registry.describe(wanted.label)
        if current and old and wanted.same_registration(old):
            return self._attributes(current, current.arn)
        if current:
            own = {wanted.lambda_arn} | ({old.lambda_arn} if old else set())
            self._refuse_foreign(current, own, wanted)
            token = client_token(self.request_id, "update")
            return self._answer(wanted.label, self.registry.update(wanted, token))
        return self._answer(wanted.label, self._register_again(wanted))

    def delete(self, text: str, last: ConnectorProperties) -> None:
        """Unregister what this resource registered, and nothing else."""
        match physical_id.parse(text, last.label):
            case NothingRegistered():
                _logger.info("nothing was registered; nothing to unregister")
            case Unsettled(token, label, refused):
                self._settle(token, label, last, refused=refused)
            case Registered(label):
                self._unregister_own(label, last)
            case _:
                # CloudFormation made it up, because the answer that named the label was lost or
                # came too late. Or it is the old label, after a rename that failed for good.
                self._unregister_own(last.label, last)
                if contract.label_problem(text) is None:
                    self._unregister_own(text, last, is_granted=False)

    def _adopt(self, wanted: ConnectorProperties, conflict: CallError) -> str:
        if not wanted.adopt:
            current = self.registry.describe(wanted.label)
            owner = current.provenance if current else ""
            raise LabelTakenError(conflict.head, wanted.label, owner) from conflict
        _logger.info("%s is registered already; adopting it", wanted.label)
        return self.registry.update(wanted, client_token(self.request_id, "adopt"))

    def _register_again(self, wanted: ConnectorProperties) -> str:
        # The update comes first even when the label was not found: a second delivery, after the
        # connector is deleted, must find its update made and not register the connector anew.
        # It comes last, too: a second delivery, after a rollback, must not make it then.
        token = client_token(self.request_id, "update")
        try:
            return self.registry.update(wanted, token, is_registered=False)
        except CallError as failure:
            if failure.code != NOT_FOUND:
                raise
        _logger.warning("%s is not registered any more; registering it again", wanted.label)
        self.registry.register(wanted, client_token(self.request_id, "register"))
        return self.registry.update(wanted, token)

    def _rename(self, wanted: ConnectorProperties) -> Answer:
        # CloudFormation deletes the old label once the whole stack is updated. Should this fail,
        # it keeps the old one: nothing may stay behind under the new label.
        token = client_token(self.request_id, "register")
        try:
            arn = self.registry.register(wanted, token)
        except CallError as failure:
            if failure.code == CONFLICT:
                return self._resume(wanted, failure)
            if failure.outcome_unknown or not failure.not_done:
                self._undo(lambda: self._settle(token, wanted.label, wanted, refused=True))
            raise
        try:
            return self._answer(wanted.label, arn)
        except CallError:
            self._undo(lambda: self._unregister_own(wanted.label, wanted))
            raise

    def _resume(self, wanted: ConnectorProperties, conflict: CallError) -> Answer:
        # A rename is being rolled back: the label is taken by our own registration, which
        # CloudFormation has not deleted yet.
        current = self.registry.describe(wanted.label)
        if current is None:
            raise conflict
        self._refuse_foreign(current, {wanted.lambda_arn}, wanted)
        arn = self.registry.update(wanted, client_token(self.request_id, "update"))
        return self._answer(wanted.label, arn)

    def _undo(self, step: Callable[[], object]) -> None:
        # What made the request fail is worth more to its reader than that undoing failed, too; the
        # rollback that follows tries again.
        try:
            step()
        except RegistrationError:
            _logger.exception("undoing failed")

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
            current = None if refused else self.registry.describe(label)
            if current and current.lambda_arn == properties.lambda_arn:
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
            self._unregister_own(label, properties)

    def _unregister_own(
        self, label: str, last: ConnectorProperties, *, is_granted: bool = True
    ) -> None:
        """Unregister the label if it is registered for this resource's function.

        A label that the provider's role is not granted is none of its stacks'.
        """
        try:
            current = self.registry.describe(label, patient=is_granted)
        except CallError as failure:
            if is_granted or failure.code != ACCESS_DENIED:
                raise
            current = None
        if current is None:
            _logger.info("%s is not registered; nothing to unregister", label)
        elif current.lambda_arn != last.lambda_arn:
            _logger.warning("%s is registered%s; left alone", label, current.provenance)
        else:
            self.registry.unregister(label, force=last.force_unregister)

    def _refuse_foreign(
        self, current: Registration, own: set[str], wanted: ConnectorProperties
    ) -> None:
        if current.lambda_arn not in own and not wanted.adopt:
            raise LabelTakenError("Not updated", wanted.label, current.provenance)

    def _answer(self, label: str, arn: str) -> Answer:
        current = self.registry.describe(label)
        if current is None:
            gone = f"{label} was registered and is gone again"
            raise CallError("DescribeConnector", NOT_FOUND, gone, "Deploy again.")
        return self._attributes(current, arn)

    def _attributes(self, current: Registration, arn: str) -> Answer:
        return current.label, {
            contract.ATTR_ARN: arn,
            contract.ATTR_LABEL: current.label,
            contract.ATTR_NAME: current.name,
            contract.ATTR_VERSION: current.version,
            contract.ATTR_OWNER: current.owner,
            contract.ATTR_API_VERSION: current.newest_api_version,
        }
