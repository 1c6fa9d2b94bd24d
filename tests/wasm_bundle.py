"""A bundle with a WebAssembly artifact, and how to break that on purpose."""

from __future__ import annotations

import hashlib
from pathlib import Path

from converters.c import graph, operations
from converters.c.step import Structure, Table
from converters.wasm import binary
from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import Artifact

PLACE = Path("wasm", "int8")


def artifact(folder: Path) -> Artifact:
    """The one of the bundle in `folder`."""
    return next(a for a in bundle.read_manifest(folder).artifacts if a.target == "wasm")


def constants(folder: Path) -> dict[str, Table | Structure]:
    """Tables and parameters of its model, by name, as the `.tflite` beside it has them."""
    other = next(a for a in bundle.read_manifest(folder).artifacts if a.target == "tflite")
    steps = operations.steps(graph.read((folder / other.entry).read_bytes()))
    return {each.name: each for step in steps for each in step.data}


def exchange(folder: Path, before: bytes, after: bytes, *, told: bool) -> None:
    """Put other bytes into the module's data; where `told`, with digests that fit."""
    path = folder / PLACE / "model.wasm"
    content = path.read_bytes()
    assert content.count(before) == 1
    content = content.replace(before, after)
    path.write_bytes(content)
    if not told:
        return
    _, last, start = binary.sections(content)[-1]
    old, new = last[-32:], hashlib.sha256(content[:start]).digest()
    path.write_bytes(content.replace(old, new))
    for name in ("model.js", "selftest.js"):
        text = (folder / PLACE / name).read_text()
        (folder / PLACE / name).write_text(text.replace(old.hex(), new.hex()))
