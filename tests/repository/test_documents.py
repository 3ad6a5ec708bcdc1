"""What users read is executed or checked here."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cdk_appflow_connector import CustomConnector
from cdk_appflow_connector.synth_warnings import PREFIX, WarningId
from harness.synth.synthesis import Synthesizer
from scripts.page_code import MissingCodeError, pages, updated

REPOSITORY = Path(__file__).parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
QUICK_START = (REPOSITORY / "docs" / "index.md").read_text(encoding="utf-8")
DOCUMENTS = list(pages())
SNIPPETS = sorted((REPOSITORY / "docs" / "snippets").glob("*.py"))
# The others are functions, which tests of their own call.
APPS = [each for each in SNIPPETS if "app.synth()" in each.read_text(encoding="utf-8")]


def test_every_warning_is_in_the_table_by_its_id() -> None:
    _, _, section = (REPOSITORY / "docs" / "lifecycle.md").read_text("utf-8").partition("warns of")
    section, _, _ = section.partition("\n## ")
    listed = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert listed == sorted(warning.value for warning in WarningId)
    assert set(re.findall(rf"{PREFIX}(\w+)", section)) <= set(listed)


def blocks(language: str, page: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


@pytest.fixture(scope="module")
def synthesizer() -> Iterator[Synthesizer]:
    """The CDK in the snippets' folder, which has the folder `connector` that apps pack."""
    with Synthesizer(SNIPPETS[0].parent) as started:
        yield started


@pytest.fixture(scope="module")
def template(synthesizer: Synthesizer, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The template of the README's app, with the flow that the quick start adds."""
    folder = tmp_path_factory.mktemp("readme")
    connector, flow = blocks("python")[0], blocks("python", QUICK_START)[1]
    synth = "app.synth()\n"
    assert connector.endswith(synth)
    (folder / "app.py").write_text(connector.removesuffix(synth) + flow + synth)
    synthesizer.synthesise(str(folder / "app.py"), folder / "out")
    return (folder / "out" / "Crm.template.json").read_text()


@pytest.mark.slow
def test_the_readmes_example_synthesises(template: str) -> None:
    assert "Custom::AppFlowConnector" in template


@pytest.mark.slow
def test_the_quick_starts_flow_takes_ten_lines_and_synthesises(template: str) -> None:
    lines = [
        line
        for line in blocks("python", QUICK_START)[1].splitlines()
        if line and "import" not in line
    ]
    assert len(lines) <= 10
    assert '"AWS::AppFlow::Flow"' in template


def test_the_quick_start_shows_every_argument_of_a_connector_with_its_default() -> None:
    shown = ast.parse(blocks("python", QUICK_START)[2]).body[0]
    assert isinstance(shown, ast.Expr)
    assert isinstance(shown.value, ast.Call)
    given = {each.arg: ast.unparse(each.value) for each in shown.value.keywords}
    parameters = inspect.signature(CustomConnector.__init__).parameters.values()
    defaults = {
        each.name: str(each.default) for each in parameters if each.kind is each.KEYWORD_ONLY
    }
    assert given == defaults | {"function": "function"}


def test_the_quick_starts_flow_is_that_of_an_example_that_is_deployed() -> None:
    example = (REPOSITORY / "examples" / "flow_same_stack" / "app.py").read_text(encoding="utf-8")
    given = {"server.secret_name": '"shop-token"', "server.url": '"https://shop.example.com"'}
    for name, value in given.items():
        example = example.replace(name, value)
    assert blocks("python", QUICK_START)[1].partition("\n\n")[2] in example


@pytest.mark.slow
@pytest.mark.parametrize("snippet", APPS, ids=lambda path: path.stem)
def test_the_documents_examples_synthesise(
    synthesizer: Synthesizer, snippet: Path, tmp_path: Path
) -> None:
    synthesizer.synthesise(snippet.name, tmp_path)
    assert "AWS::" in "".join(file.read_text() for file in tmp_path.glob("*.template.json"))


def test_the_readme_has_three_links_and_two_commands() -> None:
    assert len(re.findall(r"(?<!!)\[[^\]]+\]\(", README)) == 3
    assert len(blocks("console")[0].splitlines()) == 2


def test_the_readmes_example_is_short_and_early() -> None:
    example = blocks("python")[0]
    assert len(example.splitlines()) <= 10
    assert README[: README.index(example)].count("\n") + len(example.splitlines()) <= 30


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_page_shows_the_code_that_the_tests_run(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert updated(text) == text, "run `make format`"


def test_a_page_that_names_missing_code_is_told_so() -> None:
    page = "<!-- code: docs/snippets/{} -->\n```python\n```\n"
    with pytest.raises(MissingCodeError, match=r"there is no docs/snippets/none\.py"):
        updated(page.format("none.py"))
    with pytest.raises(MissingCodeError, match="no region none"):
        updated(page.format("flow.py#none"))


def test_a_page_shows_a_region_without_the_lines_that_enclose_it() -> None:
    page = "<!-- code: docs/snippets/own_label.py#label -->\n```python\nold\n```\n"
    shown = updated(page)
    assert "old" not in shown
    assert "label" in shown
    assert "region" not in shown


def test_every_make_target_that_documents_name_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    texts = README + (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", texts, re.MULTILINE))
    assert named <= targets


def test_every_appflow_local_command_that_the_documents_name_exists() -> None:
    from appflow_local.cli import main

    texts = "".join(page.read_text(encoding="utf-8") for page in DOCUMENTS)
    texts = "".join(re.findall(r"```console.*?```|`[^`]+`", texts, re.DOTALL))
    for name in set(re.findall(r"appflow-local ([a-z]+)", texts)):
        with pytest.raises(SystemExit) as caught:
            main([name, "--help"])
        assert caught.value.code == 0, name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target
