"""AWS's clients for the commands and tests that use the cloud themselves."""

from __future__ import annotations

from typing import Any

from appflow_local.cloud import LocalCloud

_SECONDS = 90


def aws_client(cloud: LocalCloud, service: str) -> Any:  # noqa: ANN401 - botocore makes it
    """Return a client of the account's root, whatever the user's AWS configuration says."""
    return aws_session(cloud).create_client(service, **client_arguments(cloud))


def aws_session(cloud: LocalCloud) -> Any:  # noqa: ANN401 - botocore's
    """Return a session that makes several clients faster than `aws_client` does."""
    # Imported late: it takes as long as all other imports, and few commands need it.
    import botocore.session

    variables = cloud.variables()
    files = {"config_file": "AWS_CONFIG_FILE", "credentials_file": "AWS_SHARED_CREDENTIALS_FILE"}
    own = {name: (None, None, variables[variable], None) for name, variable in files.items()}
    return botocore.session.Session(session_vars={**own, "profile": (None, None, None, None)})


def client_arguments(cloud: LocalCloud) -> dict[str, Any]:
    """Return what a session needs to make a client of the cloud."""
    from botocore.config import Config

    variables = cloud.variables()
    return {
        "region_name": variables["AWS_REGION"],
        "endpoint_url": variables["AWS_ENDPOINT_URL"],
        "aws_access_key_id": variables["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": variables["AWS_SECRET_ACCESS_KEY"],
        "verify": str(cloud.state.authority),
        "config": Config(proxies={}, read_timeout=_SECONDS, retries={"total_max_attempts": 1}),
    }
