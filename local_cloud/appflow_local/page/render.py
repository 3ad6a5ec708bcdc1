"""Renders templates: every value is escaped, searched for secrets, and made visible."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from appflow_local.page import shown
from appflow_local.page.view import View


def _raw(value: object) -> Markup:
    """Return what a form sends back unseen, as it is; half a surrogate pair can't be sent."""
    return escape(str(value).encode(errors="replace").decode())


_TEMPLATES = Environment(
    loader=PackageLoader("appflow_local.page"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=shown.finalized,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(
    size=shown.size,
    took=shown.took,
    moment=shown.moment,
    pretty=shown.pretty,
    cell=shown.cell,
    cut=shown.cut,
    number=lambda value: f"{value:,}",
    raw_text=_raw,
)


class Renderer:
    """The templates, with what all of them know.

    Args:
        form_token: what each form sends.
    """

    def __init__(self, form_token: str) -> None:
        self._form_token = form_token

    def page(
        self, view: View, template: str, values: Mapping[str, Any], status: int = 200
    ) -> HTMLResponse:
        """Return a screen."""

        def link(screen: str = "", /, **parameters: object) -> Markup:
            return escape(view.link(screen, **parameters))

        with shown.hiding(view.journal.hider()):
            text = _TEMPLATES.get_template(template).render(
                **values,
                form_token=self._form_token,
                link=link,
                place=view.place,
                seen=view.seen,
                places=view.source.appflow.places(),
            )
        return HTMLResponse(text, status)


def loaded(text: bytes | str | None) -> object:
    """Return JSON, or the text as it is; None for nothing."""
    if text is None:
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text if isinstance(text, str) else text.decode(errors="replace")
