"""What the site takes from elsewhere: what draws, from npm, and the project's version and address.

Mermaid's drawings are text in the pages; GitHub draws them itself. The site has its own copy of the
library, so that a reader's browser asks nobody else for it.

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

from mkdocs.structure.files import File, Files

REPOSITORY = Path(__file__).parents[1]
MERMAID = REPOSITORY / "node_modules" / "@mermaid-js" / "tiny" / "dist" / "mermaid.tiny.js"


def on_config(config: Any) -> Any:  # noqa: ANN401 - MkDocs has no types
    """Complete MkDocs' configuration; MkDocs calls this."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    config["copyright"] = f"{project['name']} {project['version']}, {project['license']}"
    if (address := project.get("urls", {}).get("Repository")) is not None:
        config["repo_url"] = address
    return config


def on_files(files: Files, *, config: Any) -> Files:  # noqa: ANN401
    """Add Mermaid to the site's files; MkDocs calls this."""
    files.append(File.generated(config, "assets/mermaid.tiny.js", abs_src_path=str(MERMAID)))
    return files
