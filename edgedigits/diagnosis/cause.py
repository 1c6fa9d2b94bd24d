"""What makes an artifact's error, in words."""

from __future__ import annotations

from edgedigits.diagnosis.diagnosis import Diagnosis
from edgedigits.diagnosis.operation import Operation

FEW_STEPS = 24
"""A channel that spans no more of an operation's steps has lost most of its values."""
SMALL_CHANNEL = 0.1
"""Of the largest weight; channels that share one scale and have none above that are small."""
SMALL_WEIGHT = 0.05
"""Likewise of the middle weight; where they are spread as usual it is a fifth of the largest."""
MOST_OF_IT = 0.5
STANDS_OUT = 10.0
"""Percent of the error."""
ANSWERS = ("SOFTMAX", "LOGISTIC")


def verdict(found: Diagnosis) -> str:
    """One sentence: what makes most of the error, and why."""
    faulty = [each for each in found.operations if each.faults]
    if faulty:
        more = f" (and {len(faulty) - 1} more)" if len(faulty) > 1 else ""
        return f"{faulty[0].name} is at fault, not its scheme{more}: {'; '.join(faulty[0].faults)}"
    if not found.baseline.variation or not found.ranked:
        return f"{found.artifact} answers as the float model does"
    first = found.ranked[0]
    assert first.cost is not None
    if first.cost.share < STANDS_OUT:
        return (
            f"no operation stands out: {first.name} makes {max(0.0, first.cost.share):.0f} % of "
            "the error, and no other more"
        )
    return f"{first.name} makes {first.cost.share:.0f} % of the error: {of(first)}"


def of(operation: Operation) -> str:
    """Why an operation makes an error."""
    if operation.faults:
        return "; ".join(operation.faults)
    if operation.kind in ANSWERS and operation.step is not None:
        return f"it stores probabilities in steps of {operation.step:.3g}"
    if operation.steps_used is not None and operation.steps_used <= FEW_STEPS:
        return (
            f"half of its {operation.channels:,} channels span at most "
            f"{operation.steps_used:.2g} of the {operation.steps:,} steps that it stores; others "
            "take the rest of the range"
        )
    if operation.clipped_share >= MOST_OF_IT and operation.covered is not None:
        return (
            f"{operation.clipped_channels:,} of its {operation.channels:,} channels saturate on "
            f"{operation.clipped_pictures:.2g} % of pictures; calibration saw "
            f"{operation.covered:.2g} of the range that the test pictures reach"
        )
    weights = operation.weights
    if weights is not None and weights.steps_used is not None:
        most = weights.steps_most or 1.0
        if weights.steps_used < SMALL_CHANNEL * most:
            return (
                f"half of its {operation.channels:,} channels have no weight above "
                f"{weights.steps_used:.2g} steps of the {most:.0f} that the largest takes; they "
                "share one scale"
            )
        if (weights.typical or 0.0) < SMALL_WEIGHT * most:
            return (
                f"half of its weights are smaller than {weights.typical:.2g} steps of the "
                f"{most:.0f} that the largest takes"
            )
    if operation.rounding_share >= MOST_OF_IT and operation.range_used is not None:
        return (
            f"the numbers that it stores are {operation.step:.2g} apart, and its values span "
            f"{100 * operation.range_used:.0f} % of their range"
        )
    if operation.dead:
        return f"{operation.dead:,} of its {operation.channels:,} channels hold one value alone"
    own = f"its own signal to noise is {operation.own_db:.1f} dB"
    return own if weights is None else f"{own}, that of its weights {weights.signal_db:.1f} dB"
