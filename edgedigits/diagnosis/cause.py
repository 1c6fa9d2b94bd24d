"""What makes an artifact's error, in words."""

from __future__ import annotations

from edgedigits.diagnosis.diagnosis import Diagnosis
from edgedigits.diagnosis.operation import Operation

FEW_STEPS = 24
"""A channel that spans no more of an operation's steps has lost most of its values."""
FEW_WEIGHT_STEPS = 12
"""Likewise of the steps of weights, to either side of zero."""
SMALL_WEIGHT = 6.0
"""Steps; of weights that are spread as usual the middle one has 20 to 30 of 127."""
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
    if weights is not None and (weights.steps_used or FEW_WEIGHT_STEPS) < FEW_WEIGHT_STEPS:
        return (
            f"half of its {operation.channels:,} channels have no weight above "
            f"{weights.steps_used:.2g} steps of those they are stored in; others take the rest "
            "of the range"
        )
    if operation.rounding_share >= MOST_OF_IT and operation.range_used is not None:
        return (
            f"the numbers that it stores are {operation.step:.2g} apart, and its values span "
            f"{100 * operation.range_used:.0f} % of their range"
        )
    if operation.dead:
        return f"{operation.dead:,} of its {operation.channels:,} channels hold one value alone"
    if weights is not None and (weights.typical or SMALL_WEIGHT) < SMALL_WEIGHT:
        return (
            f"half of its weights are smaller than {weights.typical:.2g} steps of those they are "
            "stored in; a few take the rest of the range"
        )
    if weights is not None and weights.signal_db <= operation.own_db + 3:
        return f"its weights are rounded to {weights.signal_db:.1f} dB"
    return f"what it gives is rounded to {operation.own_db:.1f} dB"
