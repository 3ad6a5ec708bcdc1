"""Imports inside the packages point one way: each part imports only what is below it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.import_layers import imports_against

REPOSITORY = Path(__file__).parents[2]
# From the ground up; each part imports only parts of the rows before its own.
CONSTRUCTS = (
    ("argument_types", "construct_repr", "metric_options", "nearest", "schema", "tokens"),
    (
        "construct_errors",
        "construct_state",
        "function_arguments",
        "removal_policy",
        "synth_warnings",
        "validation",
    ),
    ("environment",),
    ("synthesis",),
    ("arns", "claims", "nag_reasons", "function"),
    ("access",),
    ("provider",),
    ("connector",),
    ("profile",),
    ("flows", "testing"),
)
PROVIDER = (
    ("contract", "crhelper_import", "https", "shown_text", "timing"),
    ("budget", "failures", "physical_id", "registration"),
    ("calls", "properties", "response", "stored_credentials"),
    ("registry", "resource"),
    ("removal",),
    ("lifecycle",),
    ("handler", "refresh"),
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
    ("statement", "imported"),
    [
        ("from house.roof import tiles", "house.roof.tiles"),
        ("from house import roof", "house.roof"),
        ("import house.roof", "house.roof"),
        ("import house", "house"),
        ("from house import chimney", "house.chimney"),
        ("from .roof import tiles", ".roof.tiles"),
        ("def later():\n    from house.roof import tiles", "house.roof.tiles"),
    ],
)
def test_an_import_that_runs_back_up_is_reported(
    tmp_path: Path, statement: str, imported: str
) -> None:
    (tmp_path / "roof").mkdir()
    (tmp_path / "__init__.py").write_text("from house.roof import tiles as chimney")
    (tmp_path / "roof" / "__init__.py").write_text("from house import ground\nimport houses")
    (tmp_path / "ground.py").write_text(statement)
    (tmp_path / "shed.py").touch()
    assert imports_against([["ground"], ["roof"]], tmp_path, "house") == [
        f"ground.py imports {imported}",
        "shed.py is in no layer",
    ]
