"""What is rolled out: a template that needs no CDK bootstrap where it goes, and its code."""

from __future__ import annotations

import json
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path

from aws_cdk import App, DefaultStackSynthesizer, Stack, Stage
from constructs import Construct

from cdk_appflow_connector import CustomConnector
from examples.datasette_connector.stack import datasette_function


class ConnectorStack(Stack):
    """The stack that every account and Region gets."""

    def __init__(self, scope: Construct, construct_id: str, *, code_bucket: str) -> None:
        synthesizer = DefaultStackSynthesizer(
            file_assets_bucket_name=code_bucket, generate_bootstrap_version_rule=False
        )
        super().__init__(scope, construct_id, synthesizer=synthesizer)
        function = datasette_function(self, "Function")
        CustomConnector(self, "Connector", function=function, label="datasette")


@dataclass(frozen=True)
class Release:
    """A template, and the folders of code that it names by their digests.

    The folders' paths start at the app's cloud assembly.
    """

    template: str
    code: dict[str, str]

    @classmethod
    def of(cls, app: App, *, code_bucket: str) -> Release:
        """Synthesise the connector's stack for no account in particular.

        Args:
            app: the app that rolls it out.
            code_bucket: the bucket of the code, where ``${AWS::Region}`` stands for the Region.
        """
        targets = Stage(app, "Targets")
        stack = ConnectorStack(targets, "Connector", code_bucket=code_bucket)
        assembly = Path(targets.synth().directory)
        manifest = json.loads((assembly / f"{stack.artifact_id}.assets.json").read_text())
        sources = {digest: file["source"] for digest, file in manifest["files"].items()}
        code = {
            digest: relpath(assembly / source["path"], app.outdir)
            for digest, source in sources.items()
            if source["packaging"] == "zip"  # the other file is the template itself
        }
        return cls((assembly / stack.template_file).read_text(), code)
