"""Checks the files that a saved state needs: the code of functions, the folders of objects.

MiniStack starts without them: a function without code still answers, and a bucket without its
folder is empty. This check finds the gaps before any state is loaded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ministack.core import responses
from ministack.services import lambda_svc, s3

from appflow_local.saved_state import SavedState

_ALWAYS_SAVED = {"lambda", "s3"}  # the adapter loads them; others, their first request


def keep_folders_of_deleted_buckets() -> None:
    """Make S3 leave an empty folder when it deletes a bucket.

    The last saved state still has the bucket, so after a crash its folder would count as missing.
    MiniStack doesn't turn an empty folder into a bucket.
    """
    delete = s3._delete_persisted_bucket

    def empty(name: str) -> None:
        delete(name)
        Path(s3.DATA_DIR, responses.get_account_id(), name).mkdir(parents=True, exist_ok=True)

    s3._delete_persisted_bucket = empty


def filled_folders(saved: SavedState) -> list[str]:
    """Return the folders with objects, as ``ACCOUNT/BUCKET``; old versions have separate ones."""
    folders = (path for path in saved.objects.glob("*/*") if path.is_dir() and any(path.iterdir()))
    return sorted(path.relative_to(saved.objects).as_posix() for path in folders)


def missing(saved: SavedState, services: Mapping[str, Any], filled: list[str]) -> Iterator[str]:
    """Yield the files and states that a document refers to and that are missing or damaged.

    Args:
        saved: the folder.
        services: the states of MiniStack's services, in the form that they load.
        filled: the result of `filled_folders` when they were saved; a bucket that was emptied
            since then still has its folder. Single objects can't be checked: they change without
            the document.
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
    """The code files of a function and its versions; images have none."""
    codes = [each.get("code_zip") for each in (function, *function.get("versions", {}).values())]
    folder = saved.services / Path(lambda_svc.CODE_BLOB_DIR).name
    return {folder / f"{code[lambda_svc._BLOB_REF_KEY]}.zip" for code in codes if code}


def _is_whole(code: Path) -> bool:
    """Whether the file exists and its content matches the digest in its name."""
    try:
        return hashlib.sha256(code.read_bytes()).hexdigest() == code.stem
    except FileNotFoundError:
        return False
