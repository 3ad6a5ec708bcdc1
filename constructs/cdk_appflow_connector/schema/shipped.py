"""The files of the schema, and the rules that the CDK's validator takes."""

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


def validation_rules() -> ValidationRuleSource:
    """Return the rules in Rego for the CDK's ``CloudFormationValidatePlugin``.

    Example:
        ```python
        plugin = CloudFormationValidatePlugin(rego_rules=[validation_rules()])
        Validations.of(app).add_plugins(plugin)
        ```

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
