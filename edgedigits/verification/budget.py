"""The limits that an artifact must keep, by the scheme that its numbers are stored in."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edgedigits.verification import exam


@dataclass(frozen=True)
class Budget:
    """The limits parity must keep. A limit of None means: reported, not judged.

    `exact` budgets are judged on the pictures themselves; the others must keep the drop's upper
    95 % end within `max_drop_points`, so too few pictures cannot pass. `max_temperature` limits its
    inverse too: 1.25 allows 0.8 to 1.25. `max_class_drop_points` None means what `class_limit`
    says. `strict` counts every picture in the agreement, those too that the float model leaves
    undecided.
    """

    min_agreement_percent: float
    max_drop_points: float
    max_difference: float | None = None
    exact: bool = False
    max_variation: float | None = None
    max_temperature: float | None = None
    max_class_drop_points: float | None = None
    strict: bool = False

    @property
    def counts_ties(self) -> bool:
        """Whether the agreement is of all pictures.

        An exact budget allows no drop, so that an undecided picture that is lost breaks it in any
        case: to let others pass would leave the verdict to chance.
        """
        return self.strict or self.exact

    def class_limit(self, classes: int) -> float:
        """The most points that one class may surely lose.

        Five, or where more is allowed altogether, what that comes to if one of so many classes
        bears it alone.
        """
        if self.max_class_drop_points is not None:
            return self.max_class_drop_points
        return max(exam.ENOUGH_POINTS, classes * self.max_drop_points)


FLOAT = Budget(100.0, 0.0, 1e-4, exact=True, max_variation=0.01, max_temperature=1.05)
HALF = Budget(99.9, 0.05, 0.02, max_variation=0.01, max_temperature=1.05)
QUANTIZED = Budget(99.5, 0.3, max_variation=0.05, max_temperature=1.25)
FOUR_BITS = replace(QUANTIZED, max_temperature=1.5)
"""So few weights move logits about more, if not answers."""

BUDGETS: dict[str, Budget] = {
    "float32": FLOAT,
    "float16": HALF,
    "uint16": HALF,
    "dynamic": QUANTIZED,
    "int8": QUANTIZED,
    "int16x8": QUANTIZED,
    "int4": FOUR_BITS,
    "uint8": QUANTIZED,
}
"""Default budget of every scheme."""


def overridden(
    budget: Budget,
    *,
    min_agreement_percent: float | None = None,
    max_drop_points: float | None = None,
    max_difference: float | None = None,
    max_variation: float | None = None,
    max_temperature: float | None = None,
    max_class_drop_points: float | None = None,
    strict: bool | None = None,
) -> Budget:
    """`budget` with the limits that are given replaced.

    An exact budget stays exact only while it allows no drop: a drop that is allowed at all has to
    be shown with confidence.
    """
    changed = budget
    if min_agreement_percent is not None:
        changed = replace(changed, min_agreement_percent=min_agreement_percent)
    if max_drop_points is not None:
        changed = replace(
            changed,
            max_drop_points=max_drop_points,
            exact=changed.exact and max_drop_points == 0.0,
        )
    others = {
        "max_difference": max_difference,
        "max_variation": max_variation,
        "max_temperature": max_temperature,
        "max_class_drop_points": max_class_drop_points,
        "strict": strict,
    }
    given = {name: limit for name, limit in others.items() if limit is not None}
    # Each has the type of its field, which a dictionary of them does not tell.
    return replace(changed, **given)  # type: ignore[arg-type]
