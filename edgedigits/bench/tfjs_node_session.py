"""A TensorFlow.js model in a Node process of its own that times it."""

from __future__ import annotations

from pathlib import Path

from edgedigits.bench.memory import Growth
from edgedigits.bench.rounds import LEAST_CALLS, Turn
from edgedigits.bench.timer_process import TimerProcess
from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes.runtimes import Backend
from edgedigits.runtimes.tfjs import graph_model, node, node_process
from edgedigits.runtimes.tfjs.tfjs_node import BACKENDS

TIMER = node_process.RUNNER.with_name("tfjs_node_timer.cjs")


class TfjsNodeSession:
    """One graph model in Node.

    Attributes:
        backend: what computes.
        versions: of what runs it, by name.
        load_ms: reading and opening the model; TensorFlow.js and its backend have started before.
    """

    def __init__(self, artifact: Artifact, folder: Path, backend: str | None = None) -> None:
        """Start Node, the backend, and load the model.

        Raises:
            MachineLacks: there is no Node here.
            EdgeDigitsError: the backend or the model does not start.
        """
        path = folder / artifact.entry
        graph_model.check_shards(path, artifact)
        self._process = TimerProcess(
            [node.find_node(), TIMER], f"TensorFlow.js in Node, timing {path}"
        )
        try:
            started = self._process.ask("start", backend=backend or BACKENDS[0])
            self._memory = Growth(self._process.pid)
            found = self._process.ask(
                "load",
                path=str(path.absolute()),
                input=artifact.input.name,
                shape=list(artifact.input.shape[1:]),
            )
        except BaseException:
            self.close()
            raise
        self.backend = Backend(started["backend"], device=f"Node {started['node']}")
        self.versions = {"TensorFlow.js": str(started["version"])}
        self.load_ms: float = found["load_ms"]

    def first_ms(self) -> float:
        """Milliseconds of the first answer after loading."""
        took: float = self._process.ask("first")["first_ms"]
        return took

    def peak_bytes(self) -> int | None:
        """Most memory since before loading, above what the process held then."""
        return self._memory.peak_bytes()

    def turn(self, seconds: float, warm_seconds: float) -> Turn:
        """Answer one picture again and again, from its numbers to the ten of the answer."""
        found = self._process.ask(
            "time", milliseconds=1000 * seconds, warm=1000 * warm_seconds, least=LEAST_CALLS
        )
        return Turn.of(found["times_us"])

    def close(self) -> None:
        """End the process."""
        self._process.close()
