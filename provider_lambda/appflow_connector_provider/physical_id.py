"""Physical ids: a connector's label, or a marker for what a failed Create left behind.

CloudFormation sends a Delete for what it failed to create, with the id that the failure answered.
The id is therefore the only memory between the two: it says whether anything can be registered.
A marker holds a colon, which no connector label can.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from appflow_connector_provider import contract

_NOTHING: Final = "nothing-registered:"
_REFUSED: Final = "refused:"
_UNKNOWN: Final = "outcome-unknown:"
_PLAIN_REQUEST_ID: Final = re.compile(r"[\w-]{1,128}", re.ASCII)


@dataclass(frozen=True)
class Registered:
    """The id of a registered connector: its label."""

    label: str

    def __str__(self) -> str:
        return self.label


@dataclass(frozen=True)
class NothingRegistered:
    """The id of a Create that surely registered nothing: its Delete makes no call."""

    request_id: str

    def __str__(self) -> str:
        return _NOTHING + _plain(self.request_id)


@dataclass(frozen=True)
class Unsettled:
    """The id of a Create that may have registered the connector all the same.

    It carries the client token and the label: enough for the Delete to ask AppFlow again.

    Args:
        token: the client token of RegisterConnector.
        label: the connector label.
        refused: AppFlow refused every attempt, for a reason that can pass: only a second delivery
            of the same request can have registered it. Otherwise an attempt was never answered.
    """

    token: str
    label: str
    refused: bool = False

    def __str__(self) -> str:
        return f"{_REFUSED if self.refused else _UNKNOWN}{self.token}:{self.label}"


@dataclass(frozen=True)
class Foreign:
    """An id that this provider never made; CloudFormation invents one for a cancelled Create."""

    text: str

    def __str__(self) -> str:
        return self.text


PhysicalId = Registered | NothingRegistered | Unsettled | Foreign


def parse(text: str, label: str) -> PhysicalId:
    """Tell what an event's PhysicalResourceId stands for.

    Args:
        text: the id.
        label: the label in the event's properties. Another well-formed label is either a replaced
            connector's or an invention of CloudFormation, and the two cannot be told apart.
    """
    if text.startswith(_NOTHING):
        return NothingRegistered(text.removeprefix(_NOTHING))
    for prefix in (_REFUSED, _UNKNOWN):
        token, colon, unsettled = text.removeprefix(prefix).partition(":")
        if text.startswith(prefix) and token and colon and not contract.label_problem(unsettled):
            return Unsettled(token, unsettled, refused=prefix == _REFUSED)
    return Registered(text) if text == label else Foreign(text)


def client_token(request_id: str, operation: str) -> str:
    """Make the clientToken of an operation: a pure function of the event's RequestId.

    Every redelivery of a request gives the same token, every other request another one. Source:
    API reference, RegisterConnector (clientToken: 1 to 256 printable ASCII characters, active for
    8 hours).
    """
    return f"{_plain(request_id)}-{operation}"


def _plain(request_id: str) -> str:
    if _PLAIN_REQUEST_ID.fullmatch(request_id):
        return request_id
    return hashlib.sha256(request_id.encode("utf-8", "surrogatepass")).hexdigest()
