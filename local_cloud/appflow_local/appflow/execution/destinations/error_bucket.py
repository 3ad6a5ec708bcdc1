"""Keeps refused records in the bucket of the flow's errorHandlingConfig.

Known (API reference ErrorHandlingConfig): a flow's `errorHandlingConfig` says what becomes of an
error at the destination, and names a bucket.
Chosen: refused records are one object for each run, of JSON lines with `record` and `errorMessage`,
at `PREFIX/FLOW/EXECUTION`.
"""

from __future__ import annotations

import json
from typing import BinaryIO

from appflow_local.appflow.execution.objects import Objects
from appflow_local.appflow.execution.spool import open_spool
from appflow_local.appflow.flow_definition.ends import ErrorHandling

_MEDIA_TYPE = "application/json"


class ErrorBucket:
    """Collects refused records and puts them as one object.

    Args:
        objects: puts what is written.
        config: the bucket and the prefix; without a bucket, records are dropped.
        flow_name: the flow's name.
        execution_id: the run's ID.
    """

    def __init__(
        self, objects: Objects, config: ErrorHandling, flow_name: str, execution_id: str
    ) -> None:
        self._objects = objects
        self._bucket = config.bucket
        self._key = "/".join(filter(None, [config.prefix.strip("/"), flow_name, execution_id]))
        self._spool: BinaryIO | None = None

    def add(self, text: str, reason: str) -> None:
        """Keep one record, given as JSON, with the destination's reason."""
        self._objects.trace.refuse(text, reason)
        if self._bucket is None:
            return
        self._spool = self._spool or open_spool()
        # The text as it is: parsing and writing it again would change numbers.
        line = f'{{"errorMessage": {json.dumps(reason)}, "record": {text}}}\n'
        self._spool.write(line.encode())

    def finish(self) -> None:
        """Put the collected records, if there are any."""
        if self._spool is not None and self._bucket is not None:
            self._spool.seek(0)
            self._objects.put(self._bucket, self._key, self._spool, _MEDIA_TYPE)
            self.close()

    def close(self) -> None:
        """Drop what wasn't put."""
        if self._spool is not None:
            self._spool.close()
            self._spool = None
