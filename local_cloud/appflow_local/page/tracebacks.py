"""What a function said when it failed, as one text that reads like a traceback."""

from __future__ import annotations

from appflow_local.appflow.account.calls import Call
from appflow_local.page.render import loaded

_BEGIN = "Traceback (most recent call last):"


def failure_of(call: Call) -> str | None:
    """Return why a call failed, in the function's own words; None if it says nothing.

    Known of The workbench (Lambda Developer Guide, the function errors of the managed runtimes):
    what a failed function says: `errorType`, `errorMessage`, and `stackTrace` (of Node.js:
    `trace`).
    """
    if call.refusal is not None:
        return f"AppFlow refused the answer: {call.refusal}"
    answer = loaded(call.answer)
    if not isinstance(answer, dict):
        return None
    if "errorMessage" in answer or "errorType" in answer:
        if not (answer.get("stackTrace") or answer.get("trace")) and _BEGIN in call.printed:
            return _printed(call.printed)
        trace = answer.get("stackTrace") or answer.get("trace") or []
        lines = trace if isinstance(trace, list) else [trace]
        head = f"{_BEGIN}\n" if answer.get("stackTrace") else ""
        body = "".join(f"{str(line).rstrip()}\n" for line in lines)
        if answer.get("trace"):
            return body.rstrip()
        return f"{head}{body}{answer.get('errorType', 'Error')}: {answer.get('errorMessage', '')}"
    details = answer.get("errorDetails")
    if isinstance(details, dict) and answer.get("isSuccess") is not True:
        return f"{details.get('errorCode')}: {details.get('errorMessage')}"
    return None


def _printed(text: str) -> str:
    """Return the last traceback that a function printed, to the line that names the error."""
    lines = text[text.rindex(_BEGIN) :].splitlines()
    named = (n for n, line in enumerate(lines[1:], 2) if line and not line.startswith(" "))
    return "\n".join(lines[: next(named, len(lines))])
