"""The roots that functions in Java trust, in Java's own format: a JVM reads no PEM."""

from __future__ import annotations

import hashlib
import re
import ssl
import struct

# The format JKS, as the JDK's sun.security.provider.JavaKeyStore reads it; its digest begins with
# the password, of which there is none, and the salt.
_BEGIN = struct.Struct(">III")
_MAGIC, _VERSION = 0xFEEDFEED, 2
_KIND = struct.pack(">I", 2)  # a certificate that is trusted
_MADE = struct.pack(">Q", 0)
_SALT = b"Mighty Aphrodite"
_PEM = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def trust_store(bundle: str) -> bytes:
    """Return the store of the certificates in a text of PEM."""
    found = [ssl.PEM_cert_to_DER_cert(each) for each in _PEM.findall(bundle)]
    entries = [
        b"".join([_KIND, _text(f"root-{number}"), _MADE, _text("X.509"), _sized(each)])
        for number, each in enumerate(found)
    ]
    store = b"".join([_BEGIN.pack(_MAGIC, _VERSION, len(found)), *entries])
    return store + hashlib.sha1(_SALT + store, usedforsecurity=False).digest()


def _text(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode()


def _sized(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content
