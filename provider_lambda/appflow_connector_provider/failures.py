"""What can go wrong, and the one line that CloudFormation shows for it.

RegistrationError
├── InvalidPropertiesError      the event asks for what AppFlow would refuse; no call was made
├── LabelTakenError             the label is registered, and not by this resource
├── ConnectorInUseError         profiles or flows use what is to be unregistered
└── CallError                   AppFlow refused, or did not answer in time
"""

from __future__ import annotations

from typing import Final

from appflow_connector_provider.shown_text import literal, one_line

REASON_MAX_LENGTH: Final = 256
"""Where crhelper cuts a reason. Ours is composed to fit, so that its head survives."""

_SHOWN_VALUE: Final = 60
_SHORTEST_MESSAGE: Final = 60
_SHORTEST_FACT: Final = 110
_LONGEST_HEAD: Final = 120
_LONGEST_MESSAGE: Final = 4096
"""What is logged of a message; a reason shows less."""


class RegistrationError(Exception):
    """A request that ends FAILED. `advice` says what the stack's owner can do about it."""

    shortest_message = _SHORTEST_MESSAGE

    def __init__(self, head: str, message: str, advice: str) -> None:
        # Both may hold what AppFlow or a connector said.
        self.head = one_line(head, _LONGEST_HEAD)
        self.message = one_line(message, _LONGEST_MESSAGE)
        super().__init__(f"{self.head}: {self.message}")
        self.advice = advice

    def reason(self, log: str) -> str:
        """Compose the Reason: head, message, advice and the log's name, in at most 256 characters.

        When it gets too long the message gives way first, then the end.
        """
        tail = f" {self.advice} Log: {log}" if self.advice else f" Log: {log}"
        room = REASON_MAX_LENGTH - len(self.head) - len(": .") - len(tail)
        message = one_line(self.message.rstrip(". "), max(room, self.shortest_message))
        return f"{self.head}: {message}.{tail}"[:REASON_MAX_LENGTH]


class InvalidPropertiesError(RegistrationError):
    """A property is missing or has a value that AppFlow would refuse."""

    def __init__(self, name: str, value: object, problem: str) -> None:
        shown = "" if value is None else f" {literal(value, _SHOWN_VALUE)}"
        super().__init__("Invalid property", f"{name}{shown} {problem}", "Correct the template.")


class ConnectorInUseError(RegistrationError):
    """The connector cannot be unregistered while connector profiles or flows use it."""

    def __init__(self, message: str) -> None:
        super().__init__(
            "UnregisterConnector: ConflictException",
            message,
            "Delete them first; force_unregister=True helps if deployed before.",
        )


class LabelTakenError(RegistrationError):
    """The label is registered by somebody else. `head` says what was refused for it."""

    def __init__(self, head: str, label: str, owner: str) -> None:
        super().__init__(
            head,
            f"label {label} is taken{owner}",
            "Use another label, set on_conflict=ADOPT, or unregister it.",
        )


class CallError(RegistrationError):
    """An AppFlow call failed.

    Args:
        operation: the API operation's name.
        code: the service's error code, or the connection error's class name.
        message: the service's own words.
        advice: what to do about it.
        outcome_unknown: True when the operation may have taken effect all the same.
        can_pass: True for throttling and the like: the same call may succeed a moment later.
        not_done: True when no other delivery of the same request can have been successful.
        is_final: True when the connector is at fault, which does not pass.
    """

    def __init__(
        self,
        operation: str,
        code: str,
        message: str,
        advice: str = "",
        *,
        outcome_unknown: bool = False,
        can_pass: bool = False,
        not_done: bool = True,
        is_final: bool = False,
    ) -> None:
        super().__init__(f"{operation}: {code}", message or "no message", advice)
        self.operation = operation
        self.code = code
        self.outcome_unknown = outcome_unknown
        self.can_pass = can_pass
        self.not_done = not_done
        self.is_final = is_final
        if is_final:
            self.shortest_message = _SHORTEST_FACT
