"""What executes an artifact. The registry says which runtimes there are, as data.

A runtime is one module with a class of two methods (see `base.Runtime`) and one row here.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import WrongUse, chosen
from edgedigits.runtimes.base import Backend, Runtime
from edgedigits.runtimes.shared import Settings, Shared

__all__ = [
    "RUNTIMES",
    "Backend",
    "Runtime",
    "RuntimeKind",
    "Settings",
    "Shared",
    "default_runtime",
    "find",
    "open_runtime",
    "settings",
]


@dataclass(frozen=True)
class RuntimeKind:
    """A runtime's row.

    Attributes:
        chunk: how many pictures one interpreter is asked, and no more: a runtime that opens in a
            moment can be split over the cores, a separate program cannot (None). So many that one
            which answers otherwise after a while is found out.
        backends: what may be chosen to compute in it, the usual one first.
        unsaid: the backend that goes without saying, in tables and reports.
    """

    name: str
    target: str
    summary: str
    module: str
    chunk: int | None
    backends: tuple[str, ...] = ()
    unsaid: str | None = None

    def said(self, backend: Backend | None) -> str:
        """The runtime's name for a table, with what computed in it."""
        if backend is None or str(backend) == self.unsaid:
            return self.name
        return f"{self.name} ({backend})"


RUNTIMES: dict[str, RuntimeKind] = {
    kind.name: kind
    for kind in (
        RuntimeKind(
            "litert",
            "tflite",
            "LiteRT interpreter with its default kernels, batch 1, one thread",
            "edgedigits.runtimes.litert.litert",
            5000,
        ),
        RuntimeKind(
            "litert-reference",
            "tflite",
            "LiteRT interpreter with its plain reference kernels",
            "edgedigits.runtimes.litert.litert",
            5000,
        ),
        RuntimeKind(
            "litert-gpu",
            "tflite",
            "LiteRT on a GPU alone, in full precision; on Chromium's stand-in where there is none",
            "edgedigits.runtimes.litert.litert_gpu",
            None,
        ),
        RuntimeKind(
            "tflite-micro",
            "tflite",
            "TensorFlow Lite for Microcontrollers with its plain kernels: int8 and int16x8",
            "edgedigits.runtimes.micro.micro",
            5000,
        ),
        RuntimeKind(
            "tfjs-node",
            "tfjs",
            "TensorFlow.js on WebAssembly in Node",
            "edgedigits.runtimes.tfjs.tfjs_node",
            None,
            ("wasm", "cpu"),
            "wasm",
        ),
        RuntimeKind(
            "tfjs-browser",
            "tfjs",
            "TensorFlow.js in an installed Chromium or Chrome, as the demo page runs it",
            "edgedigits.runtimes.tfjs.tfjs_browser",
            None,
            ("wasm", "webgl", "webgpu", "cpu"),
        ),
        RuntimeKind(
            "litertjs-browser",
            "tflite",
            "LiteRT.js in an installed Chromium or Chrome",
            "edgedigits.runtimes.litertjs.litertjs_browser",
            None,
            ("wasm", "webgpu"),
        ),
        RuntimeKind(
            "c-host",
            "c",
            "the C sources, compiled here",
            "edgedigits.runtimes.c.c_host",
            None,
            unsaid="compiled",
        ),
        RuntimeKind(
            "c-cortex-m",
            "c",
            "the C sources on a microcontroller that QEMU emulates",
            "edgedigits.runtimes.c.c_cortex_m",
            None,
            ("cortex-m4", "cortex-m0", "cortex-m3", "cortex-m7", "cortex-m33", "cortex-m55"),
        ),
        RuntimeKind(
            "wasm-node",
            "wasm",
            "the model's own WebAssembly in Node",
            "edgedigits.runtimes.wasm.wasm_node",
            None,
            unsaid="wasm",
        ),
        RuntimeKind(
            "wasm-browser",
            "wasm",
            "the model's own WebAssembly in an installed Chromium or Chrome",
            "edgedigits.runtimes.wasm.wasm_browser",
            None,
            unsaid="wasm",
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
    return chosen("runtime", name, RUNTIMES)


def settings(names: Iterable[str], backend: str | None, half_float: bool) -> Settings:
    """What was chosen for the runtimes of these names.

    Raises:
        WrongUse: there is no such backend, or one of these runtimes does not have it.
    """
    asked = [find(name) for name in names]
    kinds = [kind for kind in asked if kind.backends]
    having: dict[str, list[str]] = {}
    for kind in RUNTIMES.values():
        for each in kind.backends:
            having.setdefault(each, []).append(kind.name)
    if backend is not None:
        with_it = chosen("backend", backend, having)
        targets = {kind.target for kind in asked}
        of_these = [name for name in with_it if RUNTIMES[name].target in targets]
        instead = (of_these or with_it)[-1]
        hint = f"choose one that has it: --runtime {instead} --backend {backend}"
        if not kinds:
            raise WrongUse(f"--backend {backend} is for runtime {' or '.join(with_it)}", hint)
        for kind in kinds:
            if backend not in kind.backends:
                its = " and ".join(kind.backends)
                raise WrongUse(f"runtime {kind.name} has no backend {backend}, but {its}", hint)
    if half_float and backend != "webgl":
        raise WrongUse(
            "half floats are a way of computing of WebGL's alone",
            "say: --runtime tfjs-browser --backend webgl --half-float",
        )
    return Settings(backend, half_float)


def open_runtime(
    name: str, artifact: Artifact, folder: Path, shared: Shared | None = None
) -> Runtime:
    """Open an artifact of the bundle in `folder`.

    A runtime that several artifacts share, such as a browser, is kept in `shared` and ended when
    that is closed.

    Raises:
        MachineLacks: the runtime is not installed here.
    """
    runtime: Runtime = importlib.import_module(RUNTIMES[name].module).open_artifact(
        name, artifact, folder, shared
    )
    return runtime
