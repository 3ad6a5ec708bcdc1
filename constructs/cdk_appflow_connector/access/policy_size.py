"""How many characters policies have, as IAM counts them: without white space.

What is known at deployment only counts as so many characters as the caller says.
"""

from __future__ import annotations

import json

_ACCOUNT_ID_CHARACTERS = 12


def characters_of(policies: object, *, unknown: int) -> int:
    """Return the characters of the documents of a role's resolved policies, together.

    Args:
        policies: as in ``CfnRole.policies``, resolved, or in a template; none of a token are known.
        unknown: the characters of each value that is known at deployment only.
    """
    if not isinstance(policies, list):
        return 0
    return sum(
        _characters(policy.get("policyDocument") or policy.get("PolicyDocument", {}), unknown)
        for policy in policies
    )


def _characters(document: object, unknown: int) -> int:
    return len(json.dumps(_filled(document, unknown), separators=(",", ":")))


def _filled(node: object, unknown: int) -> object:
    match node:
        case {"Fn::Join": [str(separator), [*parts]]}:
            return separator.join(str(_filled(part, unknown)) for part in parts)
        case {"Ref": "AWS::AccountId"}:
            return _ACCOUNT_ID_CHARACTERS * "0"
        case dict() if len(node) == 1 and next(iter(node)).startswith(("Fn::", "Ref")):
            return unknown * "x"
        case dict():
            return {key: _filled(value, unknown) for key, value in node.items()}
        case list():
            return [_filled(item, unknown) for item in node]
    return node
