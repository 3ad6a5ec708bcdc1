"""What the site takes from pyproject.toml: the project's version, and its address once it has one.

Whoever publishes the project writes its address there, and only there::

    [project.urls]
    Repository = "https://github.com/…"
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def on_config(config: Any) -> Any:  # noqa: ANN401 - MkDocs has no types
    """Complete MkDocs' configuration; MkDocs calls this."""
    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    config["copyright"] = f"{project['name']} {project['version']}, {project['license']}"
    if (address := project.get("urls", {}).get("Repository")) is not None:
        config["repo_url"] = address
    return config
