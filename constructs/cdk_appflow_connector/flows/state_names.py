"""The names of a part's states: unlike those of any other part in the stack, and short enough."""

from __future__ import annotations

from typing import Final

from constructs import Construct

from cdk_appflow_connector.environment import environment_of, node_of

# Source: Step Functions developer guide, "State Machine data structure".
LONGEST_NAME: Final = 80
_ADDRESS_CHARACTERS: Final = 8


class StateNames:
    """Names that begin with a part's path in its stack: within the stack itself, with its id.

    Step Functions wants the names of a state machine's states to differ, and its parts may come
    from anywhere in the stack.

    Args:
        part: the part.
        endings: what else the names have, one for each.
    """

    def __init__(self, part: Construct, *endings: str) -> None:
        node = node_of(part)
        path = node.path.removeprefix(f"{environment_of(part).path}/")
        self.longest_ending = max(map(len, endings)) + len(": ")
        room = LONGEST_NAME - self.longest_ending
        if len(path) > room:
            # The end of a path tells most, and the address is another one for each path.
            shown = path[-(room - _ADDRESS_CHARACTERS - 1) :]
            path = f"{shown}-{node.addr[-_ADDRESS_CHARACTERS:]}"
        self._start = path

    def name(self, ending: str) -> str:
        """Return the name with the ending."""
        return f"{self._start}: {ending}"

    @property
    def longest(self) -> int:
        """The characters of the longest name."""
        return len(self._start) + self.longest_ending
