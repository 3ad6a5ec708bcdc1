"""cfn-lint's rules for ``Custom::AppFlowConnector``: ``cfn-lint --append-rules THIS_FOLDER``.

cfn-lint checks every custom resource by one schema, and takes no other for them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Modules, because cfn-lint takes every class in this one for a rule.
import cfnlint.rules
import cfnlint.rules.jsonschema as json_schema

_FILE = Path(__file__).parents[1] / "custom-appflowconnector.json"
_SCHEMA: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
_TYPE: str = _SCHEMA["typeName"]
_ATTRIBUTES = sorted(
    pointer.removeprefix("/properties/")
    for pointer in (*_SCHEMA["readOnlyProperties"], *_SCHEMA["primaryIdentifier"])
)
_READ_ONLY = {pointer.removeprefix("/properties/") for pointer in _SCHEMA["readOnlyProperties"]}
_IN_TEXT = re.compile(r"\$\{([A-Za-z0-9]+)\.([^}]+)\}")


class AppFlowConnectorProperties(json_schema.CfnLintJsonSchema):  # type: ignore[misc]  # untyped
    """Reports properties that the provider would refuse or not read."""

    id = "E9510"
    shortdesc = f"Properties of {_TYPE}"
    description = "Names and values of the properties, by the schema of cdk-appflow-connector"
    tags = ["resources", "appflow"]  # noqa: RUF012 - as cfn-lint's own

    def __init__(self) -> None:
        """Apply to the properties of the type."""
        super().__init__(keywords=[f"Resources/{_TYPE}/Properties"], all_matches=True)
        settable = {k: v for k, v in _SCHEMA["properties"].items() if k not in _READ_ONLY}
        self._schema = {**_SCHEMA, "properties": settable}
        self._use_schema_arg = False


class AppFlowConnectorAttributes(cfnlint.rules.CloudFormationLintRule):  # type: ignore[misc]  # untyped
    """Reports attributes that the resource doesn't have."""

    id = "E9511"
    shortdesc = f"Attributes of {_TYPE}"
    description = "Fn::GetAtt reads an attribute by a name of the schema of cdk-appflow-connector"
    tags = ["functions", "appflow"]  # noqa: RUF012 - as cfn-lint's own

    def match(self, cfn: Any) -> list[cfnlint.rules.RuleMatch]:  # noqa: ANN401 - cfn-lint's
        """Return a match for each reference to an unknown attribute."""
        connectors = cfn.get_resources([_TYPE])
        return [
            cfnlint.rules.RuleMatch(
                path, f"{attribute!r} is no attribute of {_TYPE}: use one of {_ATTRIBUTES}"
            )
            for path, name, attribute in _references(cfn)
            if name in connectors and attribute not in _ATTRIBUTES
        ]


def _references(cfn: Any) -> Iterator[tuple[list[str], str, str]]:  # noqa: ANN401 - cfn-lint's
    """References in the forms that CloudFormation takes; cfn-lint itself reports the others."""
    for *path, value in cfn.search_deep_keys("Fn::GetAtt"):
        match value.split(".", 1) if isinstance(value, str) else value:
            case [str(name), str(attribute)]:
                yield path, name, attribute
    for *path, value in cfn.search_deep_keys("Fn::Sub"):
        match [value, {}] if isinstance(value, str) else value:
            case [str(text), {**own}]:
                for name, attribute in _IN_TEXT.findall(text):
                    if f"{name}.{attribute}" not in own:
                        yield path, name, attribute
