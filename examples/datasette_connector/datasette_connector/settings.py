"""The connector's only runtime setting, `baseUrl`, and what makes it valid."""

import re
import urllib.parse
from collections.abc import Mapping

from datasette_connector.errors import invalid

BASE_URL = "baseUrl"
_EXAMPLE = "for example https://data.example.com"


def base_url(settings: Mapping[str, object] | None) -> str:
    """Return the server's address without a trailing slash.

    Args:
        settings: The connector runtime settings of the connection.

    Raises:
        ConnectorError: InvalidArgument, if `baseUrl` is missing or malformed.
    """
    value = (settings or {}).get(BASE_URL)
    problem = base_url_problem(value)
    if problem is not None:
        raise invalid(problem)
    return str(value).rstrip("/")


def base_url_problem(value: object) -> str | None:
    """Return what is wrong with a `baseUrl`; None if it is well formed."""
    if not isinstance(value, str) or not value:
        return f"baseUrl is missing: give the Datasette server's address, {_EXAMPLE}"
    if not re.fullmatch(r"[!-~]+", value):
        return f"baseUrl {value!r} holds a space or a character that URLs don't admit"
    try:
        parts = urllib.parse.urlsplit(value)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError as exc:
        return f"baseUrl {value!r} is not a URL: {exc}"
    if parts.scheme not in ("http", "https") or not has_host:
        return f"baseUrl {value!r} is not an http(s) URL with a host, {_EXAMPLE}"
    if parts.username is not None:
        # Not repeated: what stands before the @ is a password.
        return "baseUrl holds a user name; give the API key in the connection's credentials instead"
    if parts.query or parts.fragment:
        return f"baseUrl {value!r} has a query or a fragment; end it with the path"
    return None
