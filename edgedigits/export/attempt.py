"""What was tried to bring an artifact within its budget, and what it gave."""

from __future__ import annotations

import math
from dataclasses import dataclass

from edgedigits.verification.parity import Status
from edgedigits.verification.verify import Result

RANKS = (Status.PASS, Status.INCONCLUSIVE, Status.FAIL)


@dataclass(frozen=True)
class Attempt:
    """One file that was made anew.

    Attributes:
        how: what was done to it; empty for the one that failed first.
        size_bytes: of all its files.
        searched: what it did on pictures that it may be chosen by; None where it was not made.
        proven: on those that it is verified on; None where the others refused it.
        seconds: for making it and asking it.
        failure: why it was not made.
    """

    how: str
    size_bytes: int
    searched: Result | None
    proven: Result | None
    seconds: float
    failure: str | None = None

    @property
    def status(self) -> str:
        """What became of it, in a word or two."""
        if self.searched is None:
            return "not made"
        last = self.proven or self.searched
        return str(last.verdict.status)

    @property
    def rank(self) -> tuple[int, float]:
        """The smaller the better: what passed goes before what has too few pictures to say and
        what failed; then goes by how much it moved probabilities."""
        status = Status.FAIL if self.proven is None else self.proven.verdict.status
        if status is not Status.FAIL:
            return RANKS.index(status), 0.0
        moved = math.inf if self.searched is None else self.searched.parity.mean_variation
        return RANKS.index(status), math.inf if math.isnan(moved) else moved

    def words(self) -> str:
        """All of it in a sentence."""
        if self.searched is None:
            return f"{self.how}: {self.failure}"
        last = self.proven or self.searched
        parity = last.parity
        return (
            f"{self.how or 'as converted'}: {self.size_bytes:,} bytes, agreement "
            f"{last.agreement.percent:.2f} %, drop {parity.drop_points:.2f} points on "
            f"{parity.pictures:,} pictures, {self.status}"
        )


@dataclass(frozen=True)
class Repaired:
    """What became of one artifact: `first` is what it was, `attempts` what was tried in order, and
    `result` that of the file which is kept now; `stopped` says that more could have been tried."""

    first: Attempt
    attempts: tuple[Attempt, ...]
    result: Result
    stopped: bool
