"""Gives buckets of stacks their tags, which MiniStack leaves out.

The CDK's `auto_delete_objects` empties only buckets with its tag.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ministack.services import s3
from ministack.services.cloudformation import provisioners

_TYPE = "AWS::S3::Bucket"
_TAGS = "Tags"

_Made: TypeAlias = tuple[str, dict[str, Any]]


def tag_buckets() -> None:
    """Set a bucket's tags when its stack creates or changes it; the stack's own tags, too."""
    provisioners._STACK_TAG_PROPERTY[_TYPE] = (_TAGS, "list")
    handlers = provisioners._RESOURCE_HANDLERS[_TYPE]
    changed = {name: _tagging(handlers[name]) for name in ("create", "update")}
    provisioners._RESOURCE_HANDLERS[_TYPE] = {**handlers, **changed}


def _tagging(change: Callable[..., _Made]) -> Callable[..., _Made]:
    """Wrap a handler, whose last but one argument is the bucket's new properties."""

    def tagged(*arguments: Any) -> _Made:  # noqa: ANN401 - MiniStack's
        made = change(*arguments)
        properties: Mapping[str, Any] = arguments[-2]
        tags = provisioners._tag_map(properties.get(_TAGS))
        if tags:
            s3._bucket_tags[made[0]] = tags
        else:
            s3._bucket_tags.pop(made[0], None)
        return made

    return tagged
