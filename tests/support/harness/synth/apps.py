"""Apps of which the templates are looked at, and the assets are not."""

from __future__ import annotations

from typing import Any

from aws_cdk import App


def unbundled_app(**context: Any) -> App:  # noqa: ANN401 - App's own
    """An app that bundles no stack's assets, as `cdk list` has it; its templates are the same.

    Writing the provider's code takes a quarter of what an app with one connector takes. Without
    bundling, no connector is asked at synth either.

    Args:
        context: what else its context has.
    """
    return App(context={"aws:cdk:bundling-stacks": [], **context})
