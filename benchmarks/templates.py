"""How large the peers' templates and assets are."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, Final, TypedDict
from zipfile import ZIP_DEFLATED, ZipFile

from benchmarks.peers.app import STACK

PER_FUNCTION: Final = 3
"""Resources that every way needs per connector: its function, its role and its permission."""


class Size(TypedDict):
    """Of a template and its assets: `registration` is the resources without the functions' own."""

    resources: int
    registration: int
    bytes: int
    assets: int
    asset_bytes: int


def size(assembly: Path, connectors: int) -> Size:
    """Measure an assembly; an asset's bytes are those of its zip file."""
    file = assembly / f"{STACK}.template.json"
    resources = len(template(assembly)["Resources"])
    assets = [_zipped(folder) for folder in _assets(assembly)]
    return {
        "resources": resources,
        "registration": resources - PER_FUNCTION * connectors,
        "bytes": file.stat().st_size,
        "assets": len(assets),
        "asset_bytes": sum(assets),
    }


def template(assembly: Path) -> dict[str, Any]:
    """Read an assembly's template."""
    text = (assembly / f"{STACK}.template.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _assets(assembly: Path) -> list[Path]:
    manifest = json.loads((assembly / f"{STACK}.assets.json").read_text(encoding="utf-8"))
    sources = [asset["source"] for asset in manifest["files"].values()]
    return [assembly / source["path"] for source in sources if source["packaging"] == "zip"]


def _zipped(folder: Path) -> int:
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(folder))
    return len(content.getvalue())
