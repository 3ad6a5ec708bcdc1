"""The package against botocore's service model, and its promise to know no host."""

from __future__ import annotations

import ast
import inspect
import sys
import warnings
from pathlib import Path

import pytest
from botocore import xform_name

import appflow_local.appflow
from appflow_local.appflow.operations import OPERATIONS
from appflow_local.appflow.protocol import errors
from appflow_local.appflow.protocol.model import service_model
from appflow_local.appflow.protocol.patterns import java_pattern, matches
from appflow_local.appflow.service import AppFlow
from harness.import_layers import imported_names, imports_against

PACKAGE = Path(inspect.getfile(appflow_local.appflow)).parent
# Each imports only what stands before it.
LAYERS = (
    ("clock", "data_catalog", "encryption_keys", "monitoring", "storage", "strict_json", "web"),
    ("host",),
    ("protocol", "transfer"),
    ("page_processes",),
    ("flow_definition",),
    ("account",),
    ("connectors", "customer_keys"),
    ("profiles",),
    ("metadata", "tags"),
    ("flows",),
    ("execution",),
    ("asking", "operations"),
    ("service",),
)
PATTERNS = sorted(
    {
        pattern
        for name in service_model().shape_names
        if (pattern := service_model().shape_for(name).metadata.get("pattern"))
    }
)


def test_every_modelled_error_has_its_class_with_the_models_http_status() -> None:
    ours = {cls.__name__: cls("").http_status for cls in errors.ModelledError.__subclasses__()}
    assert ours == {
        shape.name: shape.metadata["error"]["httpStatusCode"]
        for shape in service_model().error_shapes
    }


def test_every_emulated_operation_is_one_of_the_models_with_a_function_of_botocores_name() -> None:
    assert OPERATIONS.keys() <= set(service_model().operation_names)
    functions = {name: function.__name__ for name, function in OPERATIONS.items()}
    assert functions == {name: xform_name(name) for name in OPERATIONS}


def test_a_service_has_no_public_method_but_these() -> None:
    public = {name for name in vars(AppFlow) if not name.startswith("_")}
    assert public == {
        "ask",
        "call",
        "changes",
        "clock",
        "close",
        "connectors",
        "deactivate_schedules",
        "faults",
        "handle",
        "journal",
        "move",
        "next_run",
        "places",
        "reset",
        "restore",
        "running",
        "snapshot",
        "start",
        "tokens",
    }


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_pattern_of_the_model_compiles_without_warning(pattern: str) -> None:
    java_pattern.cache_clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        java_pattern(pattern)


def test_word_characters_are_ascii_and_a_final_newline_counts() -> None:
    assert matches(r"[\w]+", "abc_1")
    assert not matches(r"[\w]+", "é")
    assert not matches(r"^\d+$", "1\n")
    assert not matches(r"\d+", "٣")


def test_a_surrogate_pair_in_a_pattern_is_one_character() -> None:
    pattern = r"[\uD800\uDC00-\uDBFF\uDFFF]*"
    assert matches(pattern, "\U0001f600")
    assert not matches(pattern, "a")


def test_the_package_imports_no_host_and_little_else() -> None:
    imported = {name for path in PACKAGE.rglob("*.py") for name in imported_names(path)}
    others = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    own = {name for name in others if name.startswith("appflow_local.appflow.")}
    assert {name.split(".")[0] for name in others - own} == {
        "botocore",
        "croniter",
        "msgspec",
        "pyarrow",
    }


def test_imports_point_one_way() -> None:
    assert imports_against(LAYERS, PACKAGE, appflow_local.appflow.__name__) == []


def test_one_place_invokes_connectors() -> None:
    places = [
        f"{path.relative_to(PACKAGE)}:{node.func.attr}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if node.func.attr == "invoke"
    ]
    assert places == ["connectors/connection.py:invoke"]


def test_only_flow_definition_reads_the_members_of_create_flow() -> None:
    members = {
        "triggerConfig",
        "sourceFlowConfig",
        "destinationFlowConfigList",
        "tasks",
        "metadataCatalogConfig",
    }
    readers = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in members
    }
    assert readers == {"flow_definition"}
