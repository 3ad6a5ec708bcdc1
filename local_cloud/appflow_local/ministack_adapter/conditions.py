"""Evaluates `Fn::Join` in templates' conditions; in MiniStack alone, a join never equals a text.

`cdk bootstrap` needs it: without it, CloudFormation's role gets an empty policy instead of
AdministratorAccess, and isn't allowed to create AppFlow's resources.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.services.cloudformation import changesets, engine, handlers, stacks


def install_joins() -> None:
    """Make MiniStack evaluate joins before conditions."""
    evaluate = engine._evaluate_conditions

    def evaluate_conditions(
        template: Mapping[str, Any], parameters: Mapping[str, Any]
    ) -> dict[str, bool]:
        conditions = joined(template.get("Conditions", {}), parameters)
        evaluated: dict[str, bool] = evaluate({**template, "Conditions": conditions}, parameters)
        return evaluated

    for module in (engine, changesets, handlers, stacks):
        module._evaluate_conditions = evaluate_conditions


def joined(node: Any, parameters: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any template value
    """Return the expression with each `Fn::Join` of parameters and texts replaced by its result."""
    match node:
        case {"Fn::Join": [str(separator), items]}:
            texts = _texts(items, parameters)
            return node if texts is None else separator.join(texts)
        case dict():
            return {key: joined(value, parameters) for key, value in node.items()}
        case list():
            return [joined(value, parameters) for value in node]
    return node


def _texts(items: object, parameters: Mapping[str, Any]) -> list[str] | None:
    """The texts to join; None if one can't be resolved here."""
    match items:
        case {"Ref": str(name)} if name in parameters:
            # MiniStack stores a CommaDelimitedList as one text.
            return [part.strip() for part in str(parameters[name]["Value"]).split(",")]
        case list():
            texts = [_text(item, parameters) for item in items]
            return [text for text in texts if text is not None] if None not in texts else None
    return None


def _text(item: object, parameters: Mapping[str, Any]) -> str | None:
    match item:
        case str():
            return item
        case {"Ref": str(name)} if name in parameters:
            return str(parameters[name]["Value"])
    return None
