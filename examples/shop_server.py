"""Where the Datasette server of these examples is, and the secret that opens it."""

from __future__ import annotations

import os
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

        Default: ``https://shop.example.com``, and the secret ``shop-token`` of Secrets Manager,
        whose text is the key.
        """
        return cls(
            url=_given(scope, "serverUrl", "SERVER_URL") or "https://shop.example.com",
            secret_name=_given(scope, "secretName", "SECRET_NAME") or "shop-token",
        )


def _given(scope: Construct, context: str, variable: str) -> str:
    return str(scope.node.try_get_context(context) or os.environ.get(variable, ""))
