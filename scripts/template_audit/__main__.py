"""Runs the three tools over the examples' templates; fails where a finding has no reason.

``make audit`` makes their environment (build/audit, from requirements/audit.txt) and runs this.
With ``--write``, SECURITY.md's table of findings is written anew.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from scripts.template_audit.reasons import REASONS, Reason, reason_of
from scripts.template_audit.templates import policies, templates

_REPOSITORY = Path(__file__).parents[2]
_ENVIRONMENT = _REPOSITORY / "build" / "audit" / "bin"
DOCUMENT = _REPOSITORY / "SECURITY.md"
BEGIN = "<!-- template findings: written by python -m scripts.template_audit --write -->"
END = "<!-- end of template findings -->"


class Finding(NamedTuple):
    """What a tool found in a resource of a template."""

    tool: str
    rule: str
    template: str
    logical_id: str


def main(arguments: list[str]) -> int:
    """Look, and say what is found."""
    found = [*_checkov(), *_policy_tools()]
    if "--write" in arguments:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(_updated(text, table(found)), encoding="utf-8")
    unexplained = [each for each in found if _reason(each) is None]
    needless = set(REASONS) - {_reason(each) for each in found}
    for finding in unexplained:
        print("no reason for:", *finding)
    for reason in needless:
        print("no finding for:", reason)
    print(f"{len(found)} findings in {len(templates())} templates, {len(unexplained)} unexplained")
    return 1 if unexplained or needless else 0


def table(found: Iterable[Finding]) -> list[str]:
    """One line for each tool, owner and reason, with the rules that have it."""
    rules: dict[tuple[str, str, str], set[str]] = {}
    for finding in found:
        if reason := _reason(finding):
            rules.setdefault((finding.tool, reason.whose, reason.text), set()).add(finding.rule)
    return [
        "| tool | whose | rules | reason |",
        "|---|---|---|---|",
        *(
            f"| {tool} | {whose} | {', '.join(sorted(names))} | {text} |"
            for (tool, whose, text), names in sorted(rules.items())
        ),
    ]


def _reason(finding: Finding) -> Reason | None:
    return reason_of(finding.tool, finding.rule, finding.logical_id)


def _updated(document: str, lines: list[str]) -> str:
    head, _, rest = document.partition(BEGIN)
    tail = rest.partition(END)[2]
    return "\n".join([f"{head}{BEGIN}", *lines, f"{END}{tail}"])


def _checkov() -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        for name, template in templates().items():
            Path(folder, f"{name}.json").write_text(json.dumps(template), encoding="utf-8")
        options = ["--framework", "cloudformation", "--skip-download", "--output", "json"]
        report = json.loads(_run("checkov", "--directory", folder, *options, "--soft-fail"))
    return [
        Finding("checkov", each["check_id"], Path(each["file_path"]).stem, _logical_id(each))
        for each in report["results"]["failed_checks"]
    ]


def _logical_id(check: dict[str, str]) -> str:
    return check["resource"].partition(".")[2]


def _policy_tools() -> list[Finding]:
    every = {
        f"{name}:{key}": policy
        for name, template in templates().items()
        for key, policy in policies(template).items()
    }
    script = str(Path(__file__).with_name("policies.py"))
    found = json.loads(_run("python", script, given=json.dumps(every)))
    return [Finding(tool, rule, *name.split(":", 1)) for tool, rule, name in found]


def _run(command: str, *arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [str(_ENVIRONMENT / command), *arguments],
        input=given,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        # checkov would ask its maker's site for texts.
        env={**os.environ, "BC_SKIP_MAPPING": "true", "LOG_LEVEL": "ERROR"},
    )
    return done.stdout


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
