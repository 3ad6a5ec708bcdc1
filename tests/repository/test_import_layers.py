"""Imports inside the packages point one way: each part imports only what is below it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.import_layers import imports_against

REPOSITORY = Path(__file__).parents[2]
# From the ground up; each part imports only parts of the rows before its own.
CONSTRUCTS = (
    ("construct_state", "synth_warnings", "tokens", "validation"),
    ("environment",),
    ("nag_reasons", "function"),
    ("access",),
    ("provider",),
    ("connector",),
    ("profile",),
    ("flows",),
)
PROVIDER = (
    ("contract", "crhelper_import", "shown_text", "timing"),
    ("budget", "failures", "physical_id", "registration", "response"),
    ("calls", "properties", "resource"),
    ("registry",),
    ("lifecycle",),
    ("handler",),
)


@pytest.mark.parametrize(
    ("layers", "package"),
    [
        (CONSTRUCTS, "constructs/cdk_appflow_connector"),
        (PROVIDER, "provider_lambda/appflow_connector_provider"),
    ],
    ids=["constructs", "provider"],
)
def test_imports_point_one_way(layers: Sequence[Sequence[str]], package: str) -> None:
    folder = REPOSITORY / package
    assert imports_against(layers, folder, folder.name) == []


@pytest.mark.parametrize(
    "statement",
    [
        "from house.roof import tiles",
        "from house import roof",
        "import house.roof",
        "from .roof import tiles",
        "from . import roof",
        "def later():\n    from house.roof import tiles",
    ],
)
def test_an_import_that_runs_back_up_is_reported(tmp_path: Path, statement: str) -> None:
    house = tmp_path / "house"
    (house / "roof").mkdir(parents=True)
    (house / "__init__.py").write_text("from house.roof import tiles")
    (house / "roof" / "__init__.py").write_text("from house import ground, tiles_of_the_face")
    (house / "ground.py").write_text(statement)
    (house / "shed.py").touch()
    assert imports_against([["ground"], ["roof"]], house, "house") == [
        "ground.py imports roof",
        "roof/__init__.py imports tiles_of_the_face",
        "shed.py is in no layer",
    ]
