"""The environment variables of clients of the cloud, and of its server."""

from __future__ import annotations

import os
import re

from appflow_local.node_path import with_node_itself
from appflow_local.saved_state import SavedState
from appflow_local.state import StateFolder

PORT_VARIABLE = "APPFLOW_LOCAL_PORT"
REGION = "us-east-1"
# MiniStack treats this key as the account root; it works only with a server on loopback.
ACCESS_KEY_ID = "test"
SECRET_ACCESS_KEY = "test"  # noqa: S105

_OWN = re.compile(
    "BOTO_CONFIG|AWS_ROLE_(ARN|SESSION_NAME)|(AWS|AMAZON)_.*"
    "(ENDPOINT|(ACCESS|SECRET)_KEY|SECRET_ACCESS|TOKEN|CREDENTIAL|PROFILE|METADATA_SERVICE"
    "|CONFIG_FILE|DATA_PATH)"
)
"""Variables with which SDKs find an endpoint or an identity, by what their names hold.

Not a list of names: each SDK has its own, such as AWS_ENDPOINT_URL_S3 and AWS_SECURITY_TOKEN.
"""

# Unset even where this process has none of them: `env` may be evaluated in another shell.
_ALWAYS_UNSET = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
)

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY")

# The only variables that functions inherit from the caller's environment, besides PATH. HOME isn't
# one: the user's home holds keys and the configuration of AWS's SDKs.
_INHERITED = ("LANG", "LC_ALL", "TZ", *_PROXIES, *map(str.lower, _PROXIES))

_NOT_PROXIED = ("localhost", ".localhost", "*.localhost", "127.0.0.1", "::1", "[::1]")
"""The cloud's names, as NO_PROXY's readers want them.

urllib, requests and Go take the first for its subdomains, too; the CDK CLI's proxy-from-env and
Node.js need one of the next two for those. Brackets: some compare an URL's host as it is.
"""


_NPM = ("npm_config_no_proxy", "NPM_CONFIG_NO_PROXY")


def to_unset() -> list[str]:
    """The variables that clients must not inherit from this process."""
    found = {name for name in os.environ if _OWN.match(name)}
    return [*_ALWAYS_UNSET, *sorted(found.difference(_ALWAYS_UNSET))]


def client_environment(port: int, state: StateFolder) -> dict[str, str]:
    """The variables with which AWS SDKs, the AWS CLI and the CDK CLI reach the cloud."""
    bundle = str(state.ca_bundle)
    # AWS is the cloud. The CDK CLI and botocore read the file again for each connection: all public
    # roots were a tenth of a deployment's CPU time, measured once.
    return {
        PORT_VARIABLE: str(port),
        "AWS_ENDPOINT_URL": f"https://localhost:{port}",
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Not the user's: theirs may hold keys, or settings that lead to AWS itself.
        "AWS_CONFIG_FILE": str(state.aws_config),
        "AWS_SHARED_CREDENTIALS_FILE": str(state.aws_credentials),
        "AWS_CA_BUNDLE": str(state.authority),
        "NODE_EXTRA_CA_CERTS": bundle,
        "REQUESTS_CA_BUNDLE": bundle,
        "SSL_CERT_FILE": bundle,
        **_without_proxy(),
    }


def _without_proxy() -> dict[str, str]:
    """NO_PROXY, in both spellings, with what the user had and the cloud's names."""
    upper, lower = os.environ.get("NO_PROXY"), os.environ.get("no_proxy")
    both = {"NO_PROXY": upper or lower, "no_proxy": lower or upper}
    # The CDK CLI prefers npm's setting, if there is one.
    npm = {name: os.environ[name] for name in _NPM if os.environ.get(name)}
    return {name: beside_proxy(before or "") for name, before in {**both, **npm}.items()}


def beside_proxy(before: str) -> str:
    """Add the cloud's names to the value of a NO_PROXY."""
    if before.strip() == "*":  # means all hosts only where nothing stands beside it
        return before
    given = [each.strip() for each in before.split(",") if each.strip()]
    return ",".join([*given, *(each for each in _NOT_PROXIED if each not in given)])


def server_environment(
    port: int, state: StateFolder, saved: SavedState | None, *, enforce_iam: bool
) -> dict[str, str]:
    """The server's variables, which MiniStack passes on to the functions it runs."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    client = client_environment(port, state)
    return {
        **inherited,
        "PATH": with_node_itself(os.environ.get("PATH", os.defpath)),
        **client,
        # A connector may use an SDK of AWS's for a service outside.
        "AWS_CA_BUNDLE": client["SSL_CERT_FILE"],
        "HOME": str(state.functions_home),
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
    """Where MiniStack keeps files; its own persistence stays off, see `state_persistence`.

    S3 keeps objects in files even if they end with the cloud: else they would be in memory.
    """
    return {
        "STATE_DIR": str(saved.services if saved else state.temporary / "ministack"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(saved.objects if saved else state.temporary / "objects"),
    }
