from __future__ import annotations

import pytest

from appflow_local.failure_place import place_of

IN_NODE = [
    "TypeError: x is not a function",
    "    at send (/var/task/node_modules/axios/index.js:5:1)",
    "    at node:internal/main:3:4",
    "    at query (/var/task/src/shop.js:67:9)",
]
IN_MODULE = ["Error: no", "    at file:///var/task/shop.mjs:3:9"]
SYNTAX = ["/var/task/shop.js:3", "  {{", "SyntaxError: Unexpected end of input"]
IN_PYTHON = [
    '  File "/var/task/shop.py", line 3, in handler\n    query()',
    '  File "/var/task/crm/orders.py", line 7, in query\n    raise ValueError',
    '  File "/usr/lib/python3.13/json/__init__.py", line 2, in loads',
]
IN_JAVA = [
    "java.base/java.lang.Integer.parseInt(Integer.java:652)",
    "com.example.Shop.<clinit>(Shop.java:12)",
]
IN_LAMBDA = ["com.example.Shop$Orders.lambda$all$0(Shop.java:14)"]


@pytest.mark.parametrize(
    ("failure", "place"),
    [
        ({"trace": IN_NODE}, "src/shop.js:67"),
        ({"trace": IN_MODULE}, "shop.mjs:3"),
        ({"trace": SYNTAX}, "shop.js:3"),
        ({"stackTrace": IN_PYTHON}, "crm/orders.py:7"),
        ({"stackTrace": IN_JAVA}, "Shop.java:12"),
        ({"stackTrace": IN_LAMBDA}, "Shop.java:14"),
        ({"stackTrace": ["java.base/java.lang.Integer.parseInt(Integer.java:652)"]}, None),
        ({"trace": "text"}, None),
        ({}, None),
    ],
)
def test_the_line_of_the_authors_own_code_is_named(
    failure: dict[str, object], place: str | None
) -> None:
    assert place_of(failure) == place
