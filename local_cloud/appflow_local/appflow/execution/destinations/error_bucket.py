"""The records that a destination refuses, kept in the bucket of the flow's errorHandlingConfig.

Source: API reference ErrorHandlingConfig, "the settings that determine how Amazon AppFlow handles
an error when placing data in the destination". Not documented: what the objects are like; here one
per run, of JSON lines with `record` and `errorMessage`, at PREFIX/FLOW/EXECUTION.
"""

from __future__ import annotations

import json
from typing import BinaryIO

from appflow_local.appflow.execution.spool import open_spool
from appflow_local.appflow.flow_definition.ends import ErrorHandling
from appflow_local.appflow.storage import Storage

_MEDIA_TYPE = "application/json"


class ErrorBucket:
    """Collects refused records and puts them as one object.

    Args:
        storage: where the bucket is.
        config: the bucket and the prefix; without a bucket, records are dropped.
        flow_name: of the flow that runs.
        execution_id: of the run.
    """

    def __init__(
        self, storage: Storage, config: ErrorHandling, flow_name: str, execution_id: str
    ) -> None:
        self._storage = storage
        self._bucket = config.bucket
        self._key = "/".join(filter(None, [config.prefix.strip("/"), flow_name, execution_id]))
        self._spool: BinaryIO | None = None

    def add(self, text: str, reason: str) -> None:
        """Keep one record, which is given as JSON, with the destination's reason."""
        if self._bucket is None:
            return
        self._spool = self._spool or open_spool()
        # Not parsed and written again, which would change numbers.
        line = f'{{"errorMessage": {json.dumps(reason)}, "record": {text}}}\n'
        self._spool.write(line.encode())

    def finish(self) -> None:
        """Put what was collected; nothing if nothing was."""
        if self._spool is not None and self._bucket is not None:
            self._spool.seek(0)
            self._storage.put_object(self._bucket, self._key, self._spool, _MEDIA_TYPE)
            self.close()

    def close(self) -> None:
        """Drop what was not put."""
        if self._spool is not None:
            self._spool.close()
            self._spool = None
