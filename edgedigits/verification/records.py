"""What a manifest recorded of its export's verification, held against what is measured now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.bundle import Manifest
from edgedigits.bundle.file_check import EXPORT_HINT
from edgedigits.errors import DataBad
from edgedigits.verification import intervals, probabilities
from edgedigits.verification.parity import Parity
from edgedigits.verification.probabilities import Sums
from edgedigits.verification.running import answer_table
from edgedigits.verification.summaries import rows
from edgedigits.verification.unseen import Pictures

OTHER_MACHINES = 0.001
"""Share of the pictures that another processor's arithmetic may answer otherwise, and at least
`FEWEST` of them."""
FEWEST = 2
SURE = 0.9999
"""Confidence of both intervals where other pictures of the same set were asked."""


def check_reference(manifest: Manifest, pictures: Pictures, answers: NDArray[np.float32]) -> None:
    """Refuse a float model that does not answer as the manifest's records say, or not with
    probabilities, and records that export does not write.

    Args:
        manifest: what an export recorded; a bundle that was never verified recorded nothing.
        pictures: what was asked.
        answers: the float model's probabilities `[N, classes]`.

    Raises:
        DataBad: the accuracy is not the recorded one, the answers are no probabilities, or a record
            is of another data set than the manifest's.
    """
    path = manifest.reference.file.path
    sums, right = Sums(), 0
    for piece in rows.pieces(*answers.shape):
        some = answers[piece]
        if not np.isfinite(some).all():
            raise DataBad(f"the float model in {path} answers with numbers not finite", EXPORT_HINT)
        even = np.broadcast_to(np.float32(1 / some.shape[1]), some.shape)
        sums += probabilities.sums(even, some, 0.0)
        right += int(np.sum(some.argmax(axis=1) == pictures.split.labels[piece]))
        answer_table.let_go(answers)
    if sums.improper:
        raise DataBad(
            f"the float model in {path} answers with no probabilities: their sums run from "
            f"{sums.least:.3g} to {sums.largest:.3g}",
            EXPORT_HINT,
        )
    percent = 100.0 * right / len(answers)
    for artifact_id, record in manifest.verification.items():
        if record["fingerprint"] != manifest.dataset["fingerprint"]:
            raise DataBad(
                f"the manifest's record of {artifact_id} is of another data set than its own",
                EXPORT_HINT,
            )
        recorded = record["float_accuracy"]["percent"]
        if record["fingerprint"] == pictures.fingerprint and _differ(
            recorded, record["pictures"], percent, len(answers)
        ):
            raise DataBad(
                f"the float model in {path} answers {percent:.2f} % of {len(answers):,} pictures "
                f"of {pictures.name} right, {artifact_id} was verified with one of "
                f"{recorded:.2f} % of {record['pictures']:,}",
                EXPORT_HINT,
            )


def violations(record: Mapping[str, Any], pictures: Pictures, parity: Parity) -> tuple[str, ...]:
    """Where a manifest's record of an artifact is better than what was measured, a line each.

    `record` is that of the runtime that `parity` comes from. Other pictures than those of its data
    set prove nothing about it.
    """
    if record["fingerprint"] != pictures.fingerprint:
        return ()
    count, ours = record["pictures"], parity.pictures
    # What is recorded and on how many pictures, what is found and on how many; is more better?
    figures = [
        ("accuracy", record["accuracy"]["percent"], count, parity.accuracy.percent, ours, True),
        ("agreement", record["agreement_percent"], count, parity.agreement_percent, ours, True),
    ]
    # Bundles of former versions record no decided pictures.
    recorded, decided = record.get("decided_agreement_percent"), parity.decided
    if recorded is not None and decided is not None:
        theirs = count - record.get("undecided_pictures", 0)
        figures.append(
            ("decided agreement", recorded, theirs, decided.percent, decided.pictures, True)
        )
    if count == ours:
        # A drop is no share of the pictures, and has no interval of its own.
        figures.append(
            ("accuracy drop", record["drop_points"], count, parity.drop_points, ours, False)
        )
    return tuple(
        f"the manifest records {what} {recorded:.2f} on {theirs:,} pictures, "
        f"it is {found:.2f} on {number:,}"
        for what, recorded, theirs, found, number, more in figures
        if not (recorded <= found if more else recorded >= found)
        and _differ(recorded, theirs, found, number)
    )


def _differ(recorded: float, their_pictures: int, found: float, pictures: int) -> bool:
    """Whether two percentages cannot be those of one model.

    On as many pictures of the same set they are those of the same pictures, and may differ by the
    few that another machine answers otherwise. Else they differ when their exact intervals lie
    apart.
    """
    if their_pictures == pictures:
        allowed = max(FEWEST, OTHER_MACHINES * pictures)
        return not abs(recorded - found) * pictures / 100 <= allowed + 1e-6
    if not 0 <= recorded <= 100 or not 1 <= their_pictures <= intervals.MOST_PICTURES:
        return True
    ends = [
        intervals.share_limits(percent / 100 * count, count, SURE)
        for percent, count in ((recorded, their_pictures), (found, pictures))
    ]
    (low, high), (least, most) = ends
    return low > most or least > high
