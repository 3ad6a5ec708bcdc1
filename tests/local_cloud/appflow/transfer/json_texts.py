"""Texts of JSON as connectors may spell them, which Python's encoder never does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from tests.local_cloud.appflow.transfer.json_values import DAYS, INSTANTS, JSON, SCALARS, TEXTS

_NUMBERS = (
    *("0", "-0", "-0.0", "0e0", "1", "1.0", "-1", "1E5", "1e+05", "1.50", "100e-2", "0.1", "1e22"),
    *("1e23", "1e16", "9007199254740993", "9007199254740993.0", "1e-7", "5e-324", "1e-400"),
    *("32767", "32768", "-32768", "-32769", "2147483648", "-2147483648", "9223372036854775807"),
    *("9223372036854775808", "-9223372036854775808", "-9223372036854775809", "1e308", "3.5e38"),
    *("18446744073709551615", "18446744073709551616", "340282346638528859811704183484516925441"),
    *("123456789012345678901234567890123456789012", "3.4028235677973366e38", "1" + "0" * 400),
)
_NO_NUMBERS = ("NaN", "Infinity", "-Infinity", "1e309", "01", "1.", "+1", ".5", "1e", "1" * 4400)
_TIMES = (
    *("2026-01-31T12:30:45Z", "2024-02-29 00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-31"),
    *("2026-01-31T23:59:60Z", "2026-01-31T24:00:00Z", "2026-01-31T12:30:45.123456789Z"),
    *("2026-01-31T12:30:45+14:00", "2026-01-31T12:30:45-0030", "0001-01-01T00:00:00+01:00"),
    *("9999-12-31T23:59:59Z", "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00Z", "1769862645000"),
    *("2026-01-31T12:30", "2026-01-31t12:30:45z", " 2026-01-31T12:30:45Z", "2026-01-31T12:30:45z"),
    *("٢٠٢٦-01-31T12:30:45Z", "1899-12-31T00:00:00Z", "1582-10-10T00:00:00Z", "2026-01-31x"),
)
_WORDS = (
    *(
        "",
        " ",
        "x",
        "null",
        "true",
        "FALSE ",
        "1,5",
        'a "b"',
        "two\nlines",
        "\r",
        "\r\n",
        "\0",
        "\t",
    ),
    *(
        "\ufeff",
        "'",
        "e\u0301\u0301",
        "\U0001f469\u200d\U0001f467",
        "\U0001d4b3\U0001d4b4\U0001d4b5",
        "\u2028",
        "\x85",
        "\x7f",
        "é",
        "[1]",
        '{"a":1.50}',
    ),
    *(
        "7",
        "-0.5",
        " 7 ",
        "1e5",
        "1e1000",
        "٣",
        "0x10",
        "1_000",
        "NaN",
        "inf",
        "-0",
        "\ud800",
        "\udfff",
    ),
)


def _spelled(values: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda value, plain: json.dumps(value, ensure_ascii=plain), values, st.booleans()
    )


_SPELLED_NUMBERS = st.sampled_from(_NUMBERS)
# A column mostly has values of one kind: only such have short ways.
VALUES = (
    *(_SPELLED_NUMBERS, _SPELLED_NUMBERS.filter(str.isdigit)),
    st.sampled_from([each for each in _NUMBERS if not each.lstrip("-").isdigit()]),
    st.integers(-9, 9).map(str),
    _spelled(st.floats(allow_nan=False, allow_infinity=False)),
    st.sampled_from(["true", "false"]),
    *(_spelled(st.sampled_from(_TIMES)), _spelled(st.sampled_from(_TIMES[:2]))),
    *(_spelled(INSTANTS), _spelled(DAYS), _spelled(TEXTS), _spelled(st.sampled_from(_WORDS))),
    *(_spelled(SCALARS), _spelled(JSON)),
    st.sampled_from(['{"a":1,"a":1.50}', "[1E5,-0,null]", "{}", "[]", '["\\ud800"]', '{"":[[]]}']),
    st.just("null"),
)
_ODD_VALUES = st.sampled_from(_NO_NUMBERS) | _spelled(SCALARS) | st.just('"\\ud83d"')
_ODD_TEXTS = st.sampled_from(
    ["[]", "1", "null", "", "{", "{} {}", "\ufeff{}", '{"a" 1}', " {} \n", "{}"]
)


@st.composite
def pages(draw: st.DrawFn, names: Sequence[str]) -> list[str]:
    """Draw the texts of a page of records: mostly of the same fields, in an order of their own."""
    kinds = {name: draw(st.sampled_from(VALUES)) for name in names}
    if draw(st.booleans()):
        kinds = {name: kind | st.just("null") for name, kind in kinds.items()}
    is_odd = draw(st.integers(0, 3)) == 0
    return [draw(_record(kinds, is_odd=is_odd)) for _ in range(draw(st.integers(0, 4)))]


@st.composite
def _record(draw: st.DrawFn, kinds: Mapping[str, st.SearchStrategy[str]], *, is_odd: bool) -> str:
    members = [(name, draw(kind)) for name, kind in kinds.items()]
    if is_odd and draw(st.booleans()):
        oddity = draw(st.sampled_from(["order", "missing", "twice", "strange", "value", "text"]))
        name = draw(st.sampled_from([*kinds]))
        if oddity == "text":
            return draw(_ODD_TEXTS)
        if oddity == "order":
            members = draw(st.permutations(members))
        elif oddity == "missing":
            members = [each for each in members if each[0] != name]
        else:
            strange = (
                name if oddity != "strange" else draw(st.sampled_from(["z", "", "A", "field0"]))
            )
            members.append((strange, draw(_ODD_VALUES if oddity == "value" else kinds[name])))
    space, plain = draw(st.sampled_from(["", "", " "])), draw(st.booleans())
    spelled = (
        f"{json.dumps(name, ensure_ascii=plain)}{space}:{space}{value}" for name, value in members
    )
    return f"{space}{{{','.join(spelled)}}}{space}"
