"""Ctrl-C in tests whose run ignores it, as a shell lets what it starts in the background do.

A process that ignores SIGINT hands that on to those that it starts: no test could interrupt them.
The product's commands keep to what they inherit, as is the custom: who starts one in the background
doesn't want it to end with what is in the foreground.
"""

from __future__ import annotations

import signal
import threading


def let_children_be_interrupted() -> None:
    """Let new processes obey SIGINT; this one goes on ignoring it, if it does."""
    is_main = threading.current_thread() is threading.main_thread()
    if is_main and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A handler isn't handed on.
        signal.signal(signal.SIGINT, lambda _number, _frame: None)
