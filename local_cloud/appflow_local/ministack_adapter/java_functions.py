"""Runs functions in Java as MiniStack runs those with a program of their own, named bootstrap."""

from __future__ import annotations

import io
import queue
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from appflow_local.java_runtime import JavaRuntime
from appflow_local.ministack_adapter.function_errors import remember
from appflow_local.ministack_adapter.output_end import output_of_invocation


def java_worker(java: JavaRuntime) -> Callable[[str, Mapping[str, Any], bytes], Any]:
    """Return what makes the processes of functions in Java."""
    return lambda name, config, code: _JavaWorker(java, name, config, code)


class _JavaWorker(lambda_runtime.ProvidedWorker):  # type: ignore[misc] # MiniStack has no types
    """A worker whose bootstrap starts the JVM on the function's code."""

    _drain_stderr_bounded = output_of_invocation

    def __init__(
        self, java: JavaRuntime, name: str, config: Mapping[str, Any], code: bytes
    ) -> None:
        super().__init__(name, config, code)
        self._java = java
        self._given_code = code

    def _spawn(self, init_timeout: float | None = None) -> None:
        code = lambda_svc._provided_runtime_code_dir(self._given_code)
        layers = [
            lambda_svc._provided_runtime_code_dir(content)
            for each in self.config.get("Layers") or []
            if (content := lambda_svc._resolve_layer_zip(each))
        ]
        self.code_zip = _bootstrap(self._java.starter(Path(code), [Path(each) for each in layers]))
        try:
            super()._spawn(init_timeout)
        except RuntimeError as failure:
            error = self._init_error
            if not isinstance(error, dict):
                raise
            remember(error)
            raise lambda_runtime.ProvidedRuntimeError(
                str(error.get("errorMessage")), str(error.get("errorType"))
            ) from failure

    def _pump_output(self, stream: Any, log_queue: queue.Queue[str | None]) -> None:  # noqa: ANN401
        super()._pump_output(stream, log_queue)
        with suppress(queue.Full):
            log_queue.put_nowait(None)


def _bootstrap(script: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        # Not dated: the same script is unpacked once.
        archive.writestr(zipfile.ZipInfo("bootstrap"), script)
    return packed.getvalue()
