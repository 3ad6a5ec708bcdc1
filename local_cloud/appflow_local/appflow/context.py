"""What every operation works with: the host, the time, and what AppFlow keeps."""

from __future__ import annotations

from dataclasses import dataclass

from .clock import Clock
from .connectors import ConnectorStore
from .host import Host
from .tokens import TokenMemory


@dataclass(frozen=True)
class Context:
    """The emulator's parts, handed to each operation."""

    host: Host
    clock: Clock
    connectors: ConnectorStore
    tokens: TokenMemory

    @classmethod
    def fresh(cls, host: Host, clock: Clock) -> Context:
        """Return the parts of an AppFlow that keeps nothing yet."""
        return cls(host, clock, ConnectorStore(), TokenMemory(clock))
