"""Where the Datasette server of these examples is, and the secret that opens it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from constructs import Construct


@dataclass(frozen=True)
class ShopServer:
    """A Datasette server with a database ``shop`` that has a table ``orders``."""

    url: str
    secret_name: str

    @classmethod
    def of(cls, scope: Construct) -> ShopServer:
        """Read the context ``serverUrl`` and ``secretName``, or SERVER_URL and SECRET_NAME.

        Default of the latter: ``shop-token``, a secret of Secrets Manager whose text is the key.

        Raises:
            ValueError: no server is named, or what is named is no URL.
        """
        server = cls.named(scope)
        if server is None:
            raise ValueError("no server is named: give one with -c serverUrl=https://…")
        return server

    @classmethod
    def named(cls, scope: Construct) -> ShopServer | None:
        """The same; None if no server is named.

        Raises:
            ValueError: what is named is no URL.
        """
        url = _given(scope, "serverUrl", "SERVER_URL")
        if url is None:
            return None
        if not re.fullmatch(r"https?://[^\s/]+.*", url):
            raise ValueError(f"serverUrl is {url!r}: give a URL, such as https://shop.example.com")
        return cls(url, _given(scope, "secretName", "SECRET_NAME") or "shop-token")


def _given(scope: Construct, context: str, variable: str) -> str | None:
    given = scope.node.try_get_context(context)
    return os.environ.get(variable) if given is None else str(given)
