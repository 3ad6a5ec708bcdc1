"""Reads from compiled Java classes which of them implement Lambda's interfaces of handlers.

Known of Functions (The Java Virtual Machine Specification, chapter 4, "The class File Format"):
where a class file names its interfaces.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_PACKAGE = "com/amazonaws/services/lambda/runtime/"
_INTERFACES = {f"{_PACKAGE}RequestHandler", f"{_PACKAGE}RequestStreamHandler"}
_INTERFACE, _ABSTRACT, _PUBLIC = 0x0200, 0x0400, 0x0001
_MAGIC = 0xCAFEBABE
_UTF8, _CLASS = 1, 7
_SIZES = {3: 4, 4: 4, 5: 8, 6: 8, 7: 2, 8: 2, 9: 4, 10: 4, 11: 4, 12: 4, 15: 3, 16: 2, 17: 4,
          18: 4, 19: 2, 20: 2}  # fmt: skip
_TWO_ENTRIES = (5, 6)  # of a long and a double


@dataclass(frozen=True)
class _Class:
    name: str
    parents: tuple[str, ...]
    can_be_made: bool


def class_names(names: Iterable[str]) -> set[str]:
    """Return the classes of an archive, as a handler names them."""
    return {
        each.removesuffix(".class").replace("/", ".") for each in names if each.endswith(".class")
    }


def java_handlers(archive: zipfile.ZipFile) -> list[str]:
    """Return the handlers of a package: its own classes, and those of its jars in `lib`.

    A class that others extend, such as those of a library, is none if one of those is there.
    """
    found = {each.name: each for each in _classes(archive)}
    handlers = [each for each in found.values() if each.can_be_made and _handles(each, found)]
    extended = {parent for each in handlers for parent in each.parents}
    return sorted(
        f"{each.name.replace('/', '.')}::handleRequest"
        for each in handlers
        if each.name not in extended
    )


def _handles(each: _Class, known: dict[str, _Class]) -> bool:
    waiting, seen = [*each.parents], set()
    while waiting:
        parent = waiting.pop()
        if parent in _INTERFACES:
            return True
        if parent in known and parent not in seen:
            seen.add(parent)
            waiting.extend(known[parent].parents)
    return False


def _classes(archive: zipfile.ZipFile) -> Iterator[_Class]:
    for name in archive.namelist():
        if name.endswith(".class") and not name.startswith("META-INF/"):
            try:
                yield _read(archive.read(name))
            except (struct.error, ValueError, KeyError, IndexError, UnicodeDecodeError):
                continue  # the JVM will say what is wrong with it
        elif name.endswith(".jar") and name.startswith("lib/"):
            try:
                with zipfile.ZipFile(io.BytesIO(archive.read(name))) as jar:
                    yield from _classes(jar)
            except zipfile.BadZipFile:
                continue


def _read(content: bytes) -> _Class:
    magic, _minor, _major, size = struct.unpack_from(">IHHH", content)
    if magic != _MAGIC:
        raise ValueError("no class file")
    texts: dict[int, str] = {}
    classes: dict[int, int] = {}
    at, index = 10, 1
    while index < size:
        tag = content[at]
        if tag == _UTF8:
            (length,) = struct.unpack_from(">H", content, at + 1)
            texts[index] = content[at + 3 : at + 3 + length].decode(errors="replace")
            at += 3 + length
        else:
            if tag == _CLASS:
                (classes[index],) = struct.unpack_from(">H", content, at + 1)
            at += 1 + _SIZES[tag]
        index += 2 if tag in _TWO_ENTRIES else 1
    flags, this, parent, count = struct.unpack_from(">HHHH", content, at)
    numbers = [parent, *struct.unpack_from(f">{count}H", content, at + 8)]
    parents = tuple(texts[classes[each]] for each in numbers if each)
    can_be_made = not flags & (_INTERFACE | _ABSTRACT) and bool(flags & _PUBLIC)
    return _Class(texts[classes[this]], parents, can_be_made)
