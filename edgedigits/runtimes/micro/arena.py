"""How much memory a file needs in TensorFlow Lite for Microcontrollers: its tensor arena."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np

from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad, EdgeDigitsError
from edgedigits.runtimes.micro import micro_process
from edgedigits.runtimes.micro.micro import SCHEMES
from edgedigits.runtimes.micro.micro_process import PLENTY_BYTES, MicroProcess

STEP_BYTES = 16
"""What an arena's bytes are a multiple of, as its tensors begin on such multiples."""
FIRST_STEPS = 128
"""What is tried first: hardly a model needs less."""


def smallest_bytes(artifact: Artifact, folder: Path) -> int | None:
    """Bytes of the smallest arena in which an artifact of the bundle in `folder` opens and answers;
    found by bisection.

    None where that cannot be told: another scheme, no such interpreter here, or a file that it does
    not run in any arena.
    """
    if artifact.scheme not in SCHEMES or artifact.target != "tflite" or not micro_process.is_here():
        return None
    path = folder / artifact.entry
    try:
        return _bisected(path) if _runs(path, PLENTY_BYTES) else None
    except EdgeDigitsError:
        return None


def _bisected(path: Path) -> int:
    """For a file that runs in plenty."""
    too_few, enough = 0, FIRST_STEPS
    while not _runs(path, enough * STEP_BYTES):
        too_few, enough = enough, min(2 * enough, PLENTY_BYTES // STEP_BYTES)
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if _runs(path, middle * STEP_BYTES):
            enough = middle
        else:
            too_few = middle
    return enough * STEP_BYTES


def _runs(path: Path, arena_bytes: int) -> bool:
    try:
        with contextlib.closing(MicroProcess(path, arena_bytes)) as process:
            taken = process.contract.input
            process.answers(np.zeros((1, *taken.shape), taken.dtype))
    except DataBad:
        return False
    return True
