"""Several things timed in turns, so that a disturbance of the machine is shared by all of them."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

ROUNDS = 10
SECONDS = 0.5
"""How long one figure is measured for, over all its rounds."""
WARM_SHARE = 0.2
"""Of a turn's time, how much goes before it untimed: caches and clock rates follow the work."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Turn:
    """What was timed in one turn: times of single calls, in microseconds."""

    median_us: float
    p95_us: float
    calls: int


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
