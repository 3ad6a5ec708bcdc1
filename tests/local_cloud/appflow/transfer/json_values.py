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
# Near the usual form of an instant, and often it.
INSTANTS = st.from_regex(r"\A[0-9]{4}-[0-9W]{2}-[0-9]{2}[T x][0-9]{2}:[0-9]{2}:[0-9]{2}[Z+]\Z")
DAYS = st.from_regex(r"\A[0-9]{4}-[0-9W]{2}-[0-9]{2}\Z")
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS | INSTANTS | DAYS
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)
