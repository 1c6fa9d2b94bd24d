"""What export and adoption end alike with: the manifest of what was staged, judged and released."""

from __future__ import annotations

import contextlib
import datetime
import platform
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from edgedigits import __version__
from edgedigits.bundle import bundle, calibration, golden
from edgedigits.bundle.artifact import Artifact, record
from edgedigits.bundle.bundle import Manifest, Reference
from edgedigits.datasets.dataset import Split
from edgedigits.errors import WrongUse
from edgedigits.export import no_digit, preparation, release
from edgedigits.export.release import Outcome
from edgedigits.export.source import Source
from edgedigits.foreign_text import one_line
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.micro import arena, micro_process
from edgedigits.verification import verify as verification
from edgedigits.verification.execution import Tick
from edgedigits.verification.unseen import Pictures
from edgedigits.verification.verify import Budgets

LIBRARIES = (
    "tensorflow",
    "keras",
    "tensorflowjs",
    "ai-edge-litert",
    "litert-quantizer",
    "numpy",
)


def golden_from_data(source: Source, count: int, seed: int) -> Split:
    """So many test pictures, drawn with a seed, as golden ones.

    Raises:
        WrongUse: there are not so many.
    """
    held = source.dataset.test
    if count > len(held):
        raise WrongUse(
            f"{source.dataset_spec} has {len(held):,} test pictures, and {count:,} golden ones are "
            "asked for",
            f"ask for fewer, such as: --golden-from-data {min(golden.COUNT, len(held))}",
        )
    return held.take(np.sort(np.random.default_rng(seed).permutation(len(held))[:count]))


def manifest(
    source: Source,
    staged: Path,
    artifacts: tuple[Artifact, ...],
    facts: dict[str, Any],
    own_golden: Split | None = None,
) -> Manifest:
    """The manifest of a bundle whose artifacts are in `staged`; its other files are written. Its
    golden pictures are its own, or else those of every bundle. What memory an artifact needs on a
    microcontroller is measured where the interpreter of these is here."""
    return Manifest(
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        verified=False,
        reference=_write_reference(source, staged),
        golden=_write_golden(source, staged, own_golden),
        artifacts=tuple(
            replace(each, arena_bytes=arena.smallest_bytes(each, staged)) for each in artifacts
        ),
        dataset=_dataset_json(source),
        facts=facts,
        labels=source.classes,
        golden_from_data=None if own_golden is None else len(own_golden),
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
) -> Outcome:
    """Verify what is staged on `pictures`, and put at `folder` what passed; without pictures all of
    it, once each artifact has answered. `told` are fields of the outcome."""
    if pictures is None:
        artifacts = staged_manifest.artifacts
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda artifact: _run_one_picture(artifact, staged), artifacts))
        return replace(release.unjudged(staged_manifest, staged, folder), **told)
    checked = verification.verify(
        staged_manifest, staged, pictures, budgets=budgets, tick=tick, own=True
    )
    failed = told.get("failed", ())
    outcome = release.judged(staged_manifest, checked, staged, folder, allow_inconclusive, failed)
    return replace(outcome, **told)


def _run_one_picture(artifact: Artifact, staged: Path) -> None:
    """A file counts as written once it was reopened and has answered."""
    kind = runtimes.default_runtime(artifact.target)
    with contextlib.closing(runtimes.open_runtime(kind, artifact, staged)) as runtime:
        runtime.probabilities(np.zeros((1, *artifact.pixels.form.shape), np.uint8))


def _write_reference(source: Source, staged: Path) -> Reference:
    path = staged / bundle.REFERENCE
    path.parent.mkdir(parents=True)
    path.write_bytes(source.model.graph_bytes())
    return Reference(
        record(path, staged),
        source.model.input_name,
        source.model.output_name,
        source.model.input_shape,
    )


def _write_golden(source: Source, staged: Path, own: Split | None) -> tuple[Any, ...]:
    if own is None:
        images, labels = golden.pictures(source.pixels.form, source.classes)
    else:
        images, labels = own.images[:], own.labels
    probabilities = preparation.exact_probabilities(source, images)
    if labels is None:
        labels = probabilities.argmax(axis=1)
    files = golden.write(golden.Golden(images, labels, probabilities), staged)
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


def facts(
    source: Source, chosen: calibration.Calibration | None, pictures: Pictures
) -> dict[str, Any]:
    """The parts of the manifest that no code depends on."""
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
        "calibration": None if chosen is None else chosen.as_json(),
        "reject": no_digit.fit(source, pictures.split) if source.of_digits else None,
    }
