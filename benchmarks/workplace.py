"""Where a run of benchmarks works: a folder, and the assemblies that several sections look at."""

from __future__ import annotations

from pathlib import Path

from benchmarks.synth import App, assembly, synth


class Workplace:
    """A folder of one run.

    Attributes:
        folder: where sections may write, each under names of its own.
        assemblies: where the apps' assemblies are, in a folder for each round.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.assemblies = folder / "assemblies"

    def new(self, name: str) -> Path:
        """Return a new folder of this name."""
        made = self.folder / name
        made.mkdir()
        return made

    def assembly(self, app: App, number: int = 0) -> Path:
        """Return an app's assembly of a round; it is synthesised if no section has done that."""
        output = assembly(self.assemblies / str(number), app)
        if not (output / "manifest.json").exists():
            synth(app, output)
        return output
