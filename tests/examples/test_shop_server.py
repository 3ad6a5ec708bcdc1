"""What the examples are told of the server whose orders they move."""

from __future__ import annotations

import pytest
from aws_cdk import App

from examples.shop_server import ShopServer


@pytest.fixture(autouse=True)
def _nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SERVER_URL", raising=False)
    monkeypatch.delenv("SECRET_NAME", raising=False)


def test_the_server_is_named_by_the_context_or_else_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SERVER_URL", "http://127.0.0.1:8001")
    assert ShopServer.of(App()) == ShopServer("http://127.0.0.1:8001", "shop-token")
    app = App(context={"serverUrl": "https://shop.example.com", "secretName": "theirs"})
    assert ShopServer.of(app) == ShopServer("https://shop.example.com", "theirs")


def test_no_server_is_made_up() -> None:
    assert ShopServer.named(App()) is None
    with pytest.raises(ValueError, match="give one with -c serverUrl"):
        ShopServer.of(App())


@pytest.mark.parametrize("url", ["", "shop", "ftp://shop", "https://", "https:// x"])
def test_a_text_that_is_not_a_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="serverUrl is"):
        ShopServer.named(App(context={"serverUrl": url}))
