"""The examples' templates, made comparable: with what has been agreed on, and with a release.

`make golden` and `make golden-released` run this module.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aws_cdk import App, CloudFormationValidatePlugin, Validations
from aws_cdk.cx_api import CloudAssembly

from cdk_appflow_connector.schema import validation_rules
from harness.cloud.local_cloud import REPOSITORY

Template = dict[str, Any]
Identities = dict[str, dict[str, dict[str, Any]]]

GOLDEN = REPOSITORY / "tests" / "golden"
RELEASED = GOLDEN / "released"
# One line for each app: its name here and its module.
EXAMPLES = {
    "datasette_connector": "app",
    "flow_other_app.connector": "examples.flow_other_app.connector_app",
    "flow_other_app.flow": "examples.flow_other_app.flow_app",
    "flow_other_stack": "examples.flow_other_stack.app",
    "flow_same_stack": "examples.flow_same_stack.app",
    "monitored_flow": "examples.monitored_flow.app",
    "orders_pipeline": "examples.orders_pipeline.app",
    "roll_out_pipelines": "examples.roll_out_pipelines.app",
    "roll_out_stack_sets": "examples.roll_out_stack_sets.app",
    "rotating_secret": "examples.rotating_secret.app",
    "write_back": "examples.write_back.app",
}
_SERVER = {"SERVER_URL": "https://shop.example.com", "SECRET_NAME": "shop-token"}
# They follow the code, and nothing else of a template should.
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b(:\d{12}-[a-z0-9-]+-[0-9a-f]{8})?")
_REVISION = re.compile(r'(\\*"Revision\\*": *\\*")[0-9a-f]{16}')


@dataclass(frozen=True)
class Synthesised:
    """What an example's app is synthesised to.

    Args:
        templates: of its stacks, by their names, digests of code replaced.
        findings: what the CDK's validator reports with its own rules and the schema's; nothing if
            it was not asked.
    """

    templates: dict[str, Template]
    findings: list[dict[str, Any]]


def synthesise(name: str, *, is_validated: bool = True) -> Synthesised:
    """Run an example's app; by default, the CDK's validator, else off in tests, looks at it."""
    return synthesised_by(lambda: runpy.run_module(EXAMPLES[name]), is_validated=is_validated)


def synthesised_by(run: Callable[[], dict[str, Any]], *, is_validated: bool = True) -> Synthesised:
    """Run an app by a function that returns its module's variables, and do the same."""
    synth = _validated(App.synth) if is_validated else App.synth
    with patch.dict(os.environ, _SERVER), patch.object(App, "synth", synth):
        app = run()["app"]
    assert isinstance(app, App)
    assembly = app.synth()
    return Synthesised(
        {
            stack.stack_name: _normalised(Path(stack.template_full_path))
            for stack in assembly.stacks_recursively
        },
        _findings(assembly) if is_validated else [],
    )


def _findings(assembly: CloudAssembly) -> list[dict[str, Any]]:
    report = json.loads(Path(assembly.directory, "validation-report.json").read_text("utf-8"))
    found: list[dict[str, Any]] = report["pluginReports"]
    return found


def _validated(synth: Callable[[App], CloudAssembly]) -> Callable[[App], CloudAssembly]:
    def validate(app: App) -> CloudAssembly:
        Validations.of(app).add_plugins(_validator())
        return synth(app)

    return validate


@cache
def _validator() -> CloudFormationValidatePlugin:
    return CloudFormationValidatePlugin(rego_rules=[validation_rules()])


def _normalised(file: Path) -> Template:
    text = _DIGEST.sub("DIGEST", file.read_text(encoding="utf-8"))
    template: Template = json.loads(_REVISION.sub(r"\g<1>REVISION", text))
    # The CDK's own check of its bootstrap stack.
    for section, own in (("Parameters", "BootstrapVersion"), ("Rules", "CheckBootstrapVersion")):
        if template.get(section, {}).pop(own, None) and not template[section]:
            del template[section]
    return template


def identities(templates: dict[str, Template]) -> Identities:
    """What must not change if nothing is to be replaced: ids, types, and connectors' labels."""
    return {
        stack: {key: _identity(each) for key, each in template["Resources"].items()}
        for stack, template in templates.items()
    }


def _identity(resource: dict[str, Any]) -> dict[str, Any]:
    label = resource.get("Properties", {}).get("ConnectorLabel")
    return {"Type": resource["Type"], **({"ConnectorLabel": label} if label else {})}


def replaced(before: Identities, after: Identities) -> list[str]:
    """The resources that a deployment of `after` over `before` would delete or replace."""
    return [
        f"{stack}: {key} {identity} became {now}"
        for stack, resources in before.items()
        for key, identity in resources.items()
        if (now := after.get(stack, {}).get(key)) != identity
    ]


def read(folder: Path, name: str) -> dict[str, Any]:
    """What is kept of an example; nothing if there is no file."""
    file = folder / f"{name}.json"
    kept: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return kept


def _write(folder: Path, name: str, content: object) -> None:
    folder.mkdir(exist_ok=True)
    text = json.dumps(content, indent=1, sort_keys=True) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Keep the examples' templates as they are now, or their identities as released."""
    for name in EXAMPLES:
        if arguments == ["--released"]:
            _write(RELEASED, name, identities(read(GOLDEN, name)))
        else:
            _write(GOLDEN, name, synthesise(name).templates)


if __name__ == "__main__":
    main(sys.argv[1:])
