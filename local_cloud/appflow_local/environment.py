"""The environment variables of clients of the cloud, and of its server."""

from __future__ import annotations

import os

from appflow_local.saved_state import SavedState
from appflow_local.state import StateFolder

REGION = "us-east-1"
# MiniStack treats this key as the account root; it works only with a server on loopback.
ACCESS_KEY_ID = "test"
SECRET_ACCESS_KEY = "test"  # noqa: S105

# These would point a client at AWS, or at another identity, despite the variables below.
_UNSET = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)

_OWN_ENDPOINTS = "AWS_ENDPOINT_URL_"
"""Prefix of the variables that send one service's requests elsewhere."""

# The only variables that functions inherit from the caller's environment.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "HTTP_PROXY", "HTTPS_PROXY")


def to_unset() -> list[str]:
    """The variables that clients must not inherit from this process."""
    endpoints = [name for name in os.environ if name.startswith(_OWN_ENDPOINTS)]
    return [*_UNSET, *sorted(endpoints)]


def client_environment(port: int, state: StateFolder) -> dict[str, str]:
    """The variables with which AWS SDKs, the AWS CLI and the CDK CLI reach the cloud."""
    bundle = str(state.ca_bundle)
    return {
        "AWS_ENDPOINT_URL": f"https://localhost:{port}",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CA_BUNDLE": bundle,
        "NODE_EXTRA_CA_CERTS": bundle,
        "REQUESTS_CA_BUNDLE": bundle,
        "SSL_CERT_FILE": bundle,
    }


def server_environment(
    port: int, state: StateFolder, saved: SavedState | None, *, enforce_iam: bool
) -> dict[str, str]:
    """The server's variables, which MiniStack passes on to the functions it runs."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    client = client_environment(port, state)
    return {
        **inherited,
        **client,
        "NO_PROXY": "localhost,127.0.0.1",
        "TMPDIR": str(state.temporary),
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        # For MiniStack
        "AUTH": str(enforce_iam).lower(),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "MINISTACK_REGION": REGION,
        "MINISTACK_SSL_CERT": str(state.certificate),
        "MINISTACK_SSL_KEY": str(state.private_key),
        "SFTP_ENABLED": "0",
        **_places(state, saved),
        "USE_SSL": "1",
        # For custom resources: the hosts besides AWS that may receive their responses.
        "CFN_RESPONSE_HOSTS": "localhost",
    }


def _places(state: StateFolder, saved: SavedState | None) -> dict[str, str]:
    """Where MiniStack keeps files; its own persistence stays off, see `state_persistence`."""
    if saved is None:
        return {
            "STATE_DIR": str(state.temporary / "ministack"),
            # Unused without S3_PERSIST, but read; its default is in a folder that all users share.
            "S3_DATA_DIR": str(state.temporary / "objects"),
        }
    return {
        "STATE_DIR": str(saved.services),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(saved.objects),
    }
