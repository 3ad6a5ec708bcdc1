"""Keeps a function's requests and answers apart from what it reads and prints.

MiniStack sends requests to a Python or Node.js function's process by its standard input, and reads
answers from its standard output. On Lambda both are the function's own: a program that it starts
may print there, even half a line, and reads nothing. So the process gets requests and answers by
two descriptors of their own; its input is empty, and all that it prints goes into its log.
"""

from __future__ import annotations

import subprocess
from typing import Any

from ministack.core import lambda_runtime

from appflow_local.ministack_adapter.process_ends import Answers

_MOVE = 'exec 3<&0 4>&1 </dev/null >&2; exec "$@"'

PYTHON_PRELUDE = """\
import os, sys
_requests = os.fdopen(3)
sys.stdout = os.fdopen(4, "w")  # MiniStack's script takes it, and gives the handler another one
for _each in 3, 4:
    os.set_inheritable(_each, False)
"""
# Node.js closes what it inherited, but for the standard descriptors, in the programs it starts.
NODE_PRELUDE = """\
{
  const fs = require("fs");
  const requests = new (require("net").Socket)({fd: 3, readable: true, writable: false});
  const own = Object.getOwnPropertyDescriptor(process, "stdin");
  Object.defineProperty(process, "stdin", {
    configurable: true,
    get() {  // only the first one who asks is MiniStack's script
      Object.defineProperty(process, "stdin", own);
      return requests;
    },
  });
  process.stdout.write = (text) => { fs.writeFileSync(4, text); return true; };
}
"""


def reading_requests(script: str) -> str:
    """Let MiniStack's script for Python read requests from where the prelude has them."""
    return script.replace("sys.stdin", "_requests")


def give_answers_their_own_pipes() -> None:
    """Start the processes of Python and Node.js functions so."""
    lambda_runtime.subprocess = _Subprocess()


class _Subprocess:
    """The module `subprocess` as MiniStack's workers see it."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return getattr(subprocess, name)

    @staticmethod
    def Popen(command: list[str], **options: Any) -> Any:  # noqa: ANN401, N802 - as in the module
        if not options.get("text"):  # a function's own program, which has an interface of its own
            return subprocess.Popen(command, **options)  # noqa: S603 - MiniStack's command
        process = subprocess.Popen(["/bin/sh", "-c", _MOVE, "sh", *command], **options)  # noqa: S603
        process.stdout = Answers(process)  # type: ignore[assignment] # what MiniStack reads of it
        return process
