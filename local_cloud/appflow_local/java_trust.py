"""Writes root certificates into a trust store, as a JVM reads no PEM.

Not by the JVM itself: to start one for it takes longer than to start a function in Java.
The format is that of `JKS`, which the JDK documents in `sun.security.provider.JavaKeyStore`.
"""

from __future__ import annotations

import hashlib
import re
import ssl
import struct

_PEM = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_MAGIC, _VERSION, _TRUSTED = 0xFEEDFEED, 2, 2
_NO_DATE = 0
_WHITENER = b"Mighty Aphrodite"  # the digest's, before which the password would be


def trust_store(bundle: str) -> bytes:
    """Return a trust store without a password that holds the certificates of a PEM bundle."""
    found = [ssl.PEM_cert_to_DER_cert(each) for each in _PEM.findall(bundle)]
    content = struct.pack(">III", _MAGIC, _VERSION, len(found))
    content += b"".join(_entry(f"root-{number}", each) for number, each in enumerate(found))
    return content + hashlib.sha1(_WHITENER + content, usedforsecurity=False).digest()


def _entry(alias: str, certificate: bytes) -> bytes:
    begin = struct.pack(">I", _TRUSTED) + _text(alias) + struct.pack(">Q", _NO_DATE)
    return begin + _text("X.509") + struct.pack(">I", len(certificate)) + certificate


def _text(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode("ascii")
