"""cdk-nag's packs find nothing in the examples that has no reason, in SECURITY.md and here."""

from __future__ import annotations

import pytest

from tests.security.pack_reasons import REASONS, Reason
from tests.security.rule_packs import (
    APPS,
    DOCUMENT,
    PACKS,
    Finding,
    all_findings,
    table,
    updated,
)
from tests.security.tally import TALLY

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found() -> dict[str, list[Finding]]:
    """What is found in each app."""
    per_app = all_findings()
    for findings in per_app.values():
        TALLY.findings.update(finding.pack for finding in findings)
        TALLY.acknowledged.update(each.pack for each in findings if each.acknowledged)
    return per_app


@pytest.mark.parametrize("name", APPS)
def test_every_finding_has_a_reason(found: dict[str, list[Finding]], name: str) -> None:
    assert [
        finding
        for finding in found[name]
        if finding.acknowledged is None and finding.reason is None
    ] == []


@pytest.mark.parametrize("reason", REASONS, ids=lambda each: f"{each.rule} in {each.path}")
def test_every_reason_is_of_a_finding(found: dict[str, list[Finding]], reason: Reason) -> None:
    assert any(
        each.acknowledged is None and each.reason == reason
        for findings in found.values()
        for each in findings
    )


def test_every_pack_has_run(found: dict[str, list[Finding]]) -> None:
    assert {each.pack for findings in found.values() for each in findings} == set(PACKS)


def test_the_table_of_findings_is_todays(found: dict[str, list[Finding]]) -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    every = [finding for findings in found.values() for finding in findings]
    assert document == updated(document, table(every)), "run python -m tests.security.rule_packs"
