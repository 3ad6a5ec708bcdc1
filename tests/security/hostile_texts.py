"""What somebody who wishes us ill writes where a text is expected, and where one is not."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from harness.model.appflow import FUNCTION_ARN, OTHER_FUNCTION_ARN
from harness.model.fuzzing import SCALARS

TEXTS = {
    "empty": "",
    "huge": "A" * 1_000_000,
    "huge and wide": "\N{SNOWMAN}" * 300_000,
    "NUL": "a\x00b",
    "terminal escape": "\x1b[31mred\x1b[0m",
    "lines": "first\r\nsecond\u2028third\x85fourth",
    "lone surrogate": "a\ud800b",
    "direction mark": "\u202egpj.exe",
    "noncharacter": "\ufffe\uffff",
    "dynamic reference": "{{resolve:secretsmanager:prod:SecretString:password}}",
    "more braces": "{{{{resolve:ssm-secure:/prod/password:1}}}}",
    "substitution": "${AWS::AccountId}${!Literal}",
    "end of JSON": '"}],"Status":"SUCCESS","Data":{"x":"',
    "format": "%s%n{0}{event[ResponseURL]}",
    "huge number": "v" + "9" * 5000,
}

_MARKERS = (
    "nothing-registered:",
    "nothing-registered:x",
    "refused:token:Orders",
    "refused:token:Theirs",
    "refused:\ud800:Orders",
    "refused::",
    "outcome-unknown:token:Orders",
    "outcome-unknown:token:Theirs",
    "outcome-unknown:" + "t" * 900 + ":Orders",
    "shop-OrdersRegistration-1ABCDEF",
)
_LABELS = ("Orders", "Theirs", "Sales", "orders", "Orders/../Theirs", "*", "Orders:Theirs")
_ARNS = (
    FUNCTION_ARN,
    OTHER_FUNCTION_ARN,
    FUNCTION_ARN.replace("eu-west-1", "us-east-1"),
    FUNCTION_ARN.replace("123456789012", "999999999999"),
    FUNCTION_ARN.replace("arn:aws:", "arn:aws-cn:"),
    f"{FUNCTION_ARN}:live",
    "arn:aws:iam::123456789012:role/provider",
)
any_text = st.sampled_from(list(TEXTS.values())) | st.text(
    st.characters(categories=["Cc", "Cf", "Cs", "L", "P", "Z"]), max_size=30
)
texts = any_text | st.sampled_from([*_MARKERS, *_LABELS, *_ARNS, "true", "ADOPT"])


def nested(depth: int, *, in_lists: bool) -> Any:  # noqa: ANN401 - JSON
    """A value with so many levels."""
    value: Any = "deep"
    for _ in range(depth):
        value = [value] if in_lists else {"k": value}
    return value


ODD_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1.5, float("nan"), 10**400),
    *([], {}, [[]], ["Orders"], {"Fn::Sub": "${x}"}),
    *(["x"] * 50_000, {str(n): n for n in range(10_000)}),
)
# Deeper than Python's own stack; the JSON reader of Python 3.12 and later takes that.
DEEP_VALUES = tuple(nested(5000, in_lists=in_lists) for in_lists in (True, False))
values = texts | SCALARS | st.sampled_from(ODD_VALUES)
