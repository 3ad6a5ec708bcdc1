"""What parliament and cloudsplaining find in identity policies.

Runs in an environment of its own (requirements/audit.txt), without this repository: reads a JSON
object of policies by their names, and prints a list of ``[tool, rule, name]``.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator

warnings.simplefilter("ignore")  # parliament still uses pkg_resources

import parliament  # noqa: E402 - after the filter
from cloudsplaining.scan.policy_document import PolicyDocument  # noqa: E402

_RISKS = {
    "credentials exposure": "credentials_exposure",
    "data exfiltration": "allows_data_exfiltration_actions",
    "infrastructure modification": "infrastructure_modification",
    "privilege escalation": "allows_privilege_escalation",
    "resource exposure": "permissions_management_without_constraints",
    "service wildcard": "service_wildcard",
}


def main() -> None:
    """Look at every policy."""
    found = [
        [tool, rule, name]
        for name, policy in json.load(sys.stdin).items()
        for tool, rule in _findings(policy)
    ]
    json.dump(found, sys.stdout)


def _findings(policy: dict[str, object]) -> Iterator[tuple[str, str]]:
    text = json.dumps(policy)
    for issue in sorted({each.issue for each in parliament.analyze_policy_string(text).findings}):
        yield "parliament", issue
    document = PolicyDocument(policy)
    for risk, attribute in _RISKS.items():
        if getattr(document, attribute):
            yield "cloudsplaining", risk


if __name__ == "__main__":
    main()
