"""The kernels of target `c`, compiled once: `kernels.wasm`, and what is known of it as data.

`tools/wasm_kernels.py` makes both from the sources; README.md says with what.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from converters.c import kernels

MODULE, FACTS = "kernels.wasm", "kernels.json"


@dataclass(frozen=True)
class Kernels:
    """The vendored module.

    Attributes:
        content: the module, which imports nothing.
        compiler: what made it.
        flags: of the compiler.
        sources: SHA-256 of the C that it was made from.
        memory_bytes: its stack and constants, from address 0 on.
        functions: numbers of the functions that each kernel needs, its own first.
    """

    content: bytes
    compiler: str
    flags: tuple[str, ...]
    sources: str
    memory_bytes: int
    functions: dict[str, tuple[int, ...]]


@cache
def vendored() -> Kernels:
    """The one of this package."""
    here = resources.files(__name__)
    facts = json.loads((here / FACTS).read_text("utf-8"))
    return Kernels(
        content=(here / MODULE).read_bytes(),
        compiler=facts["compiler"],
        flags=tuple(facts["flags"]),
        sources=facts["sources"],
        memory_bytes=facts["memory_bytes"],
        functions={name: tuple(numbers) for name, numbers in facts["functions"].items()},
    )


def source() -> str:
    """All kernels in C."""
    return kernels.source(kernels.NEEDS)


def names() -> list[str]:
    """Those of the sources that have a function of their name, which models call."""
    return [name for name in kernels.NEEDS if f"\nstatic void {name}(" in source()]


def digest() -> str:
    """SHA-256 of the kernels in C, as they are now."""
    return hashlib.sha256(source().encode()).hexdigest()
