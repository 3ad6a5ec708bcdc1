"""Values that JSON holds, often of the forms that have short ways of their own."""

from __future__ import annotations

from hypothesis import strategies as st

TYPES = [
    *("String", "Short", "Integer", "Long", "BigInteger", "Float", "Double", "BigDecimal"),
    *("Boolean", "Date", "DateTime", "Struct"),
]
# Any characters, halves of surrogate pairs too.
TEXTS = st.text(st.characters(codec=None), max_size=8)
NUMBERS = st.integers(-(1 << 70), 1 << 70) | st.floats(allow_nan=False, allow_infinity=False)


def _to(largest: int) -> st.SearchStrategy[str]:
    return st.integers(0, largest).map("{:02}".format)


# Near the usual form of a day and an instant, and often it. Each part is one number: a strategy
# from a regular expression draws digit by digit, which takes almost twice as long.
DAYS = st.tuples(st.integers(0, 9999).map("{:04}".format), _to(13) | st.just("W1"), _to(32)).map(
    "-".join
)
_TIMES = st.tuples(_to(24), _to(60), _to(60)).map(":".join)
INSTANTS = st.tuples(DAYS, st.sampled_from("T x"), _TIMES, st.sampled_from("Z+")).map("".join)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS | INSTANTS | DAYS
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)
