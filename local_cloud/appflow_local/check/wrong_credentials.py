"""Makes a secret whose values are wrong, to see what the connector says."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from appflow_local.check.bench import Bench, Connector
from appflow_local.check.subject import Subject, objects

_KEPT = ("customAuthenticationType", "clientId", "username")


def wrong_context(
    bench: Bench,
    subject: Subject,
    connector: Connector,
    context: Mapping[str, Any],
    undo: ExitStack,
) -> Mapping[str, Any] | None:
    """Return the context with wrong credentials, until `undo`; None if it takes none."""
    content = json.loads(bench.read_secret(context["credentials"]["secretArn"]))
    spoilt = _spoilt(content, subject.configuration)
    if spoilt == content:
        return None
    account = connector.function_arn.split(":")[4]
    secret = f"appflow!{account}-{connector.label}-check-{secrets.token_hex(4)}"
    arn, delete = bench.make_secret(secret, json.dumps(spoilt))
    undo.callback(delete)
    return {**context, "credentials": {**context["credentials"], "secretArn": arn}}


def _spoilt(content: Mapping[str, Any], configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a secret with other values for what is secret in it."""
    authentication = configuration.get("authenticationConfig") or {}
    parameters = [
        one
        for each in objects(authentication.get("customAuthConfig"))
        if each.get("authenticationType") == content.get("customAuthenticationType")
        for one in objects(each.get("authParameters"))
    ]
    sensitive = {one.get("key") for one in parameters if one.get("sensitiveField") is True}
    return {
        key: f"wrong-{secrets.token_hex(8)}"
        if isinstance(value, str) and key not in _KEPT and (not sensitive or key in sensitive)
        else value
        for key, value in content.items()
    }
