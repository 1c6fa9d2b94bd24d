"""Modules of WebAssembly as sections, read and written (WebAssembly Core Specification, 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum

MAGIC = b"\0asm\1\0\0\0"


class Section(IntEnum):
    """Numbers of sections."""

    CUSTOM = 0
    TYPE = 1
    FUNCTION = 3
    TABLE = 4
    MEMORY = 5
    GLOBAL = 6
    EXPORT = 7
    CODE = 10
    DATA = 11


def unsigned(value: int) -> bytes:
    """LEB128: seven bits a byte, the lowest first; all bytes but the last have the highest bit."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def signed(value: int) -> bytes:
    """The same of a number in two's complement, whose sign is bit 6 of the last byte."""
    found = bytearray()
    while not -64 <= value < 64:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value & 0x7F)
    return bytes(found)


def read_unsigned(content: bytes, at: int) -> tuple[int, int]:
    """A number, and where it ends.

    Raises:
        IndexError: the content ends before.
    """
    value = shift = 0
    while True:
        byte = content[at]
        value, shift, at = value | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80:
            return value, at


def sized(content: bytes) -> bytes:
    """Bytes behind their number, as names, bodies of functions and sections are."""
    return unsigned(len(content)) + content


def sections(content: bytes) -> list[tuple[int, bytes, int]]:
    """Number, content and beginning of each section.

    Raises:
        ValueError: it is no module.
    """
    if not content.startswith(MAGIC):
        raise ValueError("it is no module of WebAssembly")
    found, at = [], len(MAGIC)
    try:
        while at < len(content):
            size, start = read_unsigned(content, at + 1)
            found.append((content[at], content[start : start + size], at))
            at = start + size
    except IndexError:
        at = -1
    if at != len(content):
        raise ValueError("it ends within a section")
    return found


def bodies(code: bytes) -> tuple[bytes, ...]:
    """The entries of a code section, each with its size."""
    count, at = read_unsigned(code, 0)
    found = []
    for _ in range(count):
        size, start = read_unsigned(code, at)
        found.append(code[at : start + size])
        at = start + size
    return tuple(found)


def appended(vector: bytes, entries: Iterable[bytes]) -> bytes:
    """A section's vector with more entries."""
    more = list(entries)
    count, at = read_unsigned(vector, 0) if vector else (0, 0)
    return unsigned(count + len(more)) + vector[at:] + b"".join(more)


def written(found: Mapping[int, bytes]) -> bytes:
    """A module of sections, by their numbers. None of these may be a custom one."""
    return MAGIC + b"".join(bytes([number]) + sized(found[number]) for number in sorted(found))


def custom(name: str, content: bytes) -> bytes:
    """A custom section, which may follow a module."""
    return bytes([Section.CUSTOM]) + sized(sized(name.encode()) + content)
