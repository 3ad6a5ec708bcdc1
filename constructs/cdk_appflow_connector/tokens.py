"""Texts that are known at deployment only."""

from __future__ import annotations

from aws_cdk import Token


def is_token(text: str) -> bool:
    """Whether a text is or holds a token; most are told without a call to Node.js."""
    return "${" in text and Token.is_unresolved(text)
