"""Evaluates filter expressions on records, over the parse tree of the connector SDK's grammar."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from antlr4 import ParserRuleContext
from custom_connector_queryfilter.queryfilter.antlr.CustomConnectorQueryFilterParser import (
    CustomConnectorQueryFilterParser as Parser,
)

from datasette_connector.filter_grammar import Kind, literal, parse

Record = Mapping[str, Any]

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "contains": operator.contains,
}


def selects(expression: str | None, record: Record) -> bool:
    """Whether a record meets an expression; null meets none. The grammar must admit it."""
    return expression is None or _holds(parse(expression).getChild(0), record)


def _holds(node: ParserRuleContext, record: Record) -> bool:
    if isinstance(node, Parser.ParenExpressionContext):
        return _holds(node.expression(), record)
    if isinstance(node, Parser.ANDBinaryExpressionContext):
        return _holds(node.left, record) and _holds(node.right, record)
    if isinstance(node, Parser.ORBinaryExpressionContext):
        return _holds(node.left, record) or _holds(node.right, record)
    found = record.get(node.left.getText())
    return found is not None and _compare(node, found)


def _compare(node: ParserRuleContext, found: object) -> bool:
    if isinstance(node, Parser.BetweenExpressionContext):
        low, value = _operands(found, node.l1)
        high, _ = _operands(found, node.right)
        return bool(low <= value <= high)
    operand, value = _operands(found, node.right)
    return _COMPARISONS[node.op.getText()](value, operand)


def _operands(found: object, node: ParserRuleContext) -> tuple[Any, Any]:
    """Return what an expression compares with, and what a record holds, in the same type."""
    if isinstance(node, Parser.BooleanContext):
        return node.getText() == "true", found
    value = literal(node)
    if value.kind is Kind.NUMBER:
        return Fraction(value.text), Fraction(str(found))
    if value.kind is Kind.DATE:
        return date.fromisoformat(value.text), date.fromisoformat(str(found))
    if value.kind is Kind.DATETIME:
        return _instant(value.text), _instant(str(found))
    assert value.kind is Kind.TEXT
    return value.text, found


def _instant(text: str) -> datetime:
    return datetime.strptime(text, f"%Y-%m-%dT%H:%M:%S{'.%f' if '.' in text else ''}Z")
