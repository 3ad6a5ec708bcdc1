"""The schema of ``Custom::AppFlowConnector``, for tools that check templates.

`SCHEMA` is a file in the format of CloudFormation's resource schemas. cfn-lint and the CDK's
validator know no schemas of custom resources, so each gets rules that read it:

    cfn-lint --append-rules "$(python -m cdk_appflow_connector.schema)" template.json

    Validations.of(app).add_plugins(
        CloudFormationValidatePlugin(rego_rules=[validation_rules()])
    )

Import the names below from here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import aws_cdk

if TYPE_CHECKING:
    from aws_cdk import ValidationRuleSource

SCHEMA: Final = Path(__file__).with_name("custom-appflowconnector.json")
"""The file of the schema: properties, attributes and their texts, in JSON."""
CFN_LINT_RULES: Final = Path(__file__).with_name("cfn_lint_rules")
"""The folder for cfn-lint's option ``--append-rules``."""

__all__ = ["CFN_LINT_RULES", "SCHEMA", "validation_rules"]


def validation_rules() -> ValidationRuleSource:
    """Return the rules in Rego for the CDK's ``CloudFormationValidatePlugin``.

    Raises:
        RuntimeError: this aws-cdk-lib has no such plugin.
    """
    if not hasattr(aws_cdk, "ValidationRuleSource"):
        raise RuntimeError(
            "this aws-cdk-lib has no CloudFormationValidatePlugin: install a newer one, or use "
            "the rules for cfn-lint"
        )
    rules = Path(__file__).with_name("rules.rego").read_text(encoding="utf-8")
    schema = SCHEMA.read_text(encoding="utf-8")
    return aws_cdk.ValidationRuleSource(
        name="cdk-appflow-connector", content=rules.replace("@SCHEMA@", schema)
    )
