"""What a preflight says about a connector."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

_ALIKE = 0.8


@dataclass(frozen=True)
class Finding:
    """A sentence about a connector; `is_error` unless it is only inferred that AppFlow minds."""

    text: str
    is_error: bool = True


def missing(place: str, key: str, given: Mapping[str, Any], known: Collection[str]) -> Finding:
    """Return the finding for a key that an object lacks, with the unknown key that may be meant."""
    # Connectors are seen to work that leave out keys which AWS's SDK always sends.
    text = f"{place}{key} is missing: AWS's SDK always sends it"
    unknown = {name.lower(): name for name in map(str, given) if name not in known}
    meant = get_close_matches(key.lower(), unknown, n=1, cutoff=_ALIKE)
    hint = f"; did you mean it by {unknown[meant[0]]!r}?" if meant else ""
    return Finding(text + hint, is_error=False)


def mistyped(key: str, wanted: str, value: object) -> Finding:
    """Return the finding for a value of another type."""
    return Finding(f"{key} {value!r} must be {wanted}")
