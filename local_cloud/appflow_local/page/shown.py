"""How values look: no secrets, nothing that an eye or a browser would obey, and not too long."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timezone

from jinja2 import Undefined
from markupsafe import Markup

from appflow_local.appflow.account.hidden_texts import Hider

LONGEST_TEXT = 64 * 1024
LONGEST_CELL = 300
_KILO = 1024
_NOTHING = Hider(())

_hide: ContextVar[Hider] = ContextVar("hide", default=_NOTHING)


@contextmanager
def hiding(hide: Hider) -> Iterator[None]:
    """Show no secret while the block renders."""
    token = _hide.set(hide)
    try:
        yield
    finally:
        _hide.reset(token)


def finalized(value: object) -> object:
    """Return what a template prints for a value; markup is our own, and printed as it is."""
    if value is None:
        return ""
    if isinstance(value, (Markup, Undefined, int, float)):
        return value
    return visible(cut(_hide.get().text(str(value)), LONGEST_TEXT))


def visible(text: str) -> str:
    """Spell out what can't be seen, or would turn the text around: controls and bidi marks."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each in "\n\t" else repr(each)[1:-1] for each in text
    )


def cut(text: str, longest: int) -> str:
    """Return a text, or its beginning and how much is missing."""
    if len(text) <= longest:
        return text
    return f"{text[:longest]}… ({len(text) - longest:,} more characters)"


def size(count: float) -> str:
    """Say how many bytes there are."""
    for unit in ("B", "KB", "MB"):
        if count < _KILO:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 10 else f"{count:.1f} {unit}"
        count /= _KILO
    return f"{count:.1f} GB"


def took(seconds: float) -> str:
    """Say how long something took."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def moment(time: datetime | float | None) -> Markup:
    """Return a time of this machine's zone: of today, only the hour."""
    if time is None:
        return Markup("-")
    if not isinstance(time, datetime):
        time = datetime.fromtimestamp(time, timezone.utc)
    local = time.astimezone()
    today = datetime.now(timezone.utc).astimezone().date()
    text = f"{local:%H:%M:%S}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"
    whole = local.isoformat(timespec="milliseconds")
    return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(whole, text)


def pretty(value: object) -> str:
    """Return JSON, indented."""
    try:
        return json.dumps(value, indent=2, ensure_ascii=False, default=str)
    except RecursionError:
        return "(nested too deeply to be shown)"


def cell(value: object) -> str:
    """Return the text of a value in a table, as JSON unless it is text."""
    if isinstance(value, str):
        return cut(value, LONGEST_CELL)
    if value is None:
        return "null"
    try:
        return cut(json.dumps(value, ensure_ascii=False, default=str), LONGEST_CELL)
    except RecursionError:
        return "(nested too deeply to be shown)"
