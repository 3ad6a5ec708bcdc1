"""What a saved state needs beside its document: the code of functions, the folders of objects.

MiniStack continues without them: a function that has no code answers all the same, and a bucket
whose folder is gone is empty. Here it is noticed before anything is brought back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ministack.core import responses
from ministack.services import lambda_svc, s3

from appflow_local.saved_state import SavedState

_ALWAYS_SAVED = {"lambda", "s3"}  # the adapter itself loads them; others, their first request


def keep_folders_of_deleted_buckets() -> None:
    """Have S3 leave an empty folder where it deletes a bucket's.

    The bucket is in the last saved state, and after a crash its folder would be missed. MiniStack
    makes no bucket of an empty folder.
    """
    delete = s3._delete_persisted_bucket

    def empty(name: str) -> None:
        delete(name)
        Path(s3.DATA_DIR, responses.get_account_id(), name).mkdir(parents=True, exist_ok=True)

    s3._delete_persisted_bucket = empty


def filled_folders(saved: SavedState) -> list[str]:
    """Return the folders that hold objects, as ``ACCOUNT/BUCKET``; older versions' in one more."""
    folders = (path for path in saved.objects.glob("*/*") if path.is_dir() and any(path.iterdir()))
    return sorted(path.relative_to(saved.objects).as_posix() for path in folders)


def missing(saved: SavedState, services: Mapping[str, Any], filled: list[str]) -> Iterator[str]:
    """Name what is not there, or not whole, of what a document tells.

    Args:
        saved: the folder.
        services: the states of MiniStack's services, as they take them.
        filled: what `filled_folders` returned when they were saved; a bucket that was emptied
            since then still has its folder. Single objects are not known: they come and go
            without the document.
    """
    if lost := _ALWAYS_SAVED - services.keys():
        yield from (f"the state of {name} ({saved.document})" for name in sorted(lost))
        return
    for name in filled:
        if not (saved.objects / name).is_dir():
            yield f"the objects of {name} ({saved.objects / name})"
    for (_account, region, name), function in services["lambda"]["functions"]._data.items():
        for path in _code_files(saved, function):
            if not _is_whole(path):
                yield f"the code of the function {name} in {region} ({path})"


def _code_files(saved: SavedState, function: Mapping[str, Any]) -> set[Path]:
    """The files of a function's code and of that of its versions; images have none."""
    codes = [each.get("code_zip") for each in (function, *function.get("versions", {}).values())]
    folder = saved.services / Path(lambda_svc.CODE_BLOB_DIR).name
    return {folder / f"{code[lambda_svc._BLOB_REF_KEY]}.zip" for code in codes if code}


def _is_whole(code: Path) -> bool:
    """Tell whether a file is there and has the content whose digest it is named after."""
    try:
        return hashlib.sha256(code.read_bytes()).hexdigest() == code.stem
    except FileNotFoundError:
        return False
