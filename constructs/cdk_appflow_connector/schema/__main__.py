"""Prints the folder of cfn-lint's rules."""

from cdk_appflow_connector.schema import CFN_LINT_RULES

print(CFN_LINT_RULES)  # noqa: T201 - what it is for
