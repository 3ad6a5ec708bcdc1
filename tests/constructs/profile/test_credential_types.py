"""Every argument of the credentials' factories says what it must be, and shows no secret."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import SecretValue

from cdk_appflow_connector import ConnectorCredentials
from tests.constructs.wrong_types import Odd, arguments_of

STORED = SecretValue.secrets_manager("crm")
CLIENT = {"client_id": "me", "client_secret": STORED, "token_url": "https://crm.example.com/token"}
CODE = {"auth_code": STORED, "redirect_uri": "https://crm.example.com/done"}
GIVEN: dict[Any, dict[str, Any]] = {
    ConnectorCredentials.api_key: {"key": STORED},
    ConnectorCredentials.basic: {"username": "ann", "password": STORED},
    ConnectorCredentials.custom: {"authentication_type": "Pin", "credentials": {"pin": STORED}},
    ConnectorCredentials.oauth2_client_credentials: CLIENT,
    ConnectorCredentials.oauth2_authorization_code: {**CLIENT, **CODE},
    ConnectorCredentials.oauth2_tokens: {**CLIENT, "access_token": STORED},
}
# What may be left out, where it may be.
OPTIONAL = {
    ConnectorCredentials.api_key: {"secret_key"},
    ConnectorCredentials.oauth2_tokens: {"refresh_token", "client_id", "client_secret"},
}
TEXTS = {"authentication_type", "redirect_uri", "token_url"}
NAMES = {"client_id", "username"}
HIDDEN: Any = "hunter2"
Factory = Callable[..., ConnectorCredentials]


WRONG = [None, HIDDEN, [HIDDEN], {HIDDEN: HIDDEN}, 3, b"x", Odd()]


def is_wrong(call: Factory, argument: str, value: object) -> bool:
    if argument in ("credentials", "token_url_properties"):
        return not (isinstance(value, dict) or (value is None and argument != "credentials"))
    if value is None:
        return argument not in OPTIONAL.get(call, set())
    return not (isinstance(value, str) and argument in TEXTS | NAMES)


CASES = [
    pytest.param(call, argument, value, id=f"{call.__name__}-{argument}-{type(value).__name__}")
    for call, argument in (each.values for each in arguments_of(*GIVEN))
    for value in WRONG
    if is_wrong(call, argument, value)
]


@pytest.mark.parametrize(("call", "argument", "value"), CASES)
def test_it_is_refused_by_its_name(call: Factory, argument: str, value: object) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        call(**{**GIVEN[call], argument: value})
    text = str(caught.value)
    assert text.startswith(argument)
    assert "must be" in text or "give" in text
    if argument not in TEXTS | {"grant_type", "token_url_properties", "unsafe_plain_text"}:
        assert HIDDEN not in text


@pytest.mark.parametrize("value", [None, HIDDEN, [HIDDEN], 3])
def test_a_value_of_custom_credentials_is_named_by_its_key(value: Any) -> None:  # noqa: ANN401 - wrong
    with pytest.raises(TypeError, match=r"^credentials\['pin'\] is .* must be a Secret") as caught:
        ConnectorCredentials.custom("Pin", {"pin": value, "other": STORED})
    assert HIDDEN not in str(caught.value)
