"""Tells tokens, which get their value at deployment, from plain text."""

from __future__ import annotations

from aws_cdk import Token


def is_token(text: str) -> bool:
    """Whether a text holds a token; most plain text is recognised without a call to Node.js."""
    return "${" in text and Token.is_unresolved(text)
