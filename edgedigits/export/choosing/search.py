"""Artifacts held against each other on pictures of their own, before one of them is proven.

What a file was chosen by cannot prove it: those that it is verified on are not among these.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from edgedigits.bundle import golden
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Manifest
from edgedigits.export.source import Source
from edgedigits.runtimes.tensorflow.float_model import FloatModel
from edgedigits.verification import parity
from edgedigits.verification import verify as verification
from edgedigits.verification.parity import Budget, Parity, Status
from edgedigits.verification.running.floats import Floats, float_answers
from edgedigits.verification.running.threads import Threads
from edgedigits.verification.unseen import Pictures
from edgedigits.verification.verify import Budgets, Result

ERRORS = 2.0
"""Standard errors."""
MOST = 2_000
"""Pictures that artifacts are chosen by."""


@dataclass(frozen=True, eq=False)
class Search:
    """Where artifacts are asked.

    Attributes:
        source: the float model.
        staged: the folder of the bundle in the making, with its `manifest`.
        calibrated: places of the pictures that calibrated.
        verified: the pictures that the bundle is verified on.
        budgets: what each artifact may lose.
    """

    source: Source
    staged: Path
    manifest: Manifest
    calibrated: Sequence[int]
    verified: Pictures
    budgets: Budgets

    @cached_property
    def pictures(self) -> Pictures:
        """Those that artifacts are chosen by."""
        return replace(self.verified, split=self.source.for_search(self.calibrated, MOST))

    @cached_property
    def _floats(self) -> Future[Floats]:
        manifest, classes = self.manifest, len(self.manifest.labels)
        held = golden.read(self.staged, manifest.form, classes, manifest.golden_count)
        # It was this process's own before it was written.
        model = FloatModel(
            manifest.reference,
            self.staged,
            self.source.pixels,
            classes=classes,
            logits=self.source.logits,
        )
        images = self.pictures.split.images
        found: Future[Floats] = Future()
        found.set_result(
            float_answers(model, classes, images, held.images, threading.Event(), None)
        )
        return found

    def results(self, artifacts: Sequence[Artifact]) -> tuple[Result, ...]:
        """What artifacts do on these pictures."""
        return self._verified(artifacts, self.pictures, self._floats)

    def proof(self, artifact: Artifact, floats: Future[Floats] | None) -> Result:
        """What one does on those that the bundle is verified on, to which `floats` are the float
        model's answers."""
        (result,) = self._verified((artifact,), self.verified, floats)
        return result

    def _verified(
        self, artifacts: Sequence[Artifact], pictures: Pictures, floats: Future[Floats] | None
    ) -> tuple[Result, ...]:
        some = replace(self.manifest, artifacts=tuple(artifacts))
        checked = verification.verify(
            some, self.staged, pictures, budgets=self.budgets, executor=Threads(floats=floats)
        )
        return checked.results


def refutes(found: Parity, budget: Budget) -> bool:
    """Whether what an artifact did on pictures to choose by says that it is beyond its budget, by
    more than two standard errors of what it was counted by."""
    agreement = parity.judged_agreement(found, budget)
    changed = math.sqrt(found.losses + found.gains) / found.pictures
    apart = math.sqrt(agreement.changed) / max(agreement.pictures, 1)
    wider = parity.overridden(
        budget,
        max_drop_points=budget.max_drop_points + ERRORS * 100 * changed,
        min_agreement_percent=max(0.0, budget.min_agreement_percent - ERRORS * 100 * apart),
    )
    return parity.judge(found, wider).status is Status.FAIL
