"""`sprint` against the textbook `cnn`: processor time to 99 % of MNIST's test pictures.

Usage: python benchmarks/sprint.py [--seeds 8] [--json]

Each training runs in a process of its own, as the command line trains it. Counted is the processor
time of building the model, drawing the batches and learning, of all threads; loading TensorFlow and
the pictures, and looking at test pictures, is not. `cnn` is looked at after every epoch, and its
time is that of the first epoch with 99 %, or of its whole recipe where none has. Nothing is chosen
by the test pictures: both recipes are as `edgedigits models` lists them.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

GOAL = 99.0
LIMIT = 1 / 10
CHILD = "--one"


def train(name: str, seed: int) -> dict[str, Any]:
    """Processor seconds of one training, and what it reaches."""
    from edgedigits import quiet
    from edgedigits.training import batches, legs, training_set
    from edgedigits.training.learner import Learner
    from edgedigits.training.plan import plan

    quiet.import_tensorflow()
    asked = plan(name, "mnist", seed=seed)
    material = training_set.load(asked, None)
    test = material.dataset.test
    pixels = test.images[..., np.newaxis].astype(np.float32)
    ahead = legs.legs(asked, material.training.batches(asked.recipe.batch_size))
    counting = _Clock()
    with counting:
        learner = Learner(asked, ahead)
        coming = batches.from_step(material.training, asked, 0)
    accuracy = 0.0
    for number, leg in enumerate(ahead, start=1):
        with counting:
            steps = batches.as_tensors(coming, leg.last - leg.first)
            learner.learn(leg, steps, None, lambda *_: None)
        last = number == len(ahead)
        if last or asked.recipe.steps is None:
            with counting if last else _Clock():
                model = learner.finished() if last else learner.model
            answers = model.predict(pixels, batch_size=500, verbose=0)
            accuracy = float((answers.argmax(axis=1) == test.labels).mean() * 100)
            if accuracy >= GOAL:
                break
    return {"model": name, "seed": seed, "percent": accuracy, "cpu_seconds": counting.seconds,
            "steps": ahead[number - 1].last}  # fmt: skip


class _Clock:
    """Adds up the processor time of all threads within its blocks."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __enter__(self) -> None:
        self._began = time.process_time()

    def __exit__(self, *_: object) -> None:
        self.seconds += time.process_time() - self._began


def apart(name: str, seed: int) -> dict[str, Any]:
    """`train` in a process of its own."""
    command = [sys.executable, str(Path(__file__)), CHILD, name, str(seed)]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _line(run: dict[str, Any]) -> str:
    return (
        f"{run['model']} seed {run['seed']}: {run['percent']:.2f} %, {run['steps']} steps, "
        f"{run['cpu_seconds']:.1f} s of processor time"
    )


def main() -> None:
    if sys.argv[1:2] == [CHILD]:
        print(json.dumps(train(sys.argv[2], int(sys.argv[3]))))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=8, help="of sprint; cnn takes three")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    # In turns, so that a disturbance does not meet one of them alone.
    book_turns = {turn * asked.seeds // 3: turn for turn in range(3)}
    runs = []
    for seed in range(asked.seeds):
        trainings = [("sprint", seed)]
        if seed in book_turns:
            trainings.append(("cnn", book_turns[seed]))
        for training in trainings:
            runs.append(apart(*training))
            if not asked.json:
                print(_line(runs[-1]), flush=True)
    mine, book = ([run for run in runs if run["model"] == name] for name in ("sprint", "cnn"))
    ours, theirs = (statistics.median(run["cpu_seconds"] for run in some) for some in (mine, book))
    reached = sum(run["percent"] >= GOAL for run in mine)
    if asked.json:
        print(json.dumps({"runs": runs, "ratio": ours / theirs, "reached": reached}))
        return
    print(f"sprint reaches {GOAL:g} % in {reached} of {len(mine)} seeds")
    verdict = "within" if ours / theirs <= LIMIT else "ABOVE"
    print(f"median processor time {ours:.1f} s; textbook cnn {theirs:.1f} s: ratio "
          f"{ours / theirs:.3f}, {verdict} the limit of {LIMIT:.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
