"""What Create, Update and Delete of ``Custom::AppFlowConnector`` do, rule by rule.

Nothing here knows Lambda, crhelper or how a response is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from appflow_connector_provider import contract, physical_id
from appflow_connector_provider.calls import CONFLICT, NOT_FOUND
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
from appflow_connector_provider.registry import VISIBLE_WITHIN, ConnectorRegistry
from appflow_connector_provider.removal import Removal

_logger = logging.getLogger(__name__)

Answer = tuple[str, dict[str, str]]
"""The physical id and the attributes of a request that succeeded."""


@dataclass
class Lifecycle(Removal):
    """The rules for one request.

    Args:
        registry: AppFlow.
        request_id: the event's RequestId; client tokens derive from it.
        set_id: told the physical id that a failed Create answers with from now on, before each
            call that may change it, so that an answer at the deadline carries the right one.
        earlier_ended: whether the request before this one is known to have ended.
    """

    registry: ConnectorRegistry
    request_id: str
    set_id: Callable[[PhysicalId], None]
    earlier_ended: bool = field(default=False, kw_only=True)

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
        try:
            if old_id != wanted.label:
                return self._rename(wanted)
            return self._bring_up_to_date(old, wanted)
        finally:
            if old is not None and old.label not in (old_id, wanted.label):
                # A rename that failed or was cancelled: it may be registering still.
                self._undo(lambda: self._take_back(old.label, old))

    def delete(self, text: str, last: ConnectorProperties) -> None:
        """Unregister what this resource registered, and nothing else."""
        match physical_id.parse(text, last.label):
            case NothingRegistered():
                _logger.info("nothing was registered; nothing to unregister")
            case Unsettled(token, label, refused):
                self._settle(token, label, last, refused=refused)
            case Registered(label):
                self._unregister_own(label, last, is_own_id=True)
            case _:
                self._delete_unknown(text, last)

    def _delete_unknown(self, text: str, last: ConnectorProperties) -> None:
        is_label = contract.label_problem(text) is None
        if is_label and self._unregister_own(text, last, is_granted=False, is_own_id=True):
            # The old label, after a rename that failed for good.
            self._unregister_own(last.label, last)
        else:
            # CloudFormation made it up, because the answer that named the label was lost, came
            # too late or is still to come.
            self._take_back(last.label, last)

    def _bring_up_to_date(
        self, old: ConnectorProperties | None, wanted: ConnectorProperties
    ) -> Answer:
        current = self.registry.find(wanted.label)
        if current is None:
            return self._answer(wanted.label, self._register_again(old, wanted))
        if old and wanted.same_registration(old):
            return self._attributes(current, current.arn)
        answer = self._overwrite(current, old, wanted)
        is_unchanged = current.shows(wanted.lambda_arn, wanted.description)
        if old and is_unchanged and _differ(old, wanted) and not _is_back(current, old, wanted):
            # The update that is rolled back has written nothing yet: it was cancelled.
            self._keep(wanted, old)
        return answer

    def _overwrite(
        self, current: Registration, old: ConnectorProperties | None, wanted: ConnectorProperties
    ) -> Answer:
        if not current.is_made_here:
            self._refuse_foreign(current, [wanted, old] if old else [wanted], wanted)
        token = client_token(self.request_id, "update")
        return self._answer(wanted.label, self.registry.update(wanted, token))

    def _keep(self, wanted: ConnectorProperties, old: ConnectorProperties) -> None:
        """Write again if an earlier, cancelled update writes after this one."""
        if self.earlier_ended:
            return
        for current in self.registry.watch(wanted.label):
            if current and _is_back(current, old, wanted):
                self.registry.update(wanted, client_token(self.request_id, "update-again"))
                return

    def _adopt(self, wanted: ConnectorProperties, conflict: CallError) -> str:
        if not wanted.adopt:
            current = self.registry.describe(wanted.label)
            owner = current.provenance if current else ""
            raise LabelTakenError(conflict.head, wanted.label, owner) from conflict
        _logger.info("%s is registered already; adopting it", wanted.label)
        return self.registry.update(wanted, client_token(self.request_id, "adopt"))

    def _register_again(self, old: ConnectorProperties | None, wanted: ConnectorProperties) -> str:
        # The update comes first even when the label was not found: a second delivery, after the
        # connector is deleted, must find its update made and not register the connector again.
        # It comes last, too: a second delivery, after a rollback, must not make it then.
        token = client_token(self.request_id, "update")
        try:
            return self.registry.update(wanted, token, is_registered=False)
        except CallError as failure:
            if failure.code != NOT_FOUND:
                raise
        _logger.warning("%s is not registered any more; registering it again", wanted.label)
        try:
            self.registry.register(wanted, client_token(self.request_id, "register"))
        except CallError as conflict:
            # The update that this one rolls back was quicker, or the label was too new.
            current = self._met(wanted, conflict)
            self._refuse_foreign(current, [wanted, old] if old else [wanted], wanted)
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
        self._refuse_foreign(self._met(wanted, conflict), [wanted], wanted)
        arn = self.registry.update(wanted, client_token(self.request_id, "update"))
        return self._answer(wanted.label, arn)

    def _met(self, wanted: ConnectorProperties, conflict: CallError) -> Registration:
        """Look up what a registration was refused for."""
        if conflict.code != CONFLICT:
            raise conflict
        current = self.registry.find(wanted.label)
        if current is None:
            raise conflict
        return current

    def _undo(self, step: Callable[[], object]) -> None:
        # What made the request fail is worth more to its reader than that undoing failed, too; the
        # rollback that follows tries again.
        try:
            step()
        except RegistrationError as failure:
            _logger.warning("undoing failed: %s", failure)

    def _refuse_foreign(
        self, current: Registration, own: list[ConnectorProperties], wanted: ConnectorProperties
    ) -> None:
        if not wanted.adopt and not any(current.is_for(each.lambda_arn) for each in own):
            raise LabelTakenError("Not updated", wanted.label, current.provenance)

    def _answer(self, label: str, arn: str) -> Answer:
        current = self.registry.find(label, VISIBLE_WITHIN)
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


def _differ(old: ConnectorProperties, wanted: ConnectorProperties) -> bool:
    """Whether a look at the connector can tell the two apart."""
    return (old.lambda_arn, old.description) != (wanted.lambda_arn, wanted.description)


def _is_back(current: Registration, old: ConnectorProperties, wanted: ConnectorProperties) -> bool:
    """Whether what is rolled back is what was written last."""
    if old.lambda_arn == wanted.lambda_arn and not old.description:
        # Cleared, a description can look like any; but not like the one that it was.
        return current.lambda_arn == old.lambda_arn and current.description != wanted.description
    return current.shows(old.lambda_arn, old.description)
