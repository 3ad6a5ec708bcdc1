"""Connectors' folders, and the assets that the constructs make of them."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import App, Stack

from cdk_appflow_connector import PythonConnectorFunction

HANDLER = "crm.handler.lambda_handler"


def connector(folder: Path, requirements: str = "queries==1.0") -> Path:
    """A connector's folder with a handler and requirements."""
    (folder / "crm").mkdir(parents=True)
    (folder / "crm" / "handler.py").write_text("def lambda_handler(event, context): ...\n")
    (folder / "requirements.txt").write_text(requirements)
    return folder


def new_stack(outdir: Path) -> Stack:
    return Stack(App(outdir=str(outdir)), "Stack")


def function(stack: Stack, entry: Path, **options: object) -> PythonConnectorFunction:
    """The folder's function."""
    return PythonConnectorFunction(stack, "Function", entry=entry, handler=HANDLER, **options)  # type: ignore[arg-type]  # each test gives what it is about


def staged(outdir: Path, entry: Path, **options: object) -> Path:
    """The asset of the folder's function."""
    function(new_stack(outdir), entry, **options)
    (asset,) = outdir.glob("asset.*")
    return asset


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their path in it."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
