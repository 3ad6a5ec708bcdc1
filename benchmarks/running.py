"""Measures one thing after the other: what fails is told at the end, and does not stop the rest."""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence

_RULE = "=" * 72


class UnknownNamesError(ValueError):
    """Names were given that nothing has."""


def chosen(given: Sequence[str], known: Sequence[str], long: Sequence[str]) -> list[str]:
    """Return the given names in their usual order; if there are none, all but the long ones.

    Raises:
        UnknownNamesError: some of the given ones are not known.
    """
    if unknown := [name for name in given if name not in known]:
        raise UnknownNamesError(
            f"nothing is called {', '.join(unknown)}: choose from {', '.join(known)}"
        )
    return [name for name in known if (name in given if given else name not in long)]


def one_by_one(work: Mapping[str, Callable[[], object]]) -> dict[str, str]:
    """Do it all; return what was wrong with what failed, by its name."""
    failed = {}
    for name, each in work.items():
        print(f"measuring: {name}", file=sys.stderr, flush=True)
        try:
            each()
        except Exception as error:  # noqa: BLE001 - the rest is measured; `report` tells of it
            failed[name] = _told(error)
            print(f"failed: {name}", file=sys.stderr, flush=True)
    return failed


def report(failed: Mapping[str, str]) -> int:
    """Print what was wrong; return the exit code."""
    for name, told in failed.items():
        print(f"{_RULE}\n{name} failed:\n\n{told}", file=sys.stderr)
    if failed:
        print(f"not measured: {', '.join(failed)}", file=sys.stderr, flush=True)
    return int(bool(failed))


def _told(error: Exception) -> str:
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    if isinstance(error, subprocess.CalledProcessError):  # it doesn't say what the command said
        lines += [_text(said) for said in (error.stdout, error.stderr) if said]
    return "".join(lines)


def _text(said: str | bytes) -> str:
    return said if isinstance(said, str) else said.decode(errors="replace")
