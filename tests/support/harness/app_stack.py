"""Deploys the stack of an app without the CDK CLI, which polls for seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from harness.assembly import Assembly
from harness.local_cloud import Cloud


@dataclass
class AppStack:
    """A stack of an app in a folder, deployed through CloudFormation's API."""

    cloud: Cloud
    app: Path
    name: str

    def deploy(self, **variables: str) -> None:
        """Synthesise the app with these variables and deploy it; it must succeed."""
        status = self.try_to_deploy(**variables)
        assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), self.cloud.reasons(self.name)

    def try_to_deploy(self, **variables: str) -> str:
        """Do the same, but return the status that it ends in."""
        context = json.loads((self.app / "cdk.json").read_text()).get("context", {})
        cdks = {"CDK_OUTDIR": "cdk.out", "CDK_CONTEXT_JSON": json.dumps(context)}
        subprocess.run(
            [sys.executable, "app.py"],
            cwd=self.app,
            env={**os.environ, **cdks, **variables},
            check=True,
            capture_output=True,
        )
        Assembly(self.app / "cdk.out", self.name).deploy(self.cloud, self.name)
        return self.cloud.settle(self.name)

    def destroy(self) -> str:
        """Delete the stack and return the status that it ends in."""
        self.cloud.client("cloudformation").delete_stack(StackName=self.name)
        return self.cloud.settle(self.name)
