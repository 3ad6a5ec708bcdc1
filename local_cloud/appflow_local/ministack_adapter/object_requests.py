"""Refuses requests about objects whose files fail, as on a full disk, and takes back their changes.

MiniStack changes its memory and sends events before it writes an object's files.
"""

from __future__ import annotations

import contextvars
import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeAlias

from ministack.core import responses
from ministack.services import s3

from appflow_local.ministack_adapter.object_files import FilesFailed, raise_errors_of_files

Answer: TypeAlias = tuple[int, dict[str, str], bytes]

# They take a bucket and a key, and change what the key's files hold.
_OF_ONE_KEY = (
    "_delete_object",
    "_put_object_tagging",
    "_delete_object_tagging",
    "_put_object_annotation",
    "_delete_object_annotation",
    "_put_object_acl",
)
_OTHERS = (
    "_create_bucket",
    "_delete_bucket",
    "_put_object",
    "_post_object",
    "_copy_object",
    "_complete_multipart_upload",
    "_delete_objects",
    "_get_object",
)
# They take a bucket, a key and the object that a write displaces; every write calls one of them.
_RECORDS = ("_record_object_version", "_record_delete_marker")
_OF_VERSIONS = (
    "_object_tags",
    "_object_acl",
    "_object_annotations",
    "_object_retention",
    "_object_legal_hold",
)
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass
class _Request:
    """How to take a request back, and the events that wait for its success."""

    undo: list[Callable[[], None]] = field(default_factory=list)
    events: list[Callable[[], None]] = field(default_factory=list)


_current: contextvars.ContextVar[_Request | None] = contextvars.ContextVar("request", default=None)


def refuse_objects_that_cannot_be_kept() -> None:
    """Replace what S3 does about errors of its files."""
    raise_errors_of_files()
    for name in _RECORDS:
        setattr(s3, name, _undoable(getattr(s3, name), lambda _bucket, _key, prior: prior))
    for name in _OF_ONE_KEY:
        setattr(s3, name, _undoable(getattr(s3, name), lambda bucket, key, *_: _now(bucket, key)))
    s3._create_bucket = _removing_bucket(s3._create_bucket)
    s3._complete_multipart_upload = _keeping_upload(s3._complete_multipart_upload)
    s3._fire_s3_event_async = _after_success(s3._fire_s3_event_async)
    for name in (*_OF_ONE_KEY, *_OTHERS):
        setattr(s3, name, _answering(getattr(s3, name)))


def _answering(operation: Callable[..., Answer]) -> Callable[..., Answer]:
    @wraps(operation)
    def answered(*arguments: Any, **named: Any) -> Answer:  # noqa: ANN401 - MiniStack's
        if _current.get() is not None:  # part of another operation, which answers
            return operation(*arguments, **named)
        request = _Request()
        token = _current.set(request)
        try:
            answer = operation(*arguments, **named)
        except (FilesFailed, OSError) as error:
            for undo in reversed(request.undo):
                undo()
            return _refusal(error)
        finally:
            _current.reset(token)
        for event in request.events:
            event()
        return answer

    return answered


def _refusal(error: Exception) -> Answer:
    cause = error.__cause__ if isinstance(error, FilesFailed) else error
    # SDKs repeat requests after 500, but not after 507.
    full = isinstance(cause, OSError) and cause.errno in _FULL
    code, status = ("InsufficientStorage", 507) if full else ("InternalError", 500)
    answer: Answer = s3._error(code, f"the local cloud's files of objects failed: {cause}", status)
    return answer


def _undoable(change: Callable[..., Any], displaced: Callable[..., Any]) -> Callable[..., Any]:
    """Remember how a key was before a change; `displaced` tells its object of then."""

    @wraps(change)
    def changed(bucket: str, key: str, *rest: Any, **named: Any) -> Any:  # noqa: ANN401
        if (request := _current.get()) is not None:
            request.undo.append(_restoring(bucket, key, displaced(bucket, key, *rest[:1])))
        return change(bucket, key, *rest, **named)

    return changed


def _restoring(bucket: str, key: str, current: dict[str, Any] | None) -> Callable[[], None]:
    account = responses.get_account_id()
    current = current and dict(current)
    versions = [dict(each) for each in _versions(bucket, key)]
    before = _of_versions(bucket, key)

    def restore() -> None:
        with s3._in_account(account):
            for name, place in {**_of_versions(bucket, key), **before}:
                _set(getattr(s3, name), place, before.get((name, place)))
            _set(s3._object_versions, (bucket, key), versions or None)
            _set(s3._buckets[bucket]["objects"], key, current)

    return restore


def _of_versions(bucket: str, key: str) -> dict[tuple[str, Any], Any]:
    """What is kept for each version of a key, such as tags."""
    identifiers = {None, *(each["version_id"] for each in _versions(bucket, key))}
    places = [(bucket, key, identifier) for identifier in identifiers]
    return {
        (name, place): getattr(s3, name)[place]
        for name in _OF_VERSIONS
        for place in places
        if place in getattr(s3, name)
    }


def _versions(bucket: str, key: str) -> list[dict[str, Any]]:
    return s3._object_versions.get((bucket, key)) or []


def _now(bucket: str, key: str) -> dict[str, Any] | None:
    found: dict[str, Any] = s3._buckets.get(bucket) or {"objects": {}}
    current: dict[str, Any] | None = found["objects"].get(key)
    return current


def _set(mapping: Any, key: object, value: object) -> None:  # noqa: ANN401 - MiniStack's
    if value is None:
        mapping.pop(key, None)
    else:
        mapping[key] = value


def _removing_bucket(create: Callable[..., Answer]) -> Callable[..., Answer]:
    @wraps(create)
    def created(name: str, *rest: Any, **named: Any) -> Answer:  # noqa: ANN401 - MiniStack's
        try:
            return create(name, *rest, **named)
        except OSError:  # its folder failed, the last thing that's made
            s3._delete_bucket(name)
            raise

    return created


def _keeping_upload(complete: Callable[..., Answer]) -> Callable[..., Answer]:
    """Keep the parts of an upload that couldn't be completed."""

    @wraps(complete)
    def completed(
        bucket: str,
        key: str,
        body: bytes,
        query: dict[str, Any],
        *rest: Any,  # noqa: ANN401 - MiniStack's
        **named: Any,  # noqa: ANN401
    ) -> Answer:
        identifier = s3._qp(query, "uploadId")
        upload, request = s3._multipart_uploads.get(identifier), _current.get()
        if upload is not None and request is not None:
            request.undo.append(lambda: _set(s3._multipart_uploads, identifier, upload))
        return complete(bucket, key, body, query, *rest, **named)

    return completed


def _after_success(fire: Callable[..., None]) -> Callable[..., None]:
    """Let events wait until their request has succeeded."""

    @wraps(fire)
    def fired(*arguments: Any, **named: Any) -> None:  # noqa: ANN401 - MiniStack's
        if (request := _current.get()) is None:
            fire(*arguments, **named)
        else:
            within = contextvars.copy_context()  # its account may be another one's
            within.run(_current.set, None)
            request.events.append(lambda: within.run(fire, *arguments, **named))

    return fired
