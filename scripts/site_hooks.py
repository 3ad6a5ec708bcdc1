"""What the site takes from elsewhere: what draws, pages beside `docs/`, the version and address.

Mermaid's drawings are text in the pages; GitHub draws them itself. The site has its own copy of the
library, so that a reader's browser asks nobody else for it.

Links in the documents are GitHub's: they lead from file to file of the repository. On the site they
lead to the same pages, and those to sources to the repository.

Whoever publishes the project writes its address there, and only there::

    [project.urls]
    Repository = "https://github.com/…"
"""

from __future__ import annotations

import posixpath
import re
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
_DOCS = "docs/"
_BESIDE = {
    "CHANGELOG.md": "project/changes.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
    "UPGRADING.md": "project/upgrading.md",
    "README.md": "index.md",
    "examples/README.md": "examples/index.md",
    **{
        f"examples/{readme.parent.name}/README.md": f"examples/{readme.parent.name}.md"
        for readme in sorted(REPOSITORY.glob("examples/*/README.md"))
    },
}
"""Where the site has the pages that the repository has beside `docs/`."""
_OF_SITE = {page: file for file, page in _BESIDE.items() if file != "README.md"}
_CODE_OR_LINK = re.compile(
    r"^(?:`{3,}).*?^`{3,}$|`[^`\n]+`(?!\])|\[(?P<text>[^\]]+)\]\((?P<target>[^)#\s]+)(?P<anchor>#[^)]*)?\)",
    re.DOTALL | re.MULTILINE,
)

# A bar in the code of a table: GitHub wants it escaped there, and MkDocs shows what escapes it.
_CODE_WITH_BAR = re.compile(r"(?<=[| ])`[^`\n]*\\\|[^`\n]*`")


def on_config(config: Any) -> Any:  # noqa: ANN401 - MkDocs has no types
    """Complete MkDocs' configuration; MkDocs calls this."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    config["copyright"] = f"{project['name']} {project['version']}, {project['license']}"
    if (address := project.get("urls", {}).get("Repository")) is not None:
        config["repo_url"] = address
    return config


def on_files(files: Files, *, config: Any) -> Files:  # noqa: ANN401
    """Add Mermaid and the pages beside `docs/` to the site's files; MkDocs calls this."""
    files.append(File.generated(config, "assets/mermaid.tiny.js", abs_src_path=str(MERMAID)))
    for page, file in _OF_SITE.items():
        files.append(File.generated(config, page, abs_src_path=str(REPOSITORY / file)))
    return files


def on_page_markdown(markdown: str, *, page: Any, config: Any, **_: Any) -> str:  # noqa: ANN401
    """Make links and code in tables work as they do on GitHub; MkDocs calls this for each page."""
    text = _CODE_WITH_BAR.sub(lambda code: code[0].replace(r"\|", "|"), markdown)
    return linked_on_site(text, page.file.src_uri, config["repo_url"])


def linked_on_site(markdown: str, page: str, address: str | None) -> str:
    """Return a page with the site's links in place of the repository's.

    Args:
        markdown: the page's text.
        page: where the site has it, such as `how-to/flows.md`.
        address: of the repository; without one, links to sources become their text.
    """
    folder = posixpath.dirname(_OF_SITE.get(page, _DOCS + page))

    def link(found: re.Match[str]) -> str:
        target = found["target"]
        if target is None or "://" in target or target.startswith("mailto:"):
            return found[0]
        file = posixpath.normpath(posixpath.join(folder, target))
        on_site = _BESIDE.get(file) or (
            file.removeprefix(_DOCS) if file.startswith(_DOCS) else None
        )
        if on_site is not None:
            there = posixpath.relpath(on_site, posixpath.dirname(page) or ".")
            return f"[{found['text']}]({there}{found['anchor'] or ''})"
        return f"[{found['text']}]({address}/blob/main/{file})" if address else found["text"]

    return _CODE_OR_LINK.sub(link, markdown)
