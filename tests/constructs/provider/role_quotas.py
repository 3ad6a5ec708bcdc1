"""What a role of a synthesised stack would hold on AWS, beside what IAM lets it hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from harness.synth.templates import Synthesised

INLINE_CHARACTERS = 10_240
"""Of all inline policies of a role together, white space apart (IAM User Guide, quotas)."""
MANAGED_CHARACTERS = 6_144
"""Of one managed policy (same place)."""
ATTACHED_POLICIES = 10
"""Managed policies attached to a role, unless the quota is raised (same place)."""

_FUNCTION_ARN = "arn:aws:lambda:ap-southeast-2:123456789012:function:" + 64 * "n"
_ALIAS_ARN = f"{_FUNCTION_ARN}:{128 * 'a'}"
_LABEL = 256 * "l"
_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": "ap-southeast-2",
    "AWS::AccountId": "123456789012",
}


@dataclass(frozen=True)
class Held:
    """The sizes of the policies of a role, in characters."""

    own: int
    inline: dict[str, int]
    managed: dict[str, int]


def held(template: Synthesised, role_starting: str) -> Held:
    """Read the policies of the one role whose logical id starts so."""
    role_id = template.id_of("AWS::IAM::Role", role_starting)
    role = template.json["Resources"][role_id]["Properties"]
    own = sum(_size(policy["PolicyDocument"]) for policy in role.get("Policies", []))
    inline, managed = (
        {
            key: _size(policy["Properties"]["PolicyDocument"])
            for key, policy in template.of_type(kind).items()
            if {"Ref": role_id} in policy["Properties"].get("Roles", [])
            or {"Ref": key} in role.get("ManagedPolicyArns", [])
        }
        for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
    )
    return Held(own, inline, managed)


def _size(document: Any) -> int:  # noqa: ANN401 - a template's value
    return len(json.dumps(_resolved(document), separators=(",", ":")))


def _resolved(node: Any) -> Any:  # noqa: ANN401 - a template's value
    """Put texts of the greatest length where a deployment puts names and ARNs."""
    match node:
        case {"Fn::Join": [str(), {"Fn::Split": [str(), source]}]}:
            return _resolved(source)  # a label has none of the characters that are replaced
        case {"Fn::ImportValue": _}:
            return _LABEL
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(str(_resolved(part)) for part in parts)
        case {"Ref": name}:
            return _PSEUDO.get(name, _ALIAS_ARN)
        case {"Fn::GetAtt": _}:
            return _FUNCTION_ARN
        case dict():
            return {key: _resolved(value) for key, value in node.items()}
        case list():
            return [_resolved(item) for item in node]
    return node
