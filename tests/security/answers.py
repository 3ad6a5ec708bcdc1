"""What every answer to CloudFormation must be, for any event and any connector."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

# Source: CloudFormation, custom resource response objects. The reason's length is crhelper's.
_MAX_RESPONSE_BYTES = 4096
_MAX_ID_BYTES = 1024
_MAX_REASON = 256


def check_answer(attempts: Sequence[bytes]) -> dict[str, Any]:
    """Check that there is one answer, that CloudFormation takes and a person can read."""
    (sent,) = attempts
    answer: dict[str, Any] = json.loads(sent)
    assert len(sent) <= _MAX_RESPONSE_BYTES
    assert 0 < len(answer["PhysicalResourceId"].encode()) <= _MAX_ID_BYTES
    assert answer["Status"] in ("SUCCESS", "FAILED")
    assert bool(answer["Reason"]) is (answer["Status"] == "FAILED")
    assert len(answer["Reason"]) <= _MAX_REASON
    assert answer["Reason"].isprintable()
    assert all(value.isprintable() for value in answer["Data"].values())
    return answer
