"""Long lists in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from appflow_local.page.view import View

T = TypeVar("T")

PER_PAGE = 50


@dataclass(frozen=True)
class Part(Generic[T]):
    """One page of a list; `newer` and `older` are the numbers of its neighbours."""

    items: Sequence[T]
    newer: int | None
    older: int | None
    total: int | None = None


def part(view: View, every: Sequence[T]) -> Part[T]:
    """Return the page of a whole list that the address asks for."""
    number = view.number("page")
    first = (number - 1) * PER_PAGE
    return _part(every[first : first + PER_PAGE + 1], number, len(every))


def begun(view: View, some: Sequence[T]) -> Part[T]:
    """Return the page of a list of which one item more than a page was asked for."""
    return _part(some, view.number("page"))


def _part(some: Sequence[T], number: int, total: int | None = None) -> Part[T]:
    older = number + 1 if len(some) > PER_PAGE else None
    return Part(some[:PER_PAGE], number - 1 if number > 1 else None, older, total)
