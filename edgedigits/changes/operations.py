"""The operations that an artifact's file asks its runtime for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from converters.tflite import model_reader
from edgedigits import json_file
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.file_check import EXPORT_HINT
from edgedigits.errors import damaged

SILENT = ("Placeholder", "Const", "Identity")
"""Nodes of TensorFlow.js that compute nothing."""


@dataclass(frozen=True)
class Operation:
    """How many of an operation there were, and how many there are."""

    name: str
    old: int
    new: int

    def __str__(self) -> str:
        if not self.old or not self.new:
            count = self.old or self.new
            many = f" ×{count}" if count > 1 else ""
            return f"{'gone' if self.old else 'added'} {self.name}{many}"
        return f"{self.name} ×{self.old} → ×{self.new}"


def changed(old: Counter[str] | None, new: Counter[str] | None) -> tuple[Operation, ...] | None:
    """Those of which there are more or fewer, by name; None where a file has no operations."""
    if old is None or new is None:
        return None
    return tuple(
        Operation(name, old[name], new[name])
        for name in sorted({*old, *new})
        if old[name] != new[name]
    )


def counts(artifact: Artifact, folder: Path) -> Counter[str] | None:
    """How many there are of each, by the names that the target's own files have for them; None for
    targets whose files are a program.

    Raises:
        DataBad: the file is damaged.
    """
    path = folder / artifact.entry
    with damaged(path, EXPORT_HINT):
        if artifact.target == "tflite":
            return _of_tflite(path)
        if artifact.target == "tfjs":
            nodes = json_file.read(path)["modelTopology"]["node"]
            return Counter(str(node["op"]) for node in nodes if node["op"] not in SILENT)
    return None


def _of_tflite(path: Path) -> Counter[str]:
    from ai_edge_litert import schema_py_generated as schema

    names = {number: name for name, number in vars(schema.BuiltinOperator).items()}
    found = model_reader.read(path.read_bytes()).operations
    return Counter(str(names.get(each.code, f"operator {each.code}")) for each in found)
