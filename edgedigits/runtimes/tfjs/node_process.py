"""A TensorFlow.js graph model in a Node process of its own."""

from __future__ import annotations

import json
import math
import struct
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import EdgeDigitsError, Killed, MachineLacks, WrongUse
from edgedigits.runtimes.processes.child_process import TOO_SLOW, ChildProcess, End
from edgedigits.runtimes.tfjs.node import INSTALL_NODE, find_node

RUNNER = Path(__file__).parent / "tfjs_node_runner.cjs"
PICTURES_PER_REQUEST = 256
STDERR_LINES_SHOWN = 12


class NodeGraphModel:
    """A graph model opened in Node, answering one picture at a time as a page would.

    One thread at a time may use it. Use it as a context manager, or call `close`; the process
    also ends when the object or the whole interpreter goes away.

    Attributes:
        pid: id of the process.
        backend: the TensorFlow.js backend really in use.
        version: version of TensorFlow.js.
        node_version: version of Node, such as "v22.1.0".
        input_name: node of the graph that takes the picture.
        input_shape: shape it declares, batch first, -1 where free; None if it declares none.
        output_name: node of the graph that is read.
        output_shape: likewise for the output.
        live_tensors: tensors held by TensorFlow.js after the last answer (weights, if none leak).
    """

    def __init__(
        self,
        model_json: Path,
        *,
        input_name: str | None = None,
        output_name: str | None = None,
        backend: str = "wasm",
        deadline_s: float = 120.0,
        node: Path | None = None,
        runner: Path = RUNNER,
    ) -> None:
        """Starts Node and loads the model.

        Args:
            model_json: the `model.json` of a graph model, its weight files beside it.
            input_name: input in the signature or the graph; None where there is only one.
            output_name: likewise for the output.
            backend: "wasm", or "cpu" for plain JavaScript.
            deadline_s: seconds that starting, and each call of `predict`, may take.
            node: the Node to run; None finds one (see `find_node`).
            runner: the program that Node runs.

        Raises:
            WrongUse: `model_json` does not exist.
            MachineLacks: there is no Node, or it did not start in time.
            EdgeDigitsError: Node, the backend or the model failed to start.
        """
        if not model_json.is_file():
            raise WrongUse(f"no TensorFlow.js model at {model_json}")
        self._model_json = model_json
        command = (node or find_node(), runner, model_json, backend)
        try:
            self._child = ChildProcess([*command, input_name or "", output_name or ""], deadline_s)
        except OSError as error:
            raise MachineLacks(
                f"Node does not start: {error}", f"install one with: {INSTALL_NODE}"
            ) from error
        self.pid = self._child.pid
        with self._child.guarded(partial(self._failure, "starting")):
            ready: dict[str, Any] = json.loads(self._child.answers.readline() or b"null") or {}
            if not ready:
                raise EOFError
        self.backend: str = ready["backend"]
        self.version: str = ready["version"]
        self.node_version: str = ready["node"]
        self.input_name: str = ready["input"]["name"]
        self.input_shape: list[int] | None = ready["input"]["shape"]
        self.output_name: str = ready["output"]["name"]
        self.output_shape: list[int] | None = ready["output"]["shape"]
        self.live_tensors: int | None = None
        if self.backend != backend:
            self._child.kill()
            raise EdgeDigitsError(f"TensorFlow.js runs on {self.backend}, not on {backend}")

    def predict(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        """What the model answers to each picture, in order.

        Args:
            inputs: `[N, *shape of one picture]`, sent as float32 with its values untouched.

        Returns:
            float32 `[N, classes]`. NaN and infinities come back as they are.

        Raises:
            WrongUse: the shape is not the one that the model declares.
            MachineLacks: it took longer than the deadline, or was ended from outside.
            EdgeDigitsError: the process failed.
        """
        return self._answers(inputs.astype("<f4", copy=False))

    def predict_pixels(
        self, planes: NDArray[np.uint8], tables: NDArray[np.float32], run: int
    ) -> NDArray[np.float32]:
        """The same for pixels, of which there are fewer bytes to hand over.

        Args:
            planes: `uint8 [N, *shape of one picture]`.
            tables: `[channels, 256]`, the values of all that a pixel can be.
            run: so many pixels of a channel lie beside each other: 1, or a whole plane of them.
        """
        if (tables == tables[0]).all():
            tables, run = tables[:1], math.prod(planes.shape[1:])
        return self._answers(planes, tables.astype("<f4", copy=False), run)

    def _answers(
        self, inputs: NDArray[Any], tables: NDArray[np.float32] | None = None, run: int = 0
    ) -> NDArray[np.float32]:
        self._check(inputs)
        answers: list[NDArray[np.float32]] = []
        with self._child.guarded(partial(self._failure, "answering")):
            for start in range(0, len(inputs), PICTURES_PER_REQUEST):
                some = np.ascontiguousarray(inputs[start : start + PICTURES_PER_REQUEST])
                answers.append(self._ask(some, tables, run))
        if answers:
            return np.concatenate(answers)
        return np.empty((0, max(0, self.output_shape[-1]) if self.output_shape else 0), np.float32)

    def close(self) -> None:
        """Ends the process; calling it again does nothing."""
        self._child.close()

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ends the process."""
        self.close()

    def _check(self, inputs: NDArray[Any]) -> None:
        if not self._child.is_open:
            raise EdgeDigitsError(f"the Node process of {self._model_json} was already ended")
        if self.input_shape is None:
            return
        declared = self.input_shape[1:]
        given = list(inputs.shape[1:])
        if len(declared) != len(given) or any(
            want not in (-1, have) for want, have in zip(declared, given, strict=True)
        ):
            raise WrongUse(
                f"{self._model_json} takes pictures of shape {declared}, but these have {given}"
            )

    def _ask(
        self, inputs: NDArray[Any], tables: NDArray[np.float32] | None, run: int
    ) -> NDArray[np.float32]:
        # The runner reads a whole request before it writes, and the whole answer is read before
        # the next request is written: neither side ever waits for a full pipe.
        sender, receiver = self._child.requests, self._child.answers
        count, *shape = inputs.shape
        channels = 0 if tables is None else len(tables)
        sender.write(struct.pack(f"<{4 + len(shape)}I", count, len(shape), channels, run, *shape))
        if tables is not None:
            sender.write(tables.data)
        sender.write(inputs.data)
        sender.flush()
        pictures, classes, self.live_tensors = struct.unpack("<3I", _read(receiver, 12))
        values = np.frombuffer(_read(receiver, 4 * pictures * classes), dtype="<f4")
        return values.astype(np.float32, copy=False).reshape(pictures, classes)

    def _failure(self, doing: str, end: End) -> EdgeDigitsError:
        where = f"TensorFlow.js in Node, {doing} {self._model_json}"
        said = "\n".join(end.lines[-STDERR_LINES_SHOWN:])
        kind = MachineLacks
        if end.was_late:
            why = f"no answer within {self._child.deadline_s:g} s"
        elif end.came_from_outside:
            kind, why = Killed, f"ended from outside (signal {-end.status})"
        elif end.was_killed:
            return EdgeDigitsError(f"{where}: what it answered is no answer", said or None)
        else:
            return EdgeDigitsError(f"{where}: ended with status {end.status}", said or None)
        return kind(f"{where}: {why}", "\n".join(filter(None, (said, TOO_SLOW))))


def _read(pipe: IO[bytes], size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise EOFError
    return found
