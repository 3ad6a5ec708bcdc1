"""Random lives of a stack, with faults, and the invariants checked after each event."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

from hypothesis import currently_in_test_context, note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from appflow_connector_provider import handler as provider_handler
from harness.model.appflow import ACCOUNT as OWN_ACCOUNT
from harness.model.appflow import (
    CALLER,
    OTHER_FUNCTION_ARN,
    REGION,
    Client,
    Cloud,
    Server,
    answering,
    register,
    sdk_answer,
)
from harness.provider.cloudformation import (
    INVENTED_ID,
    Account,
    CloudFormation,
    Properties,
    Trouble,
)
from harness.provider.endpoint import ResponseEndpoint
from harness.provider.faults import Fault, FaultyAppFlow
from harness.provider.handler import Provider, VirtualTime
from harness.provider.killer import Killer
from tests.chaos.choices import (
    LABELS,
    SECOND_FUNCTION_ARN,
    any_trouble,
    cancelled_after,
    delete_trouble,
    invisible_for,
    overlap_faults,
    passing_trouble,
    wanted_properties,
)

SECRETS = ("SECRET-SIGNATURE", "aws_secret_access_key")


class StackLife(RuleBasedStateMachine):
    """One stack, its owner, and other people in the same account."""

    def __init__(
        self, server: Server, endpoint: ResponseEndpoint, time: VirtualTime, log: list[str]
    ) -> None:
        super().__init__()
        self.cloud = Cloud()
        functions = self.cloud.host.functions
        functions[OTHER_FUNCTION_ARN] = functions[SECOND_FUNCTION_ARN] = answering(sdk_answer())
        # The role names the labels of its stack, and no id that CloudFormation makes up.
        invented = f"arn:aws:appflow:{REGION}:{OWN_ACCOUNT}:connector/{INVENTED_ID}"
        self.cloud.host.denied.add(("appflow:DescribeConnector", invented))
        self.account = ACCOUNT
        self.account.sequences += 1
        self.appflow = FaultyAppFlow(self.cloud.appflow, time.advance, now=lambda: time.now)
        server.appflow = self.appflow
        self.others: Client = server.client()
        endpoint.reset()
        provider_handler._ended.clear()
        self.log = log
        self.foreign: dict[str, dict[str, Any]] = {}
        provider = Provider(self.cloud, endpoint, time)
        self.stack = CloudFormation(provider, self.appflow, KILLER, ACCOUNT, self.check_event)

    @precondition(lambda self: not self.stack.exists)
    @rule(
        wanted=wanted_properties,
        trouble=any_trouble,
        aftermath=passing_trouble,
        sibling=st.sampled_from(["", "", "fails", "cancels"]),
    )
    def create(
        self, wanted: Properties, trouble: Trouble, aftermath: Trouble, sibling: str
    ) -> None:
        self.told_to_adopt(wanted)
        self.stack.create(wanted, trouble, aftermath, sibling=sibling)
        self.check_stack()

    @precondition(lambda self: self.stack.exists and not self.stolen)
    @rule(
        wanted=wanted_properties,
        trouble=any_trouble,
        aftermath=passing_trouble,
        sibling_fails=st.booleans(),
    )
    def update(
        self, wanted: Properties, trouble: Trouble, aftermath: Trouble, sibling_fails: bool
    ) -> None:
        self.told_to_adopt(wanted)
        self.stack.update(wanted, trouble, aftermath, sibling_fails=sibling_fails)
        self.check_stack()

    @precondition(lambda self: not self.stack.exists)
    @rule(wanted=wanted_properties, faults=overlap_faults, after=cancelled_after)
    def create_is_cancelled(
        self, wanted: Properties, faults: tuple[Fault, ...], after: float
    ) -> None:
        self.told_to_adopt(wanted)
        self.stack.create_cancelled(wanted, faults, after)
        self.check_stack()

    @precondition(lambda self: self.stack.exists and not self.stolen)
    @rule(wanted=wanted_properties, faults=overlap_faults, after=cancelled_after)
    def update_is_cancelled(
        self, wanted: Properties, faults: tuple[Fault, ...], after: float
    ) -> None:
        self.told_to_adopt(wanted)
        assert self.stack.properties
        is_whole = self.stack.properties["ConnectorLabel"] in self.registered()
        self.stack.update_cancelled(wanted, faults, after)
        self.check_stack()
        if is_whole:
            self.check_function()

    @precondition(lambda self: self.stack.exists and not self.stolen)
    @rule(wanted=wanted_properties, sends_old=st.booleans())
    def update_and_delete_without_rollback(self, wanted: Properties, sends_old: bool) -> None:
        self.told_to_adopt(wanted)
        self.stack.update_and_delete_without_rollback(wanted, sends_old=sends_old)
        self.check_stack()

    @rule(seconds=invisible_for)
    def connectors_become_visible_after(self, seconds: float) -> None:
        self.appflow.invisible = seconds

    @rule()
    def another_instance_takes_over(self) -> None:
        provider_handler._ended.clear()

    @precondition(lambda self: self.stack.exists)
    @rule(trouble=delete_trouble)
    def delete(self, trouble: Trouble) -> None:
        self.stack.delete(trouble)
        self.check_stack()

    @precondition(lambda self: bool(self.stack.successes))
    @rule(number=st.integers(0, 9))
    def deliver_late(self, number: int) -> None:
        self.stack.deliver_late(number)
        self.check_stack()

    @rule(label=st.sampled_from(LABELS))
    def somebody_registers(self, label: str) -> None:
        if label not in self.registered():
            config = {"lambda": {"lambdaArn": OTHER_FUNCTION_ARN}}
            register(self.others, label, connectorProvisioningConfig=config, description="Theirs")
            self.foreign[label] = self.registered()[label]

    @rule(label=st.sampled_from(LABELS))
    def somebody_unregisters(self, label: str) -> None:
        if label in self.registered():
            self.others.unregister_connector(connectorLabel=label)
            self.foreign.pop(label, None)

    @rule(hours=st.sampled_from([1, 9]))
    def time_passes(self, hours: int) -> None:
        self.cloud.clock.advance(timedelta(hours=hours))
        # Lambda gives an event up after six hours.
        self.stack.forget_successes()

    def teardown(self) -> None:
        """The stack ends in the end, and leaves nothing."""
        if self.stack.exists:
            assert self.stack.delete(Trouble()), "DELETE_FAILED without any trouble"
            self.check_stack()
        ACCOUNT.injected += self.appflow.injected
        ACCOUNT.registrations += sum(self.appflow.registrations.values())

    @property
    def stolen(self) -> bool:
        assert self.stack.properties
        return self.stack.properties["ConnectorLabel"] in self.foreign

    def told_to_adopt(self, wanted: Properties) -> None:
        if wanted.get("OnConflict") == "ADOPT":
            self.foreign.pop(wanted["ConnectorLabel"], None)

    def registered(self) -> dict[str, dict[str, Any]]:
        """What AppFlow holds, by label; asked of the model itself, because it is asked often."""
        listed = self.cloud.appflow.call("ListConnectors", CALLER, {"maxResults": 100})[
            "connectors"
        ]
        labels = [item["connectorLabel"] for item in listed]
        return {label: self.describe(label) for label in labels}

    def describe(self, label: str) -> dict[str, Any]:
        asked = {"connectorType": "CustomConnector", "connectorLabel": label}
        configuration: dict[str, Any] = self.cloud.appflow.call("DescribeConnector", CALLER, asked)[
            "connectorConfiguration"
        ]
        return configuration

    def check_event(self) -> None:
        """I1, I2 and I6 hold after every event."""
        registered = self.registered()
        touched = [label for label, was in self.foreign.items() if registered.get(label) != was]
        ACCOUNT.touched += len(touched)
        assert not touched, self.told(f"somebody else's: {touched}")
        twice = [t for t, times in self.appflow.registrations.items() if times > 1]
        assert not twice, self.told(f"registered twice: {twice}")
        leaks = [line for line in self.log if any(secret in line for secret in SECRETS)]
        assert not leaks, self.told(f"logged: {leaks}")
        self.log.clear()

    def check_stack(self) -> None:
        """I3 holds whenever CloudFormation has finished."""
        kept = {self.stack.properties["ConnectorLabel"]} if self.stack.properties else set()
        ours = {
            label
            for label, configuration in self.registered().items()
            if configuration["registeredBy"].endswith("user/provider")
        }
        ACCOUNT.orphans += len(ours - kept)
        assert ours <= kept, self.told(f"orphans: {ours - kept}")

    def check_function(self) -> None:
        """After a rollback, the connector has the function that it had before."""
        wanted = self.stack.properties
        assert wanted
        label = wanted["ConnectorLabel"]
        now = self.registered()[label]["connectorProvisioningConfig"]["lambda"]["lambdaArn"]
        assert now == wanted["LambdaArn"], self.told(f"{label} is left for {now}")

    def told(self, problem: str) -> str:
        lines = [json.dumps(event) for event in self.stack.history]
        if currently_in_test_context():
            note("\n".join(["events:", *lines]))
        return problem


class _Counts(Account):
    sequences: int = 0
    registrations: int = 0
    orphans: int = 0
    touched: int = 0


ACCOUNT = _Counts()
KILLER = Killer()


class LogLines(logging.Handler):
    """Keeps every line that is logged, at any level."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))
