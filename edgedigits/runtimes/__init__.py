"""What executes an artifact. The registry says which runtimes there are, as data.

A runtime is one module with a class of two methods (see `base.Runtime`) and one row here.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path

from edgedigits.artifact import Artifact
from edgedigits.errors import unknown
from edgedigits.runtimes.base import Runtime

__all__ = ["RUNTIMES", "Runtime", "RuntimeKind", "default_runtime", "find", "open_runtime"]


@dataclass(frozen=True)
class RuntimeKind:
    """A runtime's row. `chunk` is how many pictures one worker takes at a time: a runtime that
    opens in a moment can be split over the cores, a separate program cannot (None)."""

    name: str
    target: str
    summary: str
    module: str
    chunk: int | None


RUNTIMES: dict[str, RuntimeKind] = {
    kind.name: kind
    for kind in (
        RuntimeKind(
            "litert",
            "tflite",
            "LiteRT interpreter with its default kernels, batch 1, one thread",
            "edgedigits.runtimes.litert",
            1000,
        ),
        RuntimeKind(
            "litert-reference",
            "tflite",
            "LiteRT interpreter with its plain reference kernels",
            "edgedigits.runtimes.litert",
            1000,
        ),
        RuntimeKind(
            "tfjs-node",
            "tfjs",
            "TensorFlow.js on WebAssembly in Node",
            "edgedigits.runtimes.tfjs_node",
            None,
        ),
    )
}


def default_runtime(target: str) -> str:
    """The runtime that stands for a target where none is named: the first of its rows."""
    return next(kind.name for kind in RUNTIMES.values() if kind.target == target)


def find(name: str) -> RuntimeKind:
    """The row of that name.

    Raises:
        WrongUse: there is none; the nearest name is suggested.
    """
    if name not in RUNTIMES:
        raise unknown("runtime", name, list(RUNTIMES))
    return RUNTIMES[name]


def open_runtime(name: str, artifact: Artifact, folder: Path) -> Runtime:
    """Open an artifact of the bundle in `folder`.

    Raises:
        MachineLacks: the runtime is not installed here.
    """
    runtime: Runtime = importlib.import_module(RUNTIMES[name].module).open_artifact(
        name, artifact, folder
    )
    return runtime
