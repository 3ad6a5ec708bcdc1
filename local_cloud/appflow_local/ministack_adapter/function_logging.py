"""Gives a Python function's root logger the handler that Lambda's runtime gives it.

Known of Functions (Lambda Developer Guide, "Log and monitor Python Lambda functions"): records of
`logging` begin with level, time and request id. A function that lowers the root logger's level to
INFO has its INFO records in the log, and `logging.basicConfig` changes nothing.
"""

from __future__ import annotations

PRELUDE = """\
import logging, time
class _LambdaHandler(logging.StreamHandler):
    request_id = ""
    def __init__(self):
        super().__init__()
        self.setFormatter(logging.Formatter(
            "[%(levelname)s]\\t%(asctime)s.%(msecs)03dZ\\t%(aws_request_id)s\\t%(message)s",
            "%Y-%m-%dT%H:%M:%S"))
        self.formatter.converter = time.gmtime
    @property
    def stream(self):  # the one of today: functions replace it
        return sys.stderr
    @stream.setter
    def stream(self, _):
        pass
    def format(self, record):
        record.aws_request_id = self.request_id
        return super().format(record)

_lambda_handler = _LambdaHandler()
logging.getLogger().addHandler(_lambda_handler)
"""

_CONTEXT = '        _ms_ctx = _ms_msg.get("ctx") or {}\n'
_REQUEST_ID = '        _lambda_handler.request_id = _ms_ctx.get("request_id", "")\n'


def with_request_ids(script: str) -> str:
    """Let MiniStack's script for Python tell the handler of each invocation's request id."""
    return script.replace(_CONTEXT, _CONTEXT + _REQUEST_ID)
