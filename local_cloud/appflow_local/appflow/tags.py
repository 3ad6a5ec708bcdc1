"""TagResource, UntagResource and ListTagsForResource, for flows and connectors.

Source: Service Authorization Reference, whose tagging actions take "a flow or a connector" and
whose connector profiles have no tags; the API reference speaks of flows only. The service model
has the shapes, `aws:` keys excluded. Inferred: what can be tagged can be listed, which that
reference says of flows only; tagging is no update of a flow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from appflow_local.appflow.account import Context
from appflow_local.appflow.account.arns import connector_arn, flow_arn
from appflow_local.appflow.account.authorization import authorize
from appflow_local.appflow.account.connectors import Connector
from appflow_local.appflow.account.flows import Flow
from appflow_local.appflow.account.names import one_at_a_time
from appflow_local.appflow.account.store import Shelf, Store
from appflow_local.appflow.host import Caller, ConditionKeys
from appflow_local.appflow.protocol.errors import ResourceNotFoundException, ValidationException
from appflow_local.appflow.protocol.validation import validate

Tags: TypeAlias = dict[str, str]

# Source: the service model, TagMap. Inferred: it is the limit of a resource, too, and the error.
MOST_TAGS = 50


@dataclass(frozen=True)
class _Kind:
    """What can be tagged; `phrase` comes before its name in messages."""

    phrase: str
    arn: Callable[[Caller, str], str]
    store: Callable[[Context], Store[Any]]


_KINDS = {
    "flow": _Kind("Flow with name", flow_arn, lambda context: context.flows),
    "connector": _Kind("Connector with label", connector_arn, lambda context: context.connectors),
}


@dataclass(frozen=True)
class _Target:
    """What an ARN names."""

    arn: str
    kind: _Kind
    name: str

    def find(self, things: Shelf[Any]) -> Flow | Connector:
        """Return the flow or connector. The words are those of other operations."""
        thing: Flow | Connector | None = things.get(self.name)
        if thing is None:
            raise self.not_found()
        return thing

    def not_found(self) -> ResourceNotFoundException:
        """Say that there is none."""
        return ResourceNotFoundException(f"{self.kind.phrase} {self.name} does not exist.")


def tag_resource(context: Context, caller: Caller, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Add tags, in place of those with the same keys.

    Raises:
        AppFlowError: nothing was tagged.
    """
    validate("TagResource", parameters)
    target, given = _target(caller, parameters["resourceArn"]), dict[str, str](parameters["tags"])
    keys = {"aws:TagKeys": list(given)} | {f"aws:RequestTag/{k}": v for k, v in given.items()}
    _authorize(context, caller, "appflow:TagResource", target, keys)

    def add(tags: Tags) -> Tags:
        if len(tags | given) > MOST_TAGS:
            raise ValidationException(f"{target.arn} can not have more than {MOST_TAGS} tags.")
        return tags | given

    _change(context, caller, target, add)
    return {}


def untag_resource(
    context: Context, caller: Caller, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Remove tags; keys that are not there are no error.

    Raises:
        AppFlowError: nothing was removed.
    """
    validate("UntagResource", parameters)
    target, given = _target(caller, parameters["resourceArn"]), parameters["tagKeys"]
    _authorize(context, caller, "appflow:UntagResource", target, {"aws:TagKeys": list(given)})

    def remove(tags: Tags) -> Tags:
        return {key: value for key, value in tags.items() if key not in given}

    _change(context, caller, target, remove)
    return {}


def list_tags_for_resource(
    context: Context, caller: Caller, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Show the tags.

    Raises:
        AppFlowError: no such flow or connector, or not for this caller.
    """
    validate("ListTagsForResource", parameters)
    target = _target(caller, parameters["resourceArn"])
    _authorize(context, caller, "appflow:ListTagsForResource", target, {})
    with target.kind.store(context).of(caller) as things:
        return {"tags": _tags(target.find(things))}


def _target(caller: Caller, arn: str) -> _Target:
    """Read an ARN. Inferred: the errors.

    Raises:
        ValidationException: it is that of nothing that has tags.
        ResourceNotFoundException: it is of another account or region.
    """
    kind, _, name = arn.split(":", 5)[-1].partition("/")
    if not arn.startswith("arn:aws:appflow:") or kind not in _KINDS:
        raise ValidationException(f"Only flows and connectors have tags, not '{arn}'.")
    target = _Target(arn, _KINDS[kind], name)
    if arn != target.kind.arn(caller, name):
        raise target.not_found()
    return target


def _authorize(
    context: Context, caller: Caller, action: str, target: _Target, keys: ConditionKeys
) -> None:
    """Ask with the tags of the request and, if it exists, of the resource."""
    with target.kind.store(context).of(caller) as things:
        thing: Flow | Connector | None = things.get(target.name)
        tags = _tags(thing) if thing else {}
    present = {f"aws:ResourceTag/{key}": value for key, value in tags.items()}
    authorize(context.host, caller, action, target.arn, {**keys, **present})


def _change(
    context: Context, caller: Caller, target: _Target, change: Callable[[Tags], Tags]
) -> None:
    store = target.kind.store(context)
    with one_at_a_time(store, caller, target.name, target.kind.phrase), store.of(caller) as things:
        thing = target.find(things)
        things.put(target.name, _with_tags(thing, change(_tags(thing))))


def _tags(thing: Flow | Connector) -> Tags:
    return dict(thing.tags if isinstance(thing, Connector) else thing.definition.get("tags", {}))


def _with_tags(thing: Flow | Connector, tags: Tags) -> Flow | Connector:
    if isinstance(thing, Connector):
        return replace(thing, tags=tags)
    others = {name: value for name, value in thing.definition.items() if name != "tags"}
    return replace(thing, definition={**others, **({"tags": tags} if tags else {})})
