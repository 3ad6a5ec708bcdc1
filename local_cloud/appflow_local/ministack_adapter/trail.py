"""Puts AppFlow's requests into MiniStack's CloudTrail as CloudTrail has them.

MiniStack names only operations that are in a header or a query: AppFlow's were `POST.appflow`. It
would also show the credentials of profiles.

Known of Events, metrics and callers (AppFlow User Guide, "Logging Amazon AppFlow API calls with AWS
CloudTrail"): once `POST /_ministack/config` has set `cloudtrail._recording_enabled`, AppFlow's
events have the names of its operations.
Inferred of Events, metrics and callers: the credentials of profiles are not in them; what stands in
their place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack import app as gateway

from appflow_local.appflow.protocol.errors import UnknownOperationException
from appflow_local.appflow.protocol.routing import route

_HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"


def install_trail() -> None:
    """Name the events of AppFlow by their operations, without credentials."""
    name, record = gateway._ct_event_name, gateway._maybe_record_cloudtrail
    gateway._ct_event_name = _naming(name)

    def maybe_record(
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        *rest: object,
    ) -> None:
        if service == "appflow" and b"connectorProfileCredentials" in body:
            body = _without_credentials(body)
        record(service, method, path, headers, body, *rest)

    gateway._maybe_record_cloudtrail = maybe_record


def _naming(of_others: Callable[..., str]) -> Callable[..., str]:
    def event_name(
        service: str, method: str, path: str, headers: Mapping[str, str], query: Mapping[str, Any]
    ) -> str:
        if service == "appflow":
            try:
                return route(method, path).operation
            except UnknownOperationException:
                pass  # it has no better name
        return of_others(service, method, path, headers, query)

    return event_name


def _without_credentials(body: bytes) -> bytes:
    try:
        given = json.loads(body)
        given["connectorProfileConfig"]["connectorProfileCredentials"] = _HIDDEN
    except (ValueError, LookupError, TypeError):
        return b""  # a request that was refused
    return json.dumps(given).encode()
