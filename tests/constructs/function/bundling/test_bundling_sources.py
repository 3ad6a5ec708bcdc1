"""What of a connector's folder is bundled."""

from __future__ import annotations

from pathlib import Path

import pytest

from cdk_appflow_connector.function.bundling.sources import read_sources


def write(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_what_a_function_does_not_need_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "crm/handler.py", "crm/schema.json", "crm/tests.py", "crm/requirements.txt")
    write(tmp_path, "requirements.txt", "uv.lock", "pyproject.toml")
    write(tmp_path, ".env", ".git/config", ".venv/lib/x.py", "venv/lib/x.py", "cdk.out/tree.json")
    write(tmp_path, "tests/test_crm.py", "crm/tests/test_crm.py", "node_modules/x/index.js")
    write(tmp_path, "crm/__pycache__/handler.cpython-312.pyc", "crm/old.pyc")
    kept = ["crm/handler.py", "crm/requirements.txt", "crm/schema.json", "crm/tests.py"]
    assert list(read_sources(tmp_path)) == kept


def test_patterns_leave_out_more(tmp_path: Path) -> None:
    write(tmp_path, "stack.py", "crm/handler.py", "crm/notes.md", "docs/a/b.txt")
    assert list(read_sources(tmp_path, ["stack.py", "*.md", "docs"])) == ["crm/handler.py"]


def test_a_link_to_a_file_is_its_content(tmp_path: Path) -> None:
    write(tmp_path, "shared.py", "connector/crm.py")
    (tmp_path / "connector" / "shared.py").symlink_to(tmp_path / "shared.py")
    assert read_sources(tmp_path / "connector")["shared.py"].content == b"shared.py"


def test_a_link_to_a_folder_is_refused_unless_it_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, "crm.py")
    (tmp_path / "shared").symlink_to(tmp_path)
    with pytest.raises(ValueError, match=r"shared' is a link to a folder: copy it, or exclude it"):
        read_sources(tmp_path)
    assert list(read_sources(tmp_path, ["shared"])) == ["crm.py"]


def test_a_folder_without_a_connector_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"entry '.*missing' is not a folder"):
        read_sources(tmp_path / "missing")
    with pytest.raises(ValueError, match="holds no files of a connector"):
        read_sources(write(tmp_path, "requirements.txt"))
