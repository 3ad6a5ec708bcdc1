"""Runs cdk-nag's rule packs over the examples; run as a module, it writes SECURITY.md's table."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from aws_cdk import App, Validations
from cdk_nag import (
    AwsSolutionsChecks,
    HIPAASecurityChecks,
    NIST80053R4Checks,
    NIST80053R5Checks,
    PCIDSS321Checks,
    ServerlessChecks,
)

from tests.security.pack_reasons import REASONS, Reason

APPS = (
    "app",
    "examples.flow_same_stack.app",
    "examples.flow_other_stack.app",
    "examples.flow_other_app.connector_app",
    "examples.flow_other_app.flow_app",
    "examples.write_back.app",
    "examples.monitored_flow.app",
    "examples.rotating_secret.app",
    "examples.orders_pipeline.app",
    "examples.roll_out_pipelines.app",
    "examples.roll_out_stack_sets.app",
)
PACKS = {
    "AwsSolutions": "AwsSolutions",
    "NIST.800.53.R4": "NIST 800-53 R4",
    "NIST.800.53.R5": "NIST 800-53 R5",
    "HIPAA.Security": "HIPAA",
    "PCI.DSS.321": "PCI DSS 3.2.1",
    "Serverless": "Serverless",
}
DOCUMENT = Path(__file__).parents[2] / "SECURITY.md"
BEGIN = "<!-- findings: written by python -m tests.security.rule_packs -->"
END = "<!-- end of findings -->"


class Finding(NamedTuple):
    """What a pack found in one resource, and the reason that the library gives for it, if any."""

    pack: str
    rule: str
    kind: str
    path: str
    acknowledged: str | None

    @property
    def reason(self) -> Reason | None:
        """The first entry of the table of reasons that speaks of it."""
        return next((each for each in REASONS if each.is_for(self.rule, self.path)), None)


def all_findings() -> dict[str, list[Finding]]:
    """What the packs find in each example."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JSII_DEPRECATED", "quiet")
        patch.setenv("SERVER_URL", "https://shop.example.com")
        return {name: findings(runpy.run_module(name)["app"]) for name in APPS}


def findings(app: App) -> list[Finding]:
    """What the packs find in an app, by one synthesis with all of them."""
    packs = (
        AwsSolutionsChecks,
        HIPAASecurityChecks,
        NIST80053R4Checks,
        NIST80053R5Checks,
        PCIDSS321Checks,
        ServerlessChecks,
    )
    Validations.of(app).add_plugins(*(pack(app) for pack in packs))
    with suppress(RuntimeError):  # raised for findings; the report is written all the same
        app.synth(force=True)
    report = json.loads(Path(app.outdir, "validation-report.json").read_text())
    return [
        finding
        for plugin in report["pluginReports"]
        if plugin["pluginName"] in PACKS
        for found in ("violations", "suppressedViolations")
        for violation in plugin.get(found, [])
        for finding in _read(plugin["pluginName"], violation)
    ]


def _read(pack: str, violation: dict[str, object]) -> list[Finding]:
    constructs = violation["violatingConstructs"]
    assert isinstance(constructs, list)
    reason = violation.get("reason")
    return [
        Finding(
            pack=pack,
            rule=str(violation["ruleName"]).removeprefix(f"{pack}-"),
            kind=re.sub(r".*aws_(\w+)\.Cfn(\w+)", r"\1 \2", construct["constructFqn"]),
            path=construct["constructPath"],
            acknowledged=None if reason is None else str(reason),
        )
        for construct in constructs
    ]


def table(found: Iterable[Finding]) -> list[str]:
    """One line for each rule, kind of resource and reason, with the packs that have the rule."""
    packs_of: dict[tuple[str, str, str, str], set[str]] = {}
    for finding in found:
        rule = finding.rule.partition("[")[0]
        where, reason = _explained(finding)
        packs_of.setdefault((where, rule, finding.kind, reason), set()).add(finding.pack)
    return [
        "| whose | rule | resource | packs | reason |",
        "|---|---|---|---|---|",
        *(
            f"| {where} | {rule} | {kind} | {_named(packs)} | {reason} |"
            for (where, rule, kind, reason), packs in sorted(packs_of.items())
        ),
    ]


def _explained(finding: Finding) -> tuple[str, str]:
    if finding.acknowledged is not None:
        return "library, acknowledged", finding.acknowledged
    reason = finding.reason
    return (reason.whose, reason.text) if reason else ("?", "none")


def _named(packs: Iterable[str]) -> str:
    found = set(packs)
    return "all" if found == set(PACKS) else ", ".join(PACKS[key] for key in PACKS if key in found)


def updated(document: str, lines: Sequence[str]) -> str:
    """Return the document with these lines between its markers."""
    head, _, rest = document.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return "\n".join([f"{head}{BEGIN}", *lines, f"{END}{tail}"])


def main() -> None:
    """Put the table of today into the document."""
    found = [finding for each in all_findings().values() for finding in each]
    DOCUMENT.write_text(updated(DOCUMENT.read_text(encoding="utf-8"), table(found)), "utf-8")


if __name__ == "__main__":
    main()
