"""Tells tokens, which get their value at deployment, from plain text."""

from __future__ import annotations

import math

from aws_cdk import Token


def is_token(text: str) -> bool:
    """Whether a text holds a token; most plain text is recognised without a call to Node.js."""
    return "${" in text and Token.is_unresolved(text)


def is_number_token(number: float) -> bool:
    """Whether a number is a token; Node.js is not asked of one that is none, which would end it."""
    return math.isfinite(number) and Token.is_unresolved(number)
