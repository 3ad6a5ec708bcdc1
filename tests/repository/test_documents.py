"""What users read is executed or checked here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md")
    for path in REPOSITORY.glob(pattern)
    if "node_modules" not in path.parts
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_readmes_example_synthesises(tmp_path: Path) -> None:
    (tmp_path / "connector").mkdir()
    (tmp_path / "connector" / "crm.py").write_text("def handler(event, context): ...\n")
    (tmp_path / "app.py").write_text(blocks("python")[0])
    subprocess.run(
        [sys.executable, "app.py"], cwd=tmp_path, check=True, env=_environment(tmp_path / "out")
    )
    assert "Custom::AppFlowConnector" in (tmp_path / "out" / "Crm.template.json").read_text()


def test_the_readmes_example_is_short_and_early() -> None:
    example = blocks("python")[0]
    assert len(example.splitlines()) <= 15
    assert README[: README.index(example)].count("\n") + len(example.splitlines()) <= 30


def test_every_make_target_that_the_readme_names_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE))
    assert named <= targets


def test_every_appflow_local_command_that_the_documents_name_exists() -> None:
    from appflow_local.cli import main

    texts = README + (REPOSITORY / "docs" / "local-cloud.md").read_text(encoding="utf-8")
    for name in set(re.findall(r"appflow-local ([a-z]+)", texts)):
        with pytest.raises(SystemExit) as caught:
            main([name, "--help"])
        assert caught.value.code == 0, name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


def _environment(outdir: Path) -> dict[str, str]:
    return {**os.environ, "CDK_OUTDIR": str(outdir)}
