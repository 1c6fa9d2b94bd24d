"""What Python makes of photos that are framed, for whatever must give the same bytes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from random_pictures import Task, random_task

from edgedigits.picture import picture
from edgedigits.picture.frame import Mode, frame

GOLDEN = Path(__file__).parent / "golden" / "frames"
MANY = int(os.environ.get("EDGEDIGITS_RANDOM_PICTURES", "200"))


def by_python(tasks: Sequence[Task], given: int = 4) -> list[str]:
    """The bytes in hexadecimal, of photos with their first `given` channels."""
    answers = []
    for rgba, wanted in tasks:
        shown = rgba
        if given < 4:
            shown = np.full_like(rgba, 255)
            shown[..., :3] = rgba[..., :given]
        framed = frame(shown, **{**wanted, "mode": Mode(wanted["mode"])})
        answers.append(framed.tobytes().hex())
    return answers


def golden_tasks() -> tuple[list[Task], list[str]]:
    """The golden photos, and the bytes that they become."""
    answers: list[dict[str, Any]] = json.loads((GOLDEN / "framed.json").read_text())
    framed = [answer.pop("framed") for answer in answers]
    return [(picture.read(GOLDEN / f"{each.pop('picture')}.png"), each) for each in answers], framed


def compare_random(by_other: Callable[[Sequence[Task]], list[str]], mode: Mode) -> None:
    """Let both frame `MANY` photos, some at a time."""
    for first in range(0, MANY, 200):
        rngs = [np.random.default_rng([7, n]) for n in range(first, min(MANY, first + 200))]
        tasks = [random_task(rng, mode) for rng in rngs]
        answers = zip(by_other(tasks), by_python(tasks), strict=True)
        for n, (theirs, ours) in enumerate(answers):
            assert theirs == ours, f"picture {first + n}: {tasks[n][0].shape} {tasks[n][1]}"
