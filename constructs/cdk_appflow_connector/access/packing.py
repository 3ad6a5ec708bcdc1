"""Splits a role's rights into policies within IAM's quotas, the same for any order of code.

The rights are sorted by label, and each policy takes as many as fit, but ends at a label whose
digest says so: the smallest digest of the last quarter. Adding or removing a label then moves only
the end of its own policy, and rarely those after it. Ends that depended on the number of labels
before them would all move.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A document with two statements and no resources.
DOCUMENT_CHARACTERS = 300


@dataclass(frozen=True, eq=False)
class Right:
    """What a role may do for one connector.

    Args:
        name: the connector's label or, of one that is known at deployment only, its path.
        arn: what the right is on.
        characters: the most that it takes in a policy, with quotes and comma.
        function: the ARN of the function that the role may invoke as well, if any.
        function_arn: the same, as a policy has it.
        function_characters: the most that it takes in a policy.
    """

    name: str
    arn: str
    characters: int
    function: str = ""
    function_arn: str = ""
    function_characters: int = 0


@dataclass(frozen=True)
class Part:
    """What one policy grants.

    Args:
        rights: the rights.
        functions: the first right for each function; those of earlier parts are left out.
        characters: the most that its document has.
    """

    rights: Sequence[Right]
    functions: dict[str, Right]
    characters: int


def pack(rights: Iterable[Right], first_room: int, room: int) -> list[Part]:
    """Cut rights into parts, of which the first may have other room, and be empty."""
    rest = sorted(rights, key=lambda right: right.name)
    parts: list[Part] = []
    granted: set[str] = set()
    while rest:
        part = _filled(rest, first_room if not parts else room, granted)
        if 1 < len(part.rights) < len(rest):
            part = _part(part.rights[: _end(part.rights)], granted)
        parts.append(part)
        granted |= part.functions.keys()
        rest = rest[len(part.rights) :]
    return parts


def digest_of(names: Iterable[str]) -> str:
    """Return eight characters that tell these names from others."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:8].upper()


def _filled(rest: Sequence[Right], room: int, granted: set[str]) -> Part:
    """As many as fit."""
    functions: set[str] = set()
    characters = DOCUMENT_CHARACTERS
    for count, right in enumerate(rest):
        characters += right.characters
        if right.function and right.function not in granted | functions:
            characters += right.function_characters
            functions.add(right.function)
        if characters > room:
            return _part(rest[:count], granted)
    return _part(rest, granted)


def _part(rights: Sequence[Right], granted: set[str]) -> Part:
    functions: dict[str, Right] = {}
    for right in rights:
        if right.function and right.function not in granted:
            functions.setdefault(right.function, right)
    characters = sum(right.characters for right in rights) + sum(
        right.function_characters for right in functions.values()
    )
    return Part(rights, functions, DOCUMENT_CHARACTERS + characters)


def _end(rights: Sequence[Right]) -> int:
    candidates = range(len(rights) * 3 // 4, len(rights))
    return 1 + min(candidates, key=lambda index: digest_of([rights[index].name]))
