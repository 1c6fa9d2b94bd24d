"""One operation of an artifact: what its figures come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.diagnosis.weights import Weights

BEST_DB = 200.0
"""What no float32 arithmetic tells from having no error."""


@dataclass(frozen=True)
class Answers:
    """What a model answers to the pictures: how many percent are right, how many are as the float
    model's, and by how much probabilities move on average, `mean(sum |p - q|) / 2`, in 0..1."""

    accuracy: float
    agreement: float
    variation: float


@dataclass(frozen=True)
class Cost:
    """The artifact with one operation left in float, measured; `share` is the part of all movement
    of the answers that is gone then, in percent (below 0 where it grew)."""

    answers: Answers
    share: float


@dataclass(frozen=True)
class Operation:
    """What is known of one operation.

    Attributes:
        name, kind: as the converter calls it, and the kind of operation.
        channels: how many it gives.
        moves: it only moves numbers, without any error of its own.
        handed_db: signal to noise of what it hands on, 10 log10(sum of squared values of the float
            model / sum of squared errors), in dB, at most 200.
        own_db: the same of what it makes itself of the float model's input.
        channel_db: of that, what half of the channels stay below, each measured by itself.
        low_percent, high_percent: values of the float model cut off at either end.
        clipped_channels: in how many channels any are; `clipped_pictures` on how many percent of
            the pictures, `clipped_share` the part of its own squared error that comes of it.
        covered: of the span of the float model's values its ends hold so much, at most 1; None
            where it stores no whole numbers, as the next ones.
        step: what lies between two numbers that it can store; `steps` how many there are, and
            `steps_used` how many of them the values of the middle one of its channels span.
        range_used: the part of what it can store, in 0..1, that the values of all channels span.
        rounding_share: the part of its own squared error that rounding to these steps makes, which
            is a twelfth of a squared step for each value.
        shift: mean error that it hands on in the channel where that is largest, in standard
            deviations of that channel.
        dead: channels that tell pictures apart in the float model and not here; `silent` those
            that do in neither.
        weights: of its weights; None where it has none that are stored otherwise.
        faults: what is wrong with it beyond rounding, in words.
        cost: what the artifact answers with this one left in float; None where not measured.
    """

    name: str
    kind: str
    channels: int
    moves: bool
    handed_db: float
    own_db: float
    channel_db: float
    low_percent: float
    high_percent: float
    clipped_channels: int
    clipped_pictures: float
    clipped_share: float
    covered: float | None
    step: float | None
    steps: int | None
    steps_used: float | None
    range_used: float | None
    rounding_share: float
    shift: float
    dead: int
    silent: int
    weights: Weights | None = None
    faults: tuple[str, ...] = field(default=())
    cost: Cost | None = None

    @property
    def clipped_percent(self) -> float:
        """Values cut off at either end."""
        return self.low_percent + self.high_percent


Ends = tuple[float, float, float]
"""Smallest and largest value that can be stored, and the step."""


def of_figures(
    name: str, kind: str, figures: dict[str, NDArray[np.float64]], ends: Ends | None,
    pictures: int, **more: Any,
) -> Operation:  # fmt: skip
    """An operation from the figures of its channels, see `differences`; it can store what lies in
    `ends` (None: any float)."""
    count, signal2 = figures["count"], figures["signal2"]
    spread = np.sqrt(np.maximum(signal2 / count - (figures["signal"] / count) ** 2, 0))
    alive = figures["highest"] > figures["lowest"]
    still = figures["handed_highest"] <= figures["handed_lowest"]
    noise = figures["own2"][alive] / np.maximum(count * spread**2, 1e-300)[alive]
    shifts = np.abs(figures["handed"] / count)[alive] / np.maximum(spread[alive], 1e-30)
    values = float(count.sum())
    return Operation(
        name=name,
        kind=kind,
        channels=len(count),
        handed_db=_db(signal2.sum(), figures["handed2"].sum()),
        own_db=_db(signal2.sum(), figures["own2"].sum()),
        channel_db=_db(1.0, float(np.median(noise))) if len(noise) else BEST_DB,
        low_percent=100 * float(figures["low"].sum()) / values,
        high_percent=100 * float(figures["high"].sum()) / values,
        clipped_channels=int(np.sum(figures["low"] + figures["high"] > 0)),
        clipped_pictures=100 * float(figures["any_picture"].max(initial=0.0)) / pictures,
        clipped_share=float(figures["clipped2"].sum() / max(figures["own2"].sum(), 1e-300)),
        **_span(figures, ends, alive),
        rounding_share=0.0
        if ends is None
        else float(min(1.0, values * ends[2] ** 2 / 12 / max(figures["own2"].sum(), 1e-300))),
        shift=float(shifts.max(initial=0.0)),
        dead=int(np.sum(alive & still)),
        silent=int(np.sum(~alive)),
        **more,
    )


def _span(
    figures: dict[str, NDArray[np.float64]], ends: Ends | None, alive: NDArray[np.bool_]
) -> dict[str, Any]:
    if ends is None:
        return dict.fromkeys(("covered", "step", "steps", "steps_used", "range_used"))
    low, high, step = ends
    lowest, highest = figures["lowest"].min(), figures["highest"].max()
    inside = max(0.0, min(high, highest) - max(low, lowest))
    spans = (figures["highest"] - figures["lowest"])[alive]
    return {
        "covered": float(inside / (highest - lowest)) if highest > lowest else 1.0,
        "step": step,
        "steps": round((high - low) / step) + 1,
        "steps_used": float(np.median(spans) / step) if len(spans) else 0.0,
        "range_used": float(inside / (high - low)),
    }


def _db(signal: float, noise: float) -> float:
    """Signal to noise in dB; a broken artifact's NaN stays one."""
    if noise <= 0 or signal <= 0:
        return BEST_DB if noise <= 0 else 0.0
    return float(np.clip(10 * np.log10(signal / noise), -BEST_DB, BEST_DB))
