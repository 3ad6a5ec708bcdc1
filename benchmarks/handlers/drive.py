"""One cold start: imports a handler, gives it one event, and prints what that took.

Usage: python drive.py MODULE EVENT_FILE. The clock starts when the parent says it has (STARTED).
"""

import importlib
import json
import os
import re
import resource
import sys
import time
from pathlib import Path


class Context:
    """Lambda's context object, as far as handlers look at it."""

    log_stream_name = "benchmark"
    function_name = "provider"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:provider"
    aws_request_id = "1"

    def get_remaining_time_in_millis(self) -> int:
        """A minute, so that crhelper's wait before a delete does not come into play."""
        return 60_000


started = float(os.environ["STARTED"])
handler = importlib.import_module(sys.argv[1]).handler
ready = time.time()
handler(json.loads(Path(sys.argv[2]).read_text()), Context())
answered = time.time()
usage = resource.getrusage(resource.RUSAGE_SELF)
# ru_maxrss is inherited from the parent over fork and exec; VmHWM is this program's own.
peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
figures = {
    "ready": (ready - started) * 1000,
    "answered": (answered - started) * 1000,
    "cpu": (usage.ru_utime + usage.ru_stime) * 1000,
    "peak": int(peak[1]) / 1024 if peak else 0.0,
}
sys.stdout.write(json.dumps(figures))
