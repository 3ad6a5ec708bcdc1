"""Translates AppFlow's filter expressions to the SQL that Datasette runs."""

# ruff: noqa: N802, N815  the grammar names the visitor's methods

from dataclasses import dataclass

from antlr4 import ParserRuleContext
from antlr4.tree.Tree import ParseTree
from custom_connector_queryfilter.queryfilter.antlr.CustomConnectorQueryFilterParser import (
    CustomConnectorQueryFilterParser as Parser,
)
from custom_connector_queryfilter.queryfilter.antlr.CustomConnectorQueryFilterParserVisitor import (
    CustomConnectorQueryFilterParserVisitor as Visitor,
)

from datasette_connector import comparisons
from datasette_connector.errors import invalid
from datasette_connector.filter_grammar import Kind, Literal, literal, parse, unreadable
from datasette_connector.schema import Table
from datasette_connector.sql_text import Parameters


@dataclass(frozen=True)
class Filter:
    """What a query leaves out.

    Attributes:
        condition: SQL for the WHERE clause; empty if every row matches.
        limit: How many rows the whole query returns, over all its pages; None if all.
    """

    condition: str = ""
    limit: int | None = None


def translate(expression: str | None, table: Table, params: Parameters) -> Filter:
    """Return a filter expression as SQL, adding its values to `params`.

    Args:
        expression: AppFlow's filter; None and blanks match every row.
        table: The entity, whose columns are the fields that the filter may name.
        params: Takes the values.

    Raises:
        ConnectorError: InvalidArgument, if the filter is malformed or doesn't fit the fields.
    """
    if expression is None or not expression.strip():
        return Filter()
    visitor = _Translator(table, params)
    try:
        condition = visitor.visit(parse(expression))
    except RecursionError as exc:
        raise unreadable(expression, "it is nested too deeply") from exc
    return Filter(condition, visitor.limit)


class _Translator(Visitor):  # type: ignore[misc]  # the SDK has no types
    """Returns SQL for each node of the SDK's parse tree; the method names are the grammar's."""

    def __init__(self, table: Table, params: Parameters) -> None:
        self._table = table
        self._params = params
        self.limit: int | None = None

    def visitQueryfilter(self, ctx: Parser.QueryfilterContext) -> str:
        return str(self.visit(ctx.getChild(0)))

    def visitLimitExpression(self, ctx: Parser.LimitExpressionContext) -> str:
        self.limit = int(ctx.right.getText())
        return str(self.visit(ctx.left)) if ctx.left else ""

    def visitParenExpression(self, ctx: Parser.ParenExpressionContext) -> str:
        return str(self.visit(ctx.expression()))

    def visitNotExpression(self, ctx: Parser.NotExpressionContext) -> str:
        return f"(NOT {self.visit(ctx.expression())})"

    def visitANDBinaryExpression(self, ctx: Parser.ANDBinaryExpressionContext) -> str:
        return f"({' AND '.join(self._operands(ctx))})"

    def visitORBinaryExpression(self, ctx: Parser.ORBinaryExpressionContext) -> str:
        return f"({' OR '.join(self._operands(ctx))})"

    def _operands(self, ctx: ParserRuleContext) -> list[str]:
        # `a OR b OR c …` is a tree as deep as it is long: walked, not recursed into.
        operator, right = type(ctx), []
        while isinstance(ctx, operator):
            right.append(ctx.right)
            ctx = ctx.left
        return [str(self.visit(operand)) for operand in (ctx, *reversed(right))]

    def _compare(self, ctx: ParserRuleContext) -> str:
        operator, right = ctx.op.getText(), ctx.right
        is_boolean = isinstance(right, Parser.BooleanContext)
        value = Literal(Kind.BOOLEAN, right.getText()) if is_boolean else literal(right)
        column = self._table.column(ctx.left.getText())
        return f"({comparisons.compare(column, operator, value, self._params)})"

    visitGreaterThanComparatorExpression = _compare
    visitGreaterThanEqualToComparatorExpression = _compare
    visitLesserThanComparatorExpression = _compare
    visitLesserThanEqualToComparatorExpression = _compare
    visitEqualToComparatorExpression = _compare
    visitNotEqualToComparatorExpression = _compare
    visitBooleanEqualToComparatorExpression = _compare
    visitBooleanNotEqualToComparatorExpression = _compare

    def visitLikeComparatorExpression(self, ctx: Parser.LikeComparatorExpressionContext) -> str:
        column = self._table.column(ctx.left.getText())
        return f"({comparisons.contains(column, literal(ctx.right), self._params)})"

    def visitBetweenExpression(self, ctx: Parser.BetweenExpressionContext) -> str:
        column = self._table.column(ctx.left.getText())
        low, high = literal(ctx.l1), literal(ctx.right)
        return f"({comparisons.between(column, low, high, self._params)})"

    def visitInExpression(self, ctx: Parser.InExpressionContext) -> str:
        column = self._table.column(ctx.identifier().getText())
        return comparisons.one_of(column, [literal(v) for v in ctx.value()], self._params)

    def _no_condition(self, ctx: ParseTree) -> str:
        raise invalid(
            f"{ctx.getText()!r} alone is no condition; compare it, for example with = true"
        )

    visitIdentifierExpression = _no_condition
    visitValueExpression = _no_condition
