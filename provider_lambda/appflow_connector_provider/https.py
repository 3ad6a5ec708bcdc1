"""HTTPS requests that leave by the way that botocore's take: through a proxy, if there is one.

A provider that reached AppFlow but not CloudFormation would register connectors and never answer.
"""

from __future__ import annotations

import logging
import os
import ssl
from functools import cache
from typing import Final

import urllib3
from botocore.httpsession import ProxyConfiguration
from botocore.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

_logger = logging.getLogger(__name__)

# They log targets, pre-signed ones among them: each request at DEBUG, odd answers at WARNING.
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).addFilter(lambda _record: False)

FAILURES: Final = (OSError, HTTPError)
"""What `put` raises when there is no answer. Their texts may quote the target."""


def put(host: str, port: int, target: str, body: bytes, timeout: float) -> int:
    """PUT once, with an empty content type, and return the answer's HTTP status.

    Args:
        host: the host, which its certificate must name.
        port: its port.
        target: path and query.
        body: what to send.
        timeout: seconds to connect in, and as many to be answered in.

    Raises:
        OSError: there is no answer.
        HTTPError: there is no answer, or what the proxy variables name is none.
    """
    # The URL is signed for an empty content type.
    headers = {"content-type": "", "content-length": str(len(body))}
    return _request("PUT", host, port, target, timeout, body=body, headers=headers)


def reach(host: str, port: int, timeout: float) -> None:
    """Have a host answer a request for nothing, with whichever status.

    Raises:
        OSError: it doesn't.
        HTTPError: it doesn't, or what the proxy variables name is none.
    """
    _request("HEAD", host, port, "/", timeout)


def _request(
    method: str,
    host: str,
    port: int,
    target: str,
    timeout: float,
    *,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> int:
    with _manager(_proxy_for(host, port)) as manager:
        answer = manager.connection_from_host(host, port, "https").urlopen(
            method,
            target,
            body=body,
            headers=headers,
            timeout=timeout,
            retries=False,
            redirect=False,
            assert_same_host=False,
        )
        return answer.status


def _proxy_for(host: str, port: int) -> str | None:
    url = f"https://{host}:{port}"
    proxy: str | None = ProxyConfiguration(get_environ_proxies(url)).proxy_url_for(url)
    return proxy


def _manager(proxy: str | None) -> urllib3.PoolManager:
    if proxy is None:
        return urllib3.PoolManager(ssl_context=tls_context())
    return urllib3.ProxyManager(
        proxy,
        proxy_headers=ProxyConfiguration().proxy_headers_for(proxy),
        ssl_context=tls_context(),
        proxy_ssl_context=tls_context(),
    )


@cache
def tls_context() -> ssl.SSLContext:
    """Read the trusted authorities, which takes longer than the PUT: once in a Lambda's life.

    They are the system's and, as for botocore, those in the file that AWS_CA_BUNDLE names: proxies
    that look into what they pass on have an authority of their own.
    """
    context = ssl.create_default_context()
    bundle = os.environ.get("AWS_CA_BUNDLE")
    if bundle and bundle != ssl.get_default_verify_paths().cafile:  # that has been read
        try:
            context.load_verify_locations(bundle)
        except OSError as error:
            # botocore fails for it; the answer has to say so.
            _logger.warning("AWS_CA_BUNDLE cannot be read: %s", type(error).__name__)
    return context
