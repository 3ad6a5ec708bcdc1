"""TagResource, UntagResource and ListTagsForResource, for flows and connectors.

Known (Service Authorization Reference, Amazon AppFlow): flows and connectors have tags, connector
profiles have none. The caller's permission sees `aws:RequestTag`, `aws:TagKeys` and
`aws:ResourceTag`.
Known (the service model, TagKey): keys of tags don't begin with `aws:`.
Inferred (Service Authorization Reference, Amazon AppFlow; the API reference says it of flows only):
the tags of connectors can be listed, too; a connector profile is a `ValidationException`; tagging
does not update a flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from appflow_local.appflow.account import Account
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.account.store import Shelf
from appflow_local.appflow.host import ConditionKeys
from appflow_local.appflow.protocol.errors import ValidationException
from appflow_local.appflow.protocol.validation import validate

Tags: TypeAlias = dict[str, str]

# Known (the service model, TagMap): a request has 50 tags at most.
# Inferred (the same): a flow or connector has 50 tags at most; the error.
MOST_TAGS = 50


@dataclass(frozen=True)
class _Target:
    """What an ARN names, whether it exists or not."""

    arn: str
    name: str
    shelf: Shelf[Any]

    def find(self) -> Flow | Connector:
        """Return the flow or connector. The words are those of other operations."""
        thing: Flow | Connector = self.shelf.find(self.name)
        return thing


def tag_resource(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Add tags; those with the same keys are replaced.

    Raises:
        AppFlowError: nothing was tagged.
    """
    validate("TagResource", parameters)
    target, given = _target(account, parameters["resourceArn"]), dict[str, str](parameters["tags"])
    keys = {"aws:TagKeys": list(given)} | {f"aws:RequestTag/{k}": v for k, v in given.items()}
    _authorize(account, "appflow:TagResource", target, keys)

    def add(tags: Tags) -> Tags:
        if len(tags | given) > MOST_TAGS:
            raise ValidationException(f"{target.arn} cannot have more than {MOST_TAGS} tags.")
        return tags | given

    _change(account, target, add)
    return {}


def untag_resource(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Remove tags; keys that are not there are ignored.

    Raises:
        AppFlowError: nothing was removed.
    """
    validate("UntagResource", parameters)
    target, given = _target(account, parameters["resourceArn"]), parameters["tagKeys"]
    _authorize(account, "appflow:UntagResource", target, {"aws:TagKeys": list(given)})

    def remove(tags: Tags) -> Tags:
        return {key: value for key, value in tags.items() if key not in given}

    _change(account, target, remove)
    return {}


def list_tags_for_resource(account: Account, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """List the tags.

    Raises:
        AppFlowError: there is no such flow or connector, or the caller may not.
    """
    validate("ListTagsForResource", parameters)
    target = _target(account, parameters["resourceArn"])
    _authorize(account, "appflow:ListTagsForResource", target, {})
    return {"tags": _tags(target.find())}


def _target(account: Account, arn: str) -> _Target:
    """Return what an ARN names.

    Inferred: the errors for an ARN that names nothing.

    Raises:
        ValidationException: it names something without tags.
        ResourceNotFoundException: it is of another account or Region.
    """
    kinds: dict[str, tuple[Shelf[Any], Callable[[str], str]]] = {
        "flow": (account.flows, account.arns.flow),
        "connector": (account.connectors, account.arns.connector),
    }
    kind, _, name = arn.split(":", 5)[-1].partition("/")
    if not arn.startswith("arn:aws:appflow:") or kind not in kinds:
        raise ValidationException(f"Only flows and connectors have tags, not '{arn}'.")
    shelf, arn_of = kinds[kind]
    if arn != arn_of(name):
        raise shelf.not_found(name)
    return _Target(arn, name, shelf)


def _authorize(account: Account, action: str, target: _Target, keys: ConditionKeys) -> None:
    """Authorize with the tags of the request and, if it exists, of the resource."""
    thing: Flow | Connector | None = target.shelf.get(target.name)
    tags = _tags(thing) if thing else {}
    present = {f"aws:ResourceTag/{key}": value for key, value in tags.items()}
    account.authorize(action, target.arn, {**keys, **present})


def _change(account: Account, target: _Target, change: Callable[[Tags], Tags]) -> None:
    with target.shelf.changing(target.name), account.lock:
        thing = target.find()
        target.shelf.put(target.name, _with_tags(thing, change(_tags(thing))))


def _tags(thing: Flow | Connector) -> Tags:
    return dict(thing.tags if isinstance(thing, Connector) else thing.definition.tags)


def _with_tags(thing: Flow | Connector, tags: Tags) -> Flow | Connector:
    if isinstance(thing, Connector):
        return replace(thing, tags=tags)
    return replace(thing, definition=thing.definition.with_tags(tags))
