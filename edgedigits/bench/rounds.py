"""Several things timed in turns, so that a disturbance of the machine is shared by all of them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import ArrayLike

ROUNDS = 20
SECONDS = 0.5
"""How long one figure is measured for, over all its rounds."""
LEAST_CALLS = 5
"""However long a call takes, so many are timed in a turn."""
CLOCK_STEPS = 25
SETTLE_SHARE = 0.4
"""Of a figure's time, how much goes untimed before the first round: JavaScript is compiled as it
runs, and again when it has run often."""
WARM_SHARE = 0.2
"""Of a turn's time, how much goes before it untimed: caches and clock rates follow the work."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Turn:
    """What was timed in one turn: times of single calls, in microseconds."""

    median_us: float
    p95_us: float
    calls: int

    @classmethod
    def of(cls, times_us: ArrayLike, clock_step_us: float = 0.0) -> Turn:
        """The turn of these times, in the order they were taken; 95 % by the nearest rank.

        Where the clock moves on in steps that are long beside a call, the median is that of calls
        taken several together, `CLOCK_STEPS` of the clock's long.
        """
        times = np.asarray(times_us, np.float64)
        median = float(np.median(times))
        together = math.ceil(CLOCK_STEPS * clock_step_us / max(median, clock_step_us, 1e-9))
        if 1 < together <= len(times):
            groups = times[: len(times) // together * together].reshape(-1, together)
            median = float(np.median(groups.mean(axis=1)))
        rank = max(1, math.ceil(0.95 * len(times)))
        return cls(median, float(np.sort(times)[rank - 1]), len(times))


@dataclass(frozen=True)
class Latency:
    """How long one call takes: medians over the rounds, in microseconds.

    Attributes:
        median_us: median over the rounds of each round's median.
        p95_us: median over the rounds of the time that 95 % of a round's calls kept to.
        rounds_us: each round's median, in order; of things timed in turns, the same places belong
            to the same moments.
        calls: how many were timed, in all rounds.
    """

    median_us: float
    p95_us: float
    rounds_us: tuple[float, ...]
    calls: int

    def ratio(self, baseline: Latency) -> float:
        """Median over the rounds of this one's time divided by the baseline's in the same round.

        A machine that runs slower for a while slows both, and leaves their ratio alone.
        """
        pairs = zip(self.rounds_us, baseline.rounds_us, strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)

    @property
    def spread_percent(self) -> float:
        """How far apart the rounds lie: half of them within this share of the median."""
        low, _, high = statistics.quantiles(self.rounds_us, n=4, method="inclusive")
        return 100 * (high - low) / self.median_us


class Timed(Protocol):
    """Something whose calls can be timed for a while."""

    def turn(self, seconds: float, warm_seconds: float) -> Turn:
        """Call it untimed for `warm_seconds`, then timed for about `seconds`."""
        ...


def measure(
    timed: Mapping[Key, Timed],
    *,
    seconds: float = SECONDS,
    rounds: int = ROUNDS,
    tick: Callable[[], None] | None = None,
) -> dict[Key, Latency]:
    """Time each for about `seconds`, in `rounds` turns, never two at once. `tick` counts rounds."""
    found: dict[Key, list[Turn]] = {key: [] for key in timed}
    share = seconds / rounds
    for one in timed.values():
        one.turn(0.0, SETTLE_SHARE * seconds)
    for _ in range(rounds):
        for key, one in timed.items():
            found[key].append(one.turn(share, share * WARM_SHARE))
        if tick is not None:
            tick()
    return {key: _latency(turns) for key, turns in found.items()}


def _latency(turns: list[Turn]) -> Latency:
    medians = tuple(turn.median_us for turn in turns)
    return Latency(
        statistics.median(medians),
        statistics.median(turn.p95_us for turn in turns),
        medians,
        sum(turn.calls for turn in turns),
    )
