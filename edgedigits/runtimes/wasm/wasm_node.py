"""WebAssembly artifacts in Node."""

from __future__ import annotations

import json
import struct
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad, EdgeDigitsError, Killed, MachineLacks
from edgedigits.runtimes.base import Backend
from edgedigits.runtimes.processes.child_process import TOO_SLOW, ChildProcess, End
from edgedigits.runtimes.processes.pace import Pace
from edgedigits.runtimes.shared import Shared, ended_on_error
from edgedigits.runtimes.tfjs.node import INSTALL_NODE, find_node
from edgedigits.runtimes.wasm.wasm_model import EXPORT_HINT, Stated, WasmModel

RUNNER = Path(__file__).parent / "wasm_node_runner.mjs"
DEADLINE_S = 60.0
MOST_PICTURES = 256
LINES_SHOWN = 3


class WasmNode(WasmModel):
    """One artifact in a Node process that lives as long as this object is open.

    Attributes:
        backend: the version of Node, which is told with the answers.
    """

    def __init__(self, artifact: Artifact, folder: Path, deadline_s: float = DEADLINE_S) -> None:
        """Start Node and load the model.

        Raises:
            MachineLacks: there is no Node, or it does not start in time.
            DataBad: model.js does not load the model.
        """
        super().__init__(artifact, folder)
        place = self._model_wasm.parent.resolve()
        try:
            self._child = ChildProcess([find_node(), RUNNER, place], deadline_s)
        except OSError as error:
            hint = f"install one with: {INSTALL_NODE}"
            raise MachineLacks(f"Node does not start: {error}", hint) from error
        self._pace = Pace(deadline_s, MOST_PICTURES)
        with ended_on_error(self), self._child.guarded(partial(self._failure, "loading")):
            said = json.loads(self._child.answers.readline() or b"{}")
            self.stated = Stated.from_json(said)
        self.backend = Backend("wasm", device=f"Node {said['node']}")

    def _answers(self, stored: NDArray[np.uint8]) -> NDArray[np.float32]:
        if not self._child.is_open:
            raise EdgeDigitsError(f"the Node process of {self._model_wasm} was already ended")
        classes, start = self.stated.classes, 0
        found = [np.empty((0, classes), np.float32)]
        while start < len(stored):
            some = np.ascontiguousarray(stored[start : start + self._pace.count()])
            failure = partial(self._failure, "answering")
            with self._pace.of(len(some)), self._child.guarded(failure):
                self._child.requests.write(struct.pack("<I", len(some)))
                self._child.requests.write(some.data)
                self._child.requests.flush()
                answer = self._child.answers.read(4 * len(some) * classes)
                values = np.frombuffer(answer, "<f4").reshape(len(some), classes)
            found.append(values.astype(np.float32, copy=False))
            start += len(some)
        return np.concatenate(found)

    def close(self) -> None:
        """End the Node process; again does nothing."""
        self._child.close()

    def _failure(self, doing: str, end: End) -> EdgeDigitsError:
        where = f"WebAssembly in Node, {doing} {self._model_wasm}"
        if end.came_from_outside and not end.was_late:
            return Killed(f"{where}: ended from outside (signal {-end.status})", TOO_SLOW)
        if end.was_late:
            return DataBad(f"{where}: no answer within {self._child.deadline_s:g} s", EXPORT_HINT)
        said = "; ".join(end.lines[-LINES_SHOWN:]) or f"ended with status {end.status}"
        return DataBad(f"{where}: {said}", EXPORT_HINT)


def open_artifact(
    _name: str, artifact: Artifact, folder: Path, _shared: Shared | None = None
) -> WasmNode:
    """Open a WebAssembly artifact for runtime `wasm-node`."""
    return WasmNode(artifact, folder)
