"""A handler that is not there is found before anything is deployed."""

from __future__ import annotations

import pytest

from cdk_appflow_connector.function.bundling.asset import File
from cdk_appflow_connector.function.bundling.handler_check import check_handler
from cdk_appflow_connector.function.bundling.target import Target


def check(handler: str, python: str = "3.12", **sources: str) -> None:
    files = {
        f"{name.replace('__in__', '/')}.py": File(text.encode()) for name, text in sources.items()
    }
    check_handler(handler, files, Target(python, "x86_64", 34))


@pytest.mark.parametrize(
    "source",
    [
        "def run(event, context): ...",
        "run = Connector().run",
        "run: Handler = Connector()",
        "from crm import run",
        "from crm import main as run",
        "from crm import *",
        "if fast:\n    from crm import run\nelse:\n    def run(event, context): ...",
        "try:\n    import run\nexcept ImportError:\n    pass",
        "class run: ...",
    ],
)
def test_whatever_binds_the_name_is_a_handler(source: str) -> None:
    check("crm.run", crm=source)


def test_a_handler_may_be_in_a_package() -> None:
    check("crm.handler.run", crm__in__handler="def run(event, context): ...")
    check("crm/handler.run", crm__in__handler="def run(event, context): ...")
    check("crm.run", crm__in____init__="def run(event, context): ...")


@pytest.mark.parametrize(
    ("handler", "says"),
    [
        ("run", "must be module.function"),
        (".run", "must be module.function"),
        ("crm.", "must be module.function"),
        ("other.run", r"has no module: the folder has neither other.py nor other/__init__.py"),
        ("crm.main", r"has no function: crm.py does not define main"),
        ("crm.inner", r"has no function: crm.py does not define inner"),
    ],
)
def test_a_handler_that_is_not_there_is_refused(handler: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"handler '{handler}' {says}"):
        check(handler, crm="def run(event, context):\n    inner = 1")


def test_a_mistake_in_the_source_is_shown_with_its_line() -> None:
    with pytest.raises(ValueError, match=r"crm.py, line 2: invalid syntax"):
        check("crm.run", python="3.10", crm="x = 1\ndef run(:")


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("x = 1\nrun = print(1", r"crm.py, line 2: '\(' was never closed"),
        ("x = 1\nrun = [1)", r"crm.py, line 2: closing parenthesis '\)' does not match opening"),
        ("run = 1)", r"crm.py, line 1: unmatched '\)'"),
        ("run = 'a", r"crm.py, line 1: unterminated string literal"),
        ("def run(event, context):\npass", r"crm.py, line 2: expected an indented block"),
        ("run = 1\n  x = 2", r"crm.py, line 2: unexpected indent"),
    ],
)
def test_a_mistake_in_every_version_is_found_whichever_the_function_runs(
    source: str, says: str
) -> None:
    for python in ("3.9", "3.99"):
        with pytest.raises(ValueError, match=says):
            check("crm.run", python=python, crm=source)


@pytest.mark.parametrize(
    "imports",
    [
        "import crm.client",
        "from crm import client",
        "from . import client",
        "from .client import x",
    ],
)
def test_a_mistake_in_a_module_that_is_imported_is_found(imports: str) -> None:
    sources = {"crm__in__handler": f"{imports}\nrun = 1", "crm__in____init__": ""}
    with pytest.raises(ValueError, match=r"crm/client.py, line 1: '\(' was never closed"):
        check("crm.handler.run", crm__in__client="x = (", **sources)


def test_a_mistake_in_what_nothing_imports_is_left_alone() -> None:
    check(
        "crm.run", crm="try:\n    import old\nexcept SyntaxError:\n    pass\nrun = 1", old="x = ("
    )


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\ndef run(:",
        "run = f\"{x['(']}\" if f'{y[\")\"]}' else f'{z[')']}'",
        "type Run = (int\n)\ndef run[T](event: T): ...",
    ],
)
def test_syntax_of_a_newer_python_is_left_to_it(source: str) -> None:
    check("crm.run", python="3.99", crm=source)
