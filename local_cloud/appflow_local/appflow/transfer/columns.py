"""Records field by field: a page's tasks and files take a field of all records at a time.

Such records have the same fields in the same order, and what JSON has no number for, such as NaN,
isn't in them. Whoever doesn't know columns gets records, one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Any, overload


class Columns(Sequence[Mapping[str, Any]]):
    """Records of the same fields; not changed once it is made.

    Args:
        names: the fields, in order, each once.
        values: the values of each field, of all records.
        count: how many records there are.
    """

    def __init__(self, names: Sequence[str], values: Sequence[Sequence[Any]], count: int) -> None:
        self.names = tuple(names)
        self.values = values
        self._count = count

    def __len__(self) -> int:
        """Return the number of records."""
        return self._count

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the records."""
        return (dict(zip(self.names, row, strict=True)) for row in self.rows())

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, index: slice) -> Columns: ...

    def __getitem__(self, index: int | slice) -> dict[str, Any] | Columns:
        """Return a record, or some of them."""
        if isinstance(index, slice):
            count = len(range(*index.indices(self._count)))
            return Columns(self.names, [values[index] for values in self.values], count)
        row = (values[index] for values in self.values)
        return dict(zip(self.names, row, strict=True))

    def rows(self) -> Iterable[tuple[Any, ...]]:
        """Return the values of each record."""
        return zip(*self.values, strict=True) if self.names else ((),) * self._count

    def column(self, name: str) -> Sequence[Any]:
        """Return the values of a field; None for each record if there is no such field."""
        if name not in self.names:
            return [None] * self._count
        return self.values[self.names.index(name)]

    def with_column(self, name: str, values: Sequence[Any]) -> Columns:
        """Return the records with a new field, or with other values in one."""
        if name not in self.names:
            return Columns((*self.names, name), [*self.values, values], self._count)
        place = self.names.index(name)
        changed = [*self.values[:place], values, *self.values[place + 1 :]]
        return Columns(self.names, changed, self._count)

    def only(self, kept: Sequence[bool]) -> Columns:
        """Return the records of which it is said that they are kept."""
        values = [list(compress(each, kept)) for each in self.values]
        return Columns(self.names, values, sum(kept))


def kinds_of(values: Sequence[Any]) -> set[type]:
    """Return the types of values, without that of null."""
    return set(map(type, values)) - {type(None)}
