"""Random filters find the rows that the same filters find in plain Python."""

from collections.abc import Callable
from datetime import date, datetime, time, timezone
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples.datasette_connector.conftest import AppFlow
from tests.examples.datasette_connector.shop_data import products

pytestmark = pytest.mark.slow

ROWS = products()
# Three-valued, as in SQL: None is unknown, and only True finds a row.
Truth = bool | None


class Expression(NamedTuple):
    text: str
    test: Callable[[dict[str, Any]], Truth]


def text_literal(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\t", "\\t")
    return f"'{escaped}'"


def instant_literal(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def values_of(name: str) -> list[Any]:
    return sorted({row[name] for row in ROWS if row[name] is not None})


# The grammar's lexer takes a backslash before the closing quote for an escape: none at the end.
TEXTS = st.sampled_from(values_of("name")) | st.text("aé🚲'\"\\% _\t4", max_size=4).map(
    lambda text: text + "."
)
DAYS = st.sampled_from(values_of("released"))
MOMENTS = st.sampled_from(values_of("updated_at")) | DAYS.map(
    lambda day: datetime.combine(day, time(), timezone.utc)
)
NUMBERS = st.integers(-30, 90) | st.decimals(-30, 90, places=2).map(float)
FIELDS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], str]]] = {
    "id": (st.integers(-2, 63), str),
    "price": (NUMBERS | st.sampled_from(values_of("price")), str),
    "weight": (NUMBERS | st.sampled_from(values_of("weight")), str),
    "stock": (st.integers(-4, 20), str),
    "name": (TEXTS, text_literal),
    "category": (st.sampled_from(["tools", "kitchen", "Kitchen", "x"]), text_literal),
    "released": (DAYS, date.isoformat),
    "updated_at": (MOMENTS, instant_literal),
}
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def unknown_if_null(name: str, test: Callable[[Any], bool]) -> Callable[[dict[str, Any]], Truth]:
    return lambda row: None if row[name] is None else test(row[name])


@st.composite
def comparisons(draw: st.DrawFn) -> Expression:
    name = draw(st.sampled_from(sorted(FIELDS)))
    values, write = FIELDS[name]
    operator, value = draw(st.sampled_from(sorted(OPERATORS))), draw(values)
    compare = OPERATORS[operator]
    return Expression(
        f"{name} {operator} {write(value)}", unknown_if_null(name, lambda v: compare(v, value))
    )


@st.composite
def ranges(draw: st.DrawFn) -> Expression:
    name = draw(st.sampled_from(["id", "price", "weight", "stock", "released", "updated_at"]))
    values, write = FIELDS[name]
    low, high = draw(values), draw(values)
    text = f"{name} BETWEEN {write(low)} AND {write(high)}"
    return Expression(text, unknown_if_null(name, lambda v: low <= v <= high))


@st.composite
def lists(draw: st.DrawFn) -> Expression:
    name = draw(st.sampled_from(sorted(FIELDS)))
    values, write = FIELDS[name]
    among = draw(st.lists(values, min_size=1, max_size=4))
    text = f"{name} in ({', '.join(map(write, among))})"
    return Expression(text, unknown_if_null(name, lambda v: v in among))


@st.composite
def containments(draw: st.DrawFn) -> Expression:
    part = draw(st.sampled_from(["é", "3%", "plain", "_4", '"', "1", "tools", "🚲", "L", "."]))
    name = draw(st.sampled_from(["name", "category"]))
    return Expression(
        f"{name} contains {text_literal(part)}", unknown_if_null(name, lambda v: part in v)
    )


@st.composite
def nulls_and_flags(draw: st.DrawFn) -> Expression:
    operator, wanted = draw(st.sampled_from(["=", "!="])), draw(st.booleans())
    if draw(st.booleans()):
        name = draw(st.sampled_from(["category", "price", "stock", "released", "updated_at"]))
        return Expression(
            f"{name} {operator} null", lambda row: (row[name] is None) is (operator == "=")
        )
    return Expression(
        f"discontinued {operator} {str(wanted).lower()}",
        unknown_if_null("discontinued", lambda v: (v is wanted) is (operator == "=")),
    )


def negated(inner: Expression) -> Expression:
    def test(row: dict[str, Any]) -> Truth:
        truth = inner.test(row)
        return None if truth is None else not truth

    return Expression(f"NOT ({inner.text})", test)


def joined(parts: tuple[Expression, str, Expression]) -> Expression:
    left, word, right = parts
    decides = word.lower() == "or"  # true decides an OR, false an AND

    def test(row: dict[str, Any]) -> Truth:
        truths = (left.test(row), right.test(row))
        if decides in truths:
            return decides
        return None if None in truths else not decides

    return Expression(f"({left.text} {word} {right.text})", test)


LEAVES = comparisons() | ranges() | lists() | containments() | nulls_and_flags()
FILTERS = st.recursive(
    LEAVES,
    lambda inner: (
        inner.map(negated)
        | st.tuples(inner, st.sampled_from(["AND", "and", "OR", "or"]), inner).map(joined)
    ),
    max_leaves=6,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=FILTERS, size=st.sampled_from([4, 25, 1000]))
def test_random_filters_find_the_rows_that_python_finds(
    appflow: AppFlow, expression: Expression, size: int
) -> None:
    expected = [row["id"] for row in ROWS if expression.test(row) is True]
    pages = appflow.pages(
        "shop/products", where=expression.text, selectedFieldNames=["id"], maxResults=size
    )
    assert [row["id"] for page in pages for row in page] == expected


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=30) | st.text("id=<>()'\"\\ null and5-:TZ", max_size=30))
def test_any_text_as_a_filter_gets_an_answer(appflow: AppFlow, text: str) -> None:
    answer = appflow.query("shop/products", text, selectedFieldNames=["id"], maxResults=1)
    assert answer["isSuccess"] or answer["errorDetails"]["errorCode"] == "InvalidArgument"


@pytest.mark.parametrize("text", ["and.\\.", "it's.", "\\'.", 'say "x"\\n.'])
def test_escapes_in_text_are_undone(appflow: AppFlow, text: str) -> None:
    expression = f"NOT (name != {text_literal(text)} or id < 60)"
    assert appflow.ids(expression) == []
