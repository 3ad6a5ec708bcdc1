"""What `make audit` asks tools about the examples' templates; only there do the tools run."""

from __future__ import annotations

import json

import pytest

from harness.synth.example_templates import EXAMPLES
from scripts.template_audit.__main__ import BEGIN, DOCUMENT, END
from scripts.template_audit.reasons import REASONS, Reason, reason_of
from scripts.template_audit.templates import policies, templates

TABLE = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
ROWS = [row.strip("| ").split(" | ") for row in TABLE.strip().splitlines()[2:]]


def test_every_examples_templates_are_asked_about() -> None:
    assert {name.rpartition(".")[0] for name in templates()} == set(EXAMPLES)


def test_every_policy_is_given_as_iam_would_have_it() -> None:
    found = [policy for each in templates().values() for policy in policies(each).values()]
    assert len(found) > 20
    text = json.dumps(found)
    assert "Fn::" not in text
    assert '"Ref"' not in text
    assert "appflow:RegisterConnector" in text
    assert "secretsmanager:GetSecretValue" in text


@pytest.mark.parametrize("reason", REASONS, ids=lambda each: f"{each.tool} {each.rule}")
def test_every_reason_is_in_the_document(reason: Reason) -> None:
    assert [reason.tool, reason.whose, reason.text] in [[row[0], row[1], row[3]] for row in ROWS]


def test_the_document_has_no_other_reasons() -> None:
    assert {(row[0], row[1], row[3]) for row in ROWS} == {
        (each.tool, each.whose, each.text) for each in REASONS
    }


def test_a_finding_in_the_library_that_nobody_has_explained_has_no_reason() -> None:
    role = "AppFlowConnectorRegistrationRoleE2B25D55/0"
    assert reason_of("parliament", "RESOURCE_MISMATCH", role) is not None
    for tool, rule in (
        ("parliament", "RESOURCE_STAR"),
        ("cloudsplaining", "privilege escalation"),
        ("checkov", "CKV_AWS_111"),
    ):
        assert reason_of(tool, rule, role) is None
