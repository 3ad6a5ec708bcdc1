"""The two safe ways to put a name or a value into SQL: quoted, and as a parameter."""

from dataclasses import dataclass, field


def quoted(name: str) -> str:
    """Return any identifier as quoted SQL."""
    return '"' + name.replace('"', '""') + '"'


@dataclass
class Parameters:
    """Collects a statement's values; SQLite gets each as text, so casts say what it means."""

    values: dict[str, str] = field(default_factory=dict)

    def add(self, value: str) -> str:
        """Return the placeholder that stands for `value`."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f":{name}"
