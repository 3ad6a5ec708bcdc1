"""Certificates for one local cloud, created at each start.

Loopback doesn't need TLS for secrecy, but crhelper and CloudFormation's own protocol require HTTPS.
The CA's private key is never written, so nobody can issue another certificate that clients with
this CA bundle would trust. The system's trust store stays unchanged.
"""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import botocore
import trustme

from appflow_local.aws_hosts import certified_hosts
from appflow_local.state import StateFolder

# Buckets are also addressed as NAME.localhost.
_HOSTS = ("localhost", "*.localhost", "127.0.0.1", "::1")


def write_certificates(state: StateFolder) -> None:
    """Write the server's certificate and key, and the bundle that clients verify it with."""
    authority = trustme.CA(organization_name="appflow-local")
    server = authority.issue_cert(*_HOSTS, *certified_hosts())
    state.certificate.write_bytes(b"".join(pem.bytes() for pem in server.cert_chain_pems))
    _write_private(state.private_key, server.private_key_pem.bytes())
    state.authority.write_bytes(authority.cert_pem.bytes())
    bundle = public_roots().read_bytes() + b"\n" + authority.cert_pem.bytes()
    state.ca_bundle.write_bytes(bundle)


def public_roots() -> Path:
    """The machine's root certificates, or botocore's where the machine has none.

    Clients trust only the bundle; without these, a connector couldn't reach any service outside.
    """
    defaults = ssl.get_default_verify_paths()
    candidates = (os.environ.get("SSL_CERT_FILE"), defaults.cafile, defaults.openssl_cafile)
    for candidate in candidates:
        if candidate and Path(candidate).is_file():
            return Path(candidate)
    return Path(botocore.__file__).with_name("cacert.pem")


def _write_private(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
