"""The tests that press Ctrl-C work in a run that ignores it."""

from __future__ import annotations

import signal
import subprocess
import sys

from harness.interrupts import let_children_be_interrupted

ASK = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"


def test_a_process_that_is_started_can_be_interrupted_where_sigint_is_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        let_children_be_interrupted()
        assert subprocess.check_output([sys.executable, "-c", ASK], text=True) == "True\n"
        signal.raise_signal(signal.SIGINT)  # still ignored here
    finally:
        signal.signal(signal.SIGINT, before)
