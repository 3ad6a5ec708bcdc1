"""Where a function failed, as Lambda's answer for it tells: the line of its author's own code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

TASK_ROOT = "/var/task"
"""Where Lambda has a function's files."""

_IN_NODE = re.compile(rf"{TASK_ROOT}/(?!node_modules/)([^\s:()]+):(\d+)")
_IN_PYTHON = re.compile(rf'File "{TASK_ROOT}/([^"]+)", line (\d+)')
_IN_JAVA = re.compile(r"([\w.$/@<>-]+)\(([\w$-]+\.\w+):(\d+)\)")
_NOT_THE_AUTHORS = ("java.", "javax.", "jdk.", "sun.", "com.sun.", "appflowlocal.",
                    "com.amazonaws.", "software.amazon.")  # fmt: skip


def place_of(failure: Mapping[str, Any]) -> str | None:
    """Return a file and a line, such as `shop.js:12`; None if the failure doesn't tell.

    Args:
        failure: an `errorMessage`, an `errorType`, and a `trace` (of Node.js) or a `stackTrace` (of
            Python, whose last frame is the innermost, and of Java, whose first one is).
    """
    lines = failure.get("trace") or failure.get("stackTrace")
    frames = [str(each) for each in lines] if isinstance(lines, list) else []
    found = [match for each in frames if (match := _IN_PYTHON.search(each))]
    if found:
        return f"{found[-1][1]}:{found[-1][2]}"
    for frame in frames:
        if match := _IN_NODE.search(frame):
            return f"{match[1]}:{match[2]}"
        match = _IN_JAVA.fullmatch(frame.strip())
        if match and not match[1].rpartition("/")[2].startswith(_NOT_THE_AUTHORS):
            return f"{match[2]}:{match[3]}"
    return None
