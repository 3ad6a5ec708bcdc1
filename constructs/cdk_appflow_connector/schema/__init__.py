"""The schema of ``Custom::AppFlowConnector``, for tools that check templates.

`SCHEMA` is a file in the format of CloudFormation's resource schemas. cfn-lint and the CDK's
validator know no schemas of custom resources, so each gets rules that read it:

    cfn-lint --append-rules "$(python -m cdk_appflow_connector.schema)" -- template.json

    Validations.of(app).add_plugins(
        CloudFormationValidatePlugin(rego_rules=[validation_rules()])
    )

Import the names below from here.
"""

from cdk_appflow_connector.schema.shipped import CFN_LINT_RULES, SCHEMA, validation_rules

__all__ = ["CFN_LINT_RULES", "SCHEMA", "validation_rules"]
