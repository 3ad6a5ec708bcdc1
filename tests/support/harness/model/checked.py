"""The conformance check of a connector that is a Python function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from appflow_local.check.bench import Connector
from appflow_local.check.model import Outcome
from appflow_local.check.run import make_checks
from appflow_local.check.subject import Plan
from appflow_local.driving.credentials_file import GivenCredentials
from appflow_local.workbench import invoke, shown
from harness.model.appflow import CALLER, FUNCTION_ARN, Client, Cloud
from harness.model.sound_connector import API_KEY, SETTINGS, SoundConnector


class FakeBench:
    """A bench in this process."""

    def __init__(self, cloud: Cloud, client: Client) -> None:
        self._cloud = cloud
        self.host = cloud.host
        self.appflow = client

    def invoke(self, question: dict[str, Any]) -> dict[str, Any]:
        return invoke(self._cloud.appflow, CALLER, question)

    def last_answer(self, label: str, operation: str) -> object:
        calls = self._cloud.appflow.journal.calls(label=label)
        answers = [shown(each)["answer"] for each in calls if each.operation == operation]
        return answers[-1] if answers else None

    def read_secret(self, arn: str) -> str:
        return self.host.read_secret(arn)

    def make_secret(self, name: str, text: str) -> tuple[str, Callable[[], None]]:
        arn = self.host.create_secret(CALLER, name, text)
        return arn, lambda: self.host.delete_secret(arn)

    def connector(self) -> SoundConnector:
        """Deploy a sound connector."""
        found = SoundConnector(self.host.read_secret)
        self.host.functions[FUNCTION_ARN] = found
        return found


def check(
    bench: FakeBench,
    *,
    write: str | None = "customers",
    entities: Sequence[str] = (),
    credentials: GivenCredentials | None = GivenCredentials("apiKey", {"apiKey": API_KEY}),  # noqa: B008 - frozen
    settings: dict[str, str] | None = None,
) -> list[Outcome]:
    """Make the checks of what is deployed."""
    plan = Plan(entities, write, SETTINGS if settings is None else settings)
    return make_checks(bench, Connector("Orders", FUNCTION_ARN), plan, credentials)[1]


def alarms(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """The checks that failed or warned, with their details."""
    return {each.check.id: each.detail for each in outcomes if each.status in ("failed", "warned")}
