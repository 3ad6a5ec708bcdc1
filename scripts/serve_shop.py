"""Serves the Datasette server that the examples read, until it is interrupted: `make shop`.

Its key becomes the secret `shop-token` of the cloud to which the environment points.
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
import tempfile
from pathlib import Path

import boto3

from scripts.shop_server import shop_server

_SECRET = "shop-token"  # noqa: S105 - its name
_PORT = 8001


def main() -> None:
    """Serve it, and say how an example is pointed at it."""
    key, port = secrets.token_urlsafe(), int(os.environ.get("PORT") or _PORT)
    with tempfile.TemporaryDirectory() as folder, shop_server(Path(folder), key, port) as url:
        keep_key(key)
        print(f"A Datasette server with a table of orders runs at {url}.")
        print(
            f"Its key is the secret {_SECRET}. In another terminal, deploy an example and run it:"
        )
        print()
        print("  appflow-local exec -- cdk bootstrap   # once for each new cloud")
        app = "python3 -m examples.flow_same_stack.app"
        print(f"  appflow-local exec -- cdk deploy --all --app '{app}' -c serverUrl={url}")
        print("  appflow-local run FLOW                # the stack's output FlowName")
        print()
        print("Ctrl-C ends the server.", flush=True)
        signal.pause()


def keep_key(key: str) -> None:
    """Keep the key as a secret of the cloud."""
    client = boto3.client("secretsmanager")
    try:
        client.create_secret(Name=_SECRET, SecretString=key)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=_SECRET, SecretString=key)


def end_by_signals() -> None:
    """Let the server end with this process, however that is ended.

    A shell starts what goes on in the background with Ctrl-C ignored.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


if __name__ == "__main__":
    end_by_signals()
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None
