"""Names the nearest known name to one that isn't known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_MAX_SHOWN = 20


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """Return what to say after a refused name: the nearest known one, and which there are."""
    names = sorted(set(known))
    lowered = {each.lower(): each for each in names}
    near = get_close_matches(name.lower(), lowered, 1)
    shown = ", ".join(map(repr, names[:_MAX_SHOWN])) or "none"
    more = f" and {len(names) - _MAX_SHOWN} more" if len(names) > _MAX_SHOWN else ""
    shown += more
    return (
        f"did you mean {lowered[near[0]]!r}? There are: {shown}" if near else f"there are: {shown}"
    )
