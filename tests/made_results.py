"""Results of a verification that nothing ran for: answers made by hand, as many as asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from edgedigits.bundle.artifact import Artifact, FileRecord, InputContract
from edgedigits.bundle.schemes import wanted
from edgedigits.datasets.dataset import DIGITS, Split
from edgedigits.verification import parity
from edgedigits.verification.unseen import Pictures
from edgedigits.verification.verify import Result, Verification

HARMFUL = "<img src=x onerror=\"document.title='harmed'\">"
QUOTES = "\"'><script>document.title='harmed'</script>"
"""What does harm as markup, as contents and in an attribute."""
UNSEEN = "\u202e"
"""Turns what follows it backwards."""


def pictures(
    count: int, labels: tuple[str, ...] = DIGITS, name: str = "made", side: int = 28
) -> Pictures:
    """Noise, which compresses worst; of large pictures all are one, which memory can hold."""
    rng = np.random.default_rng(0)
    shape = (count, side, side) if side <= 64 else (1, side, side, 3)
    images = rng.integers(0, 256, shape, np.uint8)
    images = np.broadcast_to(images, (count, *shape[1:]))
    return Pictures(name, "0" * 64, Split(images, np.arange(count) % len(labels), labels))


def verification(
    shown: Pictures, changed: int, schemes: tuple[tuple[str, str], ...] = (), path: str = "model"
) -> Verification:
    """Nine artifacts, or those of `schemes`: each answers so many pictures otherwise, others than
    its neighbours do, which the float model is surer of the later they come."""
    every = wanted("all", "all").items()
    schemes = schemes or tuple((target, each) for target, names in every for each in names)
    labels, count, classes = shown.split.labels, len(shown.split), len(shown.split.classes)
    rows = np.arange(count)
    reference = np.full((count, classes), 0.01 / (classes - 1), np.float32)
    reference[rows, labels] = 0.99 - 0.4 * (count - rows) / count
    results = []
    for place, (target, scheme) in enumerate(schemes):
        noise = 10 ** (-9 + 4 * np.random.default_rng(place).random((count, 1)))
        answers = reference * (1 - noise)
        flipped = (place * changed + np.arange(changed)) % count
        answers[flipped] = 0.005 / (classes - 1)
        answers[flipped, (labels[flipped] + 1) % classes] = 0.995
        results.append(result(shown, target, scheme, reference, answers.astype(np.float32), path))
    return Verification(shown, tuple(results), 1.0, 1.0)


def result(
    shown: Pictures,
    target: str,
    scheme: str,
    reference: NDArray[np.float32],
    answers: NDArray[np.float32],
    path: str,
) -> Result:
    """What `answers` are, judged by the scheme's own budget."""
    split = shown.split
    pixel = Tensor("pixels", "float32", (1, 28, 28, 1))
    answer = Tensor("p", "float32", (1, len(split.classes)))
    file = FileRecord(f"{target}/{path}-{scheme}.bin", 1000, 900, f"{len(scheme):064}")
    contract = (pixel, answer, InputContract(0, 1), split.classes, split.classes)
    artifact = Artifact(target, scheme, file.path, (file,), *contract)
    found = parity.compare(reference, answers, split.labels)
    runtime = {"tflite": "litert", "tfjs": "tfjs-node"}[target]
    budget = parity.BUDGETS[scheme]
    unjudged = Result(artifact, runtime, found, budget, parity.Verdict(parity.Status.PASS), 1.0)
    return replace(unjudged, verdict=parity.judge(found, budget, (), unjudged.words))
