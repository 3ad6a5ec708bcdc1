"""Deploys the stack of an app without the CDK CLI, which polls for seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from harness.cloud.assembly import Assembly
from harness.cloud.local_cloud import Cloud
from harness.synth.synthesis import Synthesizer


@dataclass
class AppStack:
    """A stack of an app in a synthesizer's folder, deployed through CloudFormation's API."""

    cloud: Cloud
    synthesizer: Synthesizer
    output: Path
    name: str
    app: str = "app.py"
    context: Mapping[str, str] = field(default_factory=dict)

    def deploy(self, **variables: str) -> None:
        """Synthesise the app with these variables and deploy it; it must succeed."""
        status = self.try_to_deploy(**variables)
        assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self.cloud.reasons(self.name)

    def try_to_deploy(self, **variables: str) -> str:
        """Do the same, but return the status that it ends in."""
        self.synthesizer.synthesise(self.app, self.output, variables, self.context)
        Assembly(self.output, self.name).deploy(self.cloud, self.name)
        return self.cloud.settle(self.name)

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs of the deployed stack, by their keys."""
        found = self.cloud.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in found[0].get("Outputs", [])}

    def destroy(self) -> str:
        """Delete the stack and return the status that it ends in."""
        self.cloud.client("cloudformation").delete_stack(StackName=self.name)
        return self.cloud.settle(self.name)
