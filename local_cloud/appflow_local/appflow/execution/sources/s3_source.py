"""S3 as a source: the files of a folder, record by record.

Known (AppFlow User Guide, "Amazon S3"): a flow reads the files in a folder: CSV with a header row
or JSON lines, 125 MB each at most.
Known of Incremental pulls (AppFlow User Guide, "Flow triggers"): an incremental pull transfers what
was added or changed since the last successful run.
Inferred of Incremental pulls: files are pulled whose time of the last change, in milliseconds, is
in the period, the end excluded.
Inferred: without `s3InputFormatConfig` files are CSV; subfolders are included.
Inferred (AWS's integration suite for connectors does so): a prefix that is the whole key of an
object means that object.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import islice
from typing import TypeAlias

from appflow_local.appflow.execution.failures import RunFailed
from appflow_local.appflow.execution.pages import Page
from appflow_local.appflow.flow_definition.ends import S3SourceEnd
from appflow_local.appflow.storage import Storage, StoredObject
from appflow_local.appflow.transfer.formats import FormatError, read_records

PAGE_SIZE = 1000
"""Records per page."""

_LARGEST_FILE = 125 * 1024 * 1024


Period: TypeAlias = tuple[datetime, datetime]


class S3Source:
    """Reads the records of files.

    Args:
        storage: holds the bucket.
        end: the folder, and the type of its files.
        period: from when until when the files changed; None for all of them.
    """

    def __init__(self, storage: Storage, end: S3SourceEnd, period: Period | None = None) -> None:
        self._storage = storage
        self._bucket = end.bucket
        self._folder = (end.prefix or "").rstrip("/")
        self._file_type = end.file_type
        self._period = period

    def pages(self) -> Iterator[Page]:
        """Yield the records of all files, in the order of their keys.

        Raises:
            RunFailed: a file is too large, or invalid.
            BucketNotFound, ObjectNotFound: it was deleted meanwhile.
        """
        for item in self._storage.list_objects(self._bucket, self._folder):
            if self._is_source(item):
                yield from self._pages_of(item)

    def _is_source(self, item: StoredObject) -> bool:
        folder = self._folder
        within = not folder or item.key == folder or item.key.startswith(f"{folder}/")
        is_file = not item.key.endswith("/")  # consoles mark empty folders this way
        return within and is_file and self._is_new(item)

    def _is_new(self, item: StoredObject) -> bool:
        if self._period is None:
            return True
        # An object that is put later in the millisecond of the end is the next pull's.
        after, until = map(_milliseconds, self._period)
        return after <= _milliseconds(item.last_modified) < until

    def _pages_of(self, item: StoredObject) -> Iterator[Page]:
        if item.size > _LARGEST_FILE:
            raise RunFailed(f"The file {item.key} is larger than 125 MB.")
        left = item.size
        with closing(self._storage.open_object(self._bucket, item.key)) as content:
            records = read_records(content, self._file_type)
            try:
                while page := list(islice(records, PAGE_SIZE)):
                    yield Page(page, left)
                    del page
                    left = 0  # the first page counts the bytes of the file
            except FormatError as error:
                raise RunFailed(f"The file {item.key} cannot be read: {error}") from None


def _milliseconds(time: datetime) -> datetime:
    return time.replace(microsecond=time.microsecond // 1000 * 1000)
