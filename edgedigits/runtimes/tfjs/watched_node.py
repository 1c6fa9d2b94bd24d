"""What goes on inside a TensorFlow.js graph model while it answers, in Node."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.runtimes import differences
from edgedigits.runtimes.differences import Differences
from edgedigits.runtimes.tfjs import node_process
from edgedigits.runtimes.tfjs.node_process import NodeGraphModel

WATCHER = node_process.RUNNER.with_name("tfjs_node_watcher.cjs")
MOST_NUMBERS = 1 << 23
"""So many values are held at once."""
Tick = Callable[[int], None]


def watched(
    model_json: Path,
    nodes: Sequence[str],
    pictures: NDArray[np.float32],
    input_name: str,
    tick: Tick | None = None,
) -> Differences:
    """What lies between nodes of a graph, three by three, on pictures `float32 [N, *input shape]`
    (at least one): a float operation's, the one with stored weights on the same input, and what
    the stored model itself hands on. `tick` hears of pictures done.

    Raises:
        MachineLacks: there is no Node, or it takes too long.
        EdgeDigitsError: the graph does not run.
    """
    found, start, size = [], 0, 1
    how: dict[str, Any] = {"input_name": input_name, "output_name": json.dumps(list(nodes))}
    with NodeGraphModel(model_json, runner=WATCHER, **how) as model:
        while start < len(pictures):
            rows = model.predict(pictures[start : start + size])
            values = _apart(rows)
            ends = [None] * (len(values) // 3)
            found.append(differences.between(values[::3], values[1::3], values[2::3], ends))
            if tick is not None:
                tick(len(rows))
            start += size
            size = max(1, min(node_process.PICTURES_PER_REQUEST, MOST_NUMBERS // rows.shape[1]))
    return reduce(add, found)


def _apart(rows: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """The values of each node, `[pictures, ..., channels]`, from the rows of the watcher."""
    found, place = [], 0
    while place < rows.shape[1]:
        side, count = (int(each) for each in rows[0, place : place + 2])
        values = np.ascontiguousarray(rows[:, place + 2 : place + 2 + count])
        found.append(values.reshape(len(rows), -1, side))
        place += 2 + count
    return found
