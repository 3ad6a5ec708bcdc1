"""One cold start: imports a handler, gives it one event, and prints what that took.

Usage: python drive.py MODULE <EVENT. The clock starts when the parent says it has (STARTED).
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


def measure(module: str, event: str, depth: int) -> dict[str, float]:
    """Import and call at some depth of the stack.

    CPython allocates the stack in chunks: a loop that happens to cross a chunk's border is slow,
    so that a fixed depth would flatter one handler and punish another.
    """
    if depth:
        return measure(module, event, depth - 1)
    handler = importlib.import_module(module).handler
    ready = time.time()
    handler(json.loads(event), Context())
    return {"ready": ready, "answered": time.time()}


started = float(os.environ["STARTED"])
times = measure(sys.argv[1], sys.stdin.read(), int(os.environ["DEPTH"]))
usage = resource.getrusage(resource.RUSAGE_SELF)
# ru_maxrss is inherited from the parent over fork and exec; VmHWM is this program's own.
peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
figures = {name: (at - started) * 1000 for name, at in times.items()}
figures["cpu"] = (usage.ru_utime + usage.ru_stime) * 1000
figures["peak"] = int(peak[1]) / 1024 if peak else 0.0
sys.stdout.write(json.dumps(figures))
