"""Ranges of activations by other rules than the outermost values that a calibration saw.

Where a few values lie far out, a range that holds them all has coarse steps for the many others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from converters.tflite import model_file, packing, watchable
from converters.tflite.matching import Graph

BINS = 2048
LEVELS = 255
"""Steps between the lowest and the highest number of 8 bits."""
SHARES = np.linspace(0.02, 1.0, 99)
"""Of either end of a range: what the search for the smallest error tries."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many values of an activation lie where: `counts [BINS]` between its ends."""

    low: float
    high: float
    counts: NDArray[np.int64]

    @property
    def middles(self) -> NDArray[np.float64]:
        """The middle of each bin."""
        edges = np.linspace(self.low, self.high, len(self.counts) + 1)
        return np.asarray((edges[:-1] + edges[1:]) / 2, np.float64)


Ends = tuple[float, float]
Rule = Callable[[Histogram], Ends]


def percentile(percent: float) -> Rule:
    """All but the outermost values, of which `100 - percent` in a hundred go, at either end half;
    of values that are never below 0 (or above) all at the other."""

    def ends(found: Histogram) -> Ends:
        sums = np.cumsum(found.counts) / max(int(found.counts.sum()), 1)
        aside = (100 - percent) / 100 / (2 if found.low < 0 < found.high else 1)
        step = (found.high - found.low) / len(found.counts)
        low = found.low + step * int(np.searchsorted(sums, aside, "right"))
        high = found.low + step * (int(np.searchsorted(sums, 1 - aside)) + 1)
        return (low if found.low < 0 else found.low), (high if found.high > 0 else found.high)

    return ends


def least_squares(found: Histogram) -> Ends:
    """Ends with the smallest squared error of values that are rounded to 8 bits and clipped: one
    end is moved after the other, until neither gains."""
    middles, counts = found.middles, found.counts.astype(np.float64)

    def error(low: float, high: float) -> float:
        inside = (middles >= low) & (middles <= high)
        clipped = np.where(middles < low, low - middles, middles - high)[~inside]
        rounded = ((high - low) / LEVELS) ** 2 / 12 * counts[inside].sum()
        return float(rounded + (clipped**2 * counts[~inside]).sum())

    low, high = found.low, found.high
    for _ in range(2):
        if found.high > 0:
            high = min((found.high * share for share in SHARES), key=lambda end: error(low, end))
        if found.low < 0:
            low = min((found.low * share for share in SHARES), key=lambda end: error(end, high))
    return low, high


def histograms(content: bytes, inputs: NDArray[np.float32]) -> dict[int, Histogram]:
    """Values of the activations inside a calibrated file, see `tflite.calibrated_bytes`, by the
    number of their tensor, on inputs `float32 [N, *shape of one]`. The file's own input and answer,
    whose ranges are known without pictures, are not among them."""
    noted = dict(_noted(Graph(content)))
    opened = model_file.interpreter(watchable.with_outputs(content, list(noted)))
    opened.allocate_tensors()
    (given,) = opened.get_input_details()
    counts = {index: np.zeros(BINS, np.int64) for index in noted}
    for each in inputs:
        opened.set_tensor(given["index"], each.reshape(given["shape"]))
        opened.invoke()
        for index, ends in noted.items():
            values = np.clip(opened.get_tensor(index), *ends)
            counts[index] += np.histogram(values, BINS, ends)[0]
    return {index: Histogram(*ends, counts[index]) for index, ends in noted.items()}


def ruled(content: bytes, found: dict[int, Histogram], rule: Rule) -> bytes:
    """The calibrated file with the range of each activation as `rule` has it."""
    file = Graph(content)
    for index, histogram in found.items():
        low, high = rule(histogram)
        said = file.graph.tensors[index].quantization
        said.min, said.max = np.array([low], np.float32), np.array([high], np.float32)
    return packing.pack(file.model, share=False)


def _noted(file: Graph) -> Iterator[tuple[int, Ends]]:
    """The tensors inside of which a range is noted, and that is one."""
    for index in sorted(set(file.maker) - set(map(int, file.graph.outputs))):
        said = file.graph.tensors[index].quantization
        if said is None or said.min is None or len(said.min) == 0:
            continue
        low, high = min(0.0, float(said.min[0])), max(0.0, float(said.max[0]))
        if low < high:
            yield index, (low, high)
