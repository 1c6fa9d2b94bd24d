"""What export and adoption end alike with: the manifest of what was staged, judged and released."""

from __future__ import annotations

import contextlib
import datetime
import platform
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits import __version__
from edgedigits.bundle import calibration, golden
from edgedigits.bundle.artifact import Artifact, record
from edgedigits.bundle.bundle import Manifest, Reference
from edgedigits.diagnosis import calibration_audit
from edgedigits.errors import WrongUse
from edgedigits.export import no_digit, preparation, release
from edgedigits.export.release import Outcome
from edgedigits.export.source import Source
from edgedigits.foreign_text import one_line
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.micro import arena, micro_process
from edgedigits.verification import verify as verification
from edgedigits.verification.running.execution import Tick
from edgedigits.verification.running.floats import Floats
from edgedigits.verification.running.threads import Threads
from edgedigits.verification.unseen import Pictures
from edgedigits.verification.verify import Budgets, Verification

Mend = Callable[[Verification], Verification]
LIBRARIES = (
    "tensorflow",
    "keras",
    "tensorflowjs",
    "ai-edge-litert",
    "litert-quantizer",
    "numpy",
)


@dataclass(frozen=True, eq=False)
class Shown:
    """Golden pictures `uint8 [N, *form.shape]`, with labels where they have any: those of every
    bundle, or so many `from_data`."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64] | None
    from_data: int | None = None


def shown(source: Source, from_data: int | None = None, seed: int = 0) -> Shown:
    """The golden pictures, or so many test pictures instead, drawn with a seed.

    Raises:
        WrongUse: there are not so many.
    """
    if from_data is None:
        return Shown(*golden.pictures(source.pixels.form, source.classes))
    held = source.dataset.test
    if from_data > len(held):
        raise WrongUse(
            f"{source.dataset_spec} has {len(held):,} test pictures, and {from_data:,} golden ones "
            "are asked for",
            f"ask for fewer, such as: --golden-from-data {min(golden.COUNT, len(held))}",
        )
    drawn = held.take(np.sort(np.random.default_rng(seed).permutation(len(held))[:from_data]))
    return Shown(drawn.images[:], drawn.labels, from_data)


def manifest(
    source: Source,
    staged: Path,
    artifacts: tuple[Artifact, ...],
    facts: dict[str, Any],
    written: Reference,
    seen: Shown,
) -> Manifest:
    """The manifest of a bundle whose artifacts and reference are in `staged`; what golden vectors
    it has seen are written. What memory an artifact needs on a microcontroller is measured where
    the interpreter of these is here."""
    return Manifest(
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        verified=False,
        reference=written,
        golden=_write_golden(source, staged, seen),
        artifacts=tuple(
            replace(each, arena_bytes=arena.smallest_bytes(each, staged)) for each in artifacts
        ),
        dataset=_dataset_json(source),
        facts=facts,
        labels=source.classes,
        golden_from_data=seen.from_data,
    )


def released(
    staged_manifest: Manifest,
    staged: Path,
    folder: Path,
    pictures: Pictures | None,
    told: dict[str, Any],
    *,
    budgets: Budgets,
    allow_inconclusive: bool,
    tick: Tick | None,
    floats: Future[Floats] | None,
    mend: Mend | None = None,
) -> Outcome:
    """Verify what is staged on `pictures`, to which `floats` are the float model's answers, and put
    at `folder` what passed; without pictures all of it, once each artifact has answered. `told` are
    fields of the outcome; `mend` may put better files in the place of some that failed."""
    if pictures is None:
        artifacts = staged_manifest.artifacts
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda artifact: _run_one_picture(artifact, staged), artifacts))
        return replace(release.unjudged(staged_manifest, staged, folder), **told)
    checked = verification.verify(
        staged_manifest,
        staged,
        pictures,
        budgets=budgets,
        tick=tick,
        executor=Threads(floats=floats),
    )
    if mend is not None:
        checked = mend(checked)
    failed = told.get("failed", ())
    outcome = release.judged(staged_manifest, checked, staged, folder, allow_inconclusive, failed)
    return replace(outcome, **told)


def _run_one_picture(artifact: Artifact, staged: Path) -> None:
    """A file counts as written once it was reopened and has answered."""
    kind = runtimes.default_runtime(artifact.target)
    with contextlib.closing(runtimes.open_runtime(kind, artifact, staged)) as runtime:
        runtime.probabilities(np.zeros((1, *artifact.pixels.form.shape), np.uint8))


def _write_golden(source: Source, staged: Path, seen: Shown) -> tuple[Any, ...]:
    probabilities = preparation.exact_probabilities(source, seen.images)
    labels = probabilities.argmax(axis=1) if seen.labels is None else seen.labels
    files = golden.write(golden.Golden(seen.images, labels, probabilities), staged)
    return tuple(record(path, staged) for path in files)


def _dataset_json(source: Source) -> dict[str, Any]:
    return {
        "name": one_line(source.dataset.name),
        "spec": source.dataset_spec,
        "fingerprint": source.dataset.fingerprint,
        "trained_on": source.trained_on,
        "samples": source.dataset_samples,
        "seed": source.dataset_seed,
    }


def _calibration_json(source: Source, chosen: calibration.Calibration) -> dict[str, Any]:
    audited = calibration_audit.audit(
        source.model,
        source.pixels,
        source.dataset.train.take(np.array(chosen.indices)),
        calibration_audit.held_out(source.dataset, chosen.indices),
    )
    audited.check()
    return {**chosen.as_json(), "audit": audited.as_json()}


def facts(
    source: Source, chosen: calibration.Calibration | None, pictures: Pictures
) -> dict[str, Any]:
    """The parts of the manifest that no code depends on.

    Raises:
        BudgetBroken: the calibration pictures are not like those that the model is to answer.
    """
    micro = (micro_process.DISTRIBUTION,) if micro_process.is_here() else ()
    return {
        "tool": {
            "name": "edgedigits",
            "version": __version__,
            "python": platform.python_version(),
            "libraries": {name: version(name) for name in (*LIBRARIES, *micro)},
        },
        "source": {
            "kind": source.kind,
            "name": one_line(source.name),
            "model": source.architecture,
            "signature": source.model.signature,
            "graph_sha256": source.model.digest(),
        },
        "calibration": None if chosen is None else _calibration_json(source, chosen),
        "reject": no_digit.fit(source, pictures.split) if source.of_digits else None,
    }
