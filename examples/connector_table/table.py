"""Reads the table of connectors, and refuses what no row may have."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = Path(__file__).with_name("connectors.toml")


@dataclass(frozen=True)
class Row:
    """One connector."""

    label: str
    description: str
    memory_mib: int
    timeout_seconds: int

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Row:
        """Read a row with the defaults in it.

        Raises:
            ValueError: a member is missing or unknown, or has another type.
        """
        kinds = {"str": str, "int": int}
        names = {field.name: kinds[str(field.type)] for field in fields(cls)}
        label = given.get("label", "without a label")
        if unknown := sorted(set(given) - set(names)):
            raise ValueError(f"connector {label}: {unknown} is none of {sorted(names)}")
        for name, kind in names.items():
            value = given.get(name)
            if type(value) is not kind:  # True is an int by isinstance
                raise ValueError(f"connector {label}: {name} is {value!r}: give a {kind.__name__}")
        return cls(**given)


@dataclass(frozen=True)
class Table:
    """The release, and its connectors."""

    release: str
    rows: list[Row]

    @classmethod
    def read(cls, file: Path = TABLE) -> Table:
        """Read the file.

        Raises:
            ValueError: a row is wrong, or has the label of another one; or the file has no release,
                or no rows.
        """
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        if missing := sorted({"release", "connectors"} - set(content)):
            raise ValueError(f"{file.name} has no {' and no '.join(missing)}")
        defaults = content.get("defaults", {})
        rows = [Row.read({**defaults, **each}) for each in content["connectors"]]
        labels = [row.label for row in rows]
        if twice := sorted({label for label in labels if labels.count(label) > 1}):
            raise ValueError(f"{file.name} has {twice} twice: AppFlow takes each label once")
        return cls(str(content["release"]), rows)
