"""A TensorFlow.js model in a Node process of its own that times it."""

from __future__ import annotations

from pathlib import Path

from edgedigits.bench.rounds import LEAST_CALLS, Turn
from edgedigits.bench.timer_process import TimerProcess, TimerSession
from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes.runtimes import Backend
from edgedigits.runtimes.tfjs import graph_model, node, node_process
from edgedigits.runtimes.tfjs.tfjs_node import BACKENDS

TIMER = node_process.RUNNER.with_name("tfjs_node_timer.cjs")


class TfjsNodeSession(TimerSession):
    """One graph model in Node. TensorFlow.js and its backend have started before it is loaded.

    Attributes:
        backend: what computes.
        versions: of what runs it, by name.
    """

    def __init__(self, artifact: Artifact, folder: Path, backend: str | None = None) -> None:
        """Start Node, the backend, and load the model.

        Raises:
            MachineLacks: there is no Node here.
            EdgeDigitsError: the backend or the model does not start.
        """
        path = folder / artifact.entry
        graph_model.check_shards(path, artifact)
        process = TimerProcess([node.find_node(), TIMER], f"TensorFlow.js in Node, timing {path}")
        load = {
            "path": str(path.absolute()),
            "input": artifact.input.name,
            "shape": list(artifact.input.shape[1:]),
        }
        super().__init__(process, {"do": "start", "backend": backend or BACKENDS[0]}, load)
        started = self._started
        self.backend = Backend(started["backend"], device=f"Node {started['node']}")
        self.versions = {"TensorFlow.js": str(started["version"])}

    def turn(self, seconds: float, warm_seconds: float) -> Turn:
        """Answer one picture again and again, from its numbers to the ten of the answer."""
        found = self._process.ask(
            "time", milliseconds=1000 * seconds, warm=1000 * warm_seconds, least=LEAST_CALLS
        )
        return Turn.of(found["times_us"])
