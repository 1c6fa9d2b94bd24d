"""How a quantized file's answers move with the pictures that calibrate: which, and how many."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from converters import frozen_graph
from converters.base import Card, Conversion
from converters.saved_model import SourceModel
from converters.tflite import tflite
from edgedigits.bundle import calibration
from edgedigits.bundle.input_contract import InputContract
from edgedigits.datasets.dataset import Split
from edgedigits.runtimes import base, quantization
from edgedigits.runtimes.litert.litert_process import LiteRTProcess

SCHEME = "int8"
COUNTS = (10, 30, 100, 300, 500, 1_000, 2_000)
SEEDS = 5


@dataclass(frozen=True)
class Draws:
    """Files that were calibrated by so many pictures each, drawn with different seeds.

    Attributes:
        count: pictures that calibrated each file.
        right: of each file, the share of pictures answered right.
        agreement: of each file, the share answered as by the float model.
        moved: share of pictures to which two of the files answer differently, in the mean of pairs.
        difference: mean difference in probability between two of the files.
        largest_difference: the largest one.
    """

    count: int
    right: tuple[float, ...]
    agreement: tuple[float, ...]
    moved: float
    difference: float
    largest_difference: float


def measure(
    model: SourceModel,
    pixels: InputContract,
    train: Split,
    pictures: Split,
    *,
    logits: bool = False,
    counts: Sequence[int] = COUNTS,
    seeds: int = SEEDS,
    tick: Callable[[int], None] | None = None,
) -> Iterator[Draws]:
    """Convert `model` once for each count and seed, and run each file on LiteRT.

    Args:
        model: the float model.
        pixels: what it takes.
        train: pictures to draw those from that calibrate; of counts beyond them all are taken.
        pictures: labelled pictures to answer.
        logits: whether the model answers with logits.
        counts: of pictures that calibrate.
        seeds: how many files a count, drawn with seeds 0, 1, ...
        tick: told of every file.

    Raises:
        ConversionError: TFLite cannot express the model in 8 bits.
    """
    shape = (-1, *model.input_shape)
    answer = frozen_graph.rows(model.function)
    table = np.concatenate([answer(some.reshape(shape)) for some in pixels.blocks(pictures.images)])
    floats = table.argmax(axis=1)
    for count in counts:
        tables = []
        for seed in range(seeds):
            drawn = train.images[calibration.draw(train.labels, count, seed)]
            values = calibration.values(drawn, pixels).reshape(shape)
            tables.append(answers_of(model, values, pixels, pictures.images, logits=logits))
            if tick is not None:
                tick(1)
        answers = [each.argmax(axis=1) for each in tables]
        pairs = list(itertools.combinations(range(seeds), 2))
        apart = [np.abs(tables[one] - tables[other]) for one, other in pairs]
        yield Draws(
            count,
            tuple(float((each == pictures.labels).mean()) for each in answers),
            tuple(float((each == floats).mean()) for each in answers),
            float(np.mean([(answers[one] != answers[other]).mean() for one, other in pairs])),
            float(np.mean([each.mean() for each in apart])),
            float(np.max([each.max() for each in apart])),
        )


def answers_of(
    model: SourceModel,
    values: NDArray[np.float32],
    pixels: InputContract,
    images: NDArray[np.uint8],
    *,
    logits: bool,
) -> NDArray[np.float32]:
    """Probabilities `[N, classes]` of a file that `values` calibrated."""
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        card = Card("calibrated", "", (), pixels.limits, "", "")
        asked = Conversion(model, (SCHEME,), folder, card, calibration=values)
        path = folder / "model.tflite"
        path.write_bytes(tflite.converted_bytes(asked, SCHEME))
        with contextlib.closing(LiteRTProcess(path)) as process:
            taken, given = process.contract.input, process.contract.output
            found = process.answers_to(images[:], pixels, taken)[:, 0]
    table = quantization.dequantize(found, given)
    return base.softmax(table) if logits else table
