"""Run or SavedModel + converters -> verified bundle."""

from __future__ import annotations

import datetime
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import converters
from converters.base import Card, Conversion, ConversionError, Converted
from edgedigits import (
    __version__,
    bundle,
    calibration,
    contract,
    golden,
    preparation,
    publishing,
    rejection,
    runtimes,
)
from edgedigits import verify as verification
from edgedigits.artifact import LABELS, Artifact, record
from edgedigits.bundle import Bundle, Manifest, Reference
from edgedigits.errors import DataBad, WrongUse, unknown
from edgedigits.parity import Status
from edgedigits.reports import json_report
from edgedigits.source import Source
from edgedigits.verify import Budgets, Pictures, Result, Tick, Verification

LIBRARIES = ("tensorflow", "keras", "tensorflowjs", "ai-edge-litert", "numpy")
REFERENCE_TOLERANCE = 1e-6
OnArtifact = Callable[[Artifact], None]


@dataclass(frozen=True)
class Outcome:
    """What an export did. `bundle` is None where every artifact was rejected."""

    folder: Path
    bundle: Bundle | None
    verification: Verification | None
    rejected: tuple[Result, ...]
    kept_former: bool


def wanted(target: str, scheme: str | None) -> dict[str, tuple[str, ...]]:
    """Schemes by target for the options `--target` and `--scheme` ("all", one, or several with
    commas). Without a scheme every target's default is meant.

    Raises:
        WrongUse: a name that is none; the nearest one is suggested.
    """
    targets = list(converters.TARGETS) if target == "all" else target.split(",")
    for name in targets:
        if name not in converters.TARGETS:
            raise unknown("target", name, ["all", *converters.TARGETS])
    rows = [converters.TARGETS[name] for name in targets]
    if scheme is None:
        return {row.name: (row.default_scheme,) for row in rows}
    known = {row.name: [known.name for known in row.schemes] for row in rows}
    if scheme == "all":
        return {name: tuple(schemes) for name, schemes in known.items()}
    asked = scheme.split(",")
    for name in asked:
        if not any(name in schemes for schemes in known.values()):
            offered = sorted({each for schemes in known.values() for each in schemes})
            raise unknown("scheme", name, ["all", *offered], f" for target {target}")
    chosen = {name: tuple(s for s in known[name] if s in asked) for name in known}
    return {name: schemes for name, schemes in chosen.items() if schemes}


def export(
    source: Source,
    folder: Path,
    schemes: dict[str, tuple[str, ...]],
    *,
    calibration_count: int = calibration.DEFAULT_COUNT,
    seed: int = 0,
    check: bool = True,
    budgets: Budgets = verification.default_budget,
    allow_inconclusive: bool = False,
    limit: int | None = None,
    on_artifact: OnArtifact | None = None,
    tick: Tick | None = None,
) -> Outcome:
    """Convert, verify (unless `check` is false) and put the bundle at `folder`.

    A bundle that is there already is replaced in one step, and only by one whose every artifact
    passed. Artifacts that fail go to `rejected/` inside `folder` with their reasons.

    Raises:
        WrongUse: the folder holds something that is no bundle, or cannot be written.
        BudgetBroken: the calibration pictures, or all pictures, are not what the model takes.
    """
    _check_folder(folder)
    chosen = calibration.choose(
        source.dataset.train, source.pixels, count=calibration_count, seed=seed
    )
    preparation.check(source, chosen.indices)
    with publishing.staging(folder) as staged:
        artifacts = _convert(source, staged, schemes, chosen, on_artifact)
        manifest = Manifest(
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            verified=False,
            reference=_write_reference(source, staged),
            golden=_write_golden(source, staged),
            artifacts=artifacts,
            dataset=_dataset_json(source),
            facts=_facts(source, chosen if _calibrated(schemes) else None),
        )
        if not check:
            return _publish(manifest, staged, folder)
        pictures = pictures_of(source.dataset.name, source.dataset.fingerprint, source, limit)
        checked = verification.verify(manifest, staged, pictures, budgets=budgets, tick=tick)
        return _judge(manifest, checked, staged, folder, allow_inconclusive)


def pictures_of(name: str, fingerprint: str, source: Source, limit: int | None) -> Pictures:
    """The test split, or its first `limit` pictures."""
    return Pictures(name, fingerprint, source.dataset.test.take(slice(limit)))


def _check_folder(folder: Path) -> None:
    """Refuse a folder in which replacing a bundle would lose something of the user's."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise WrongUse(f"{folder} is a file", "choose a folder with --out")
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    present = {name for name in present if not name.startswith(f"{bundle.REJECTED}/")}
    if not present:
        return
    if bundle.MANIFEST not in present:
        raise WrongUse(
            f"{folder} holds files but no bundle; nothing was written",
            "choose another folder with --out",
        )
    try:
        ours = {file.path for file in bundle.read_manifest(folder).files()}
    except DataBad as error:
        raise WrongUse(
            f"{folder} holds a bundle that cannot be read; nothing was written",
            "remove it, or choose another folder with --out",
        ) from error
    strangers = sorted(present - ours - {bundle.MANIFEST, bundle.REPORT_JSON})
    if strangers:
        raise WrongUse(
            f"{folder} holds {strangers[0]}, which is no part of its bundle and would be lost",
            "move it elsewhere, or choose another folder with --out",
        )


def _convert(
    source: Source,
    staged: Path,
    schemes: dict[str, tuple[str, ...]],
    chosen: calibration.Calibration,
    on_artifact: OnArtifact | None,
) -> tuple[Artifact, ...]:
    inputs = chosen.values.reshape(-1, *source.model.input_shape)
    artifacts = []
    for target, names in schemes.items():
        conversion = Conversion(source.model, names, staged / target, _card(source), inputs)
        try:
            for converted in converters.convert(target, conversion):
                artifact = _artifact(target, converted, source, staged)
                _run_one_picture(artifact, staged)
                artifacts.append(artifact)
                if on_artifact is not None:
                    on_artifact(artifact)
        except ConversionError as error:
            raise WrongUse(error.message, error.hint) from error
    return tuple(artifacts)


def _artifact(target: str, converted: Converted, source: Source, staged: Path) -> Artifact:
    return Artifact(
        target=target,
        scheme=converted.scheme,
        entry=converted.files[0].relative_to(staged).as_posix(),
        files=tuple(record(path, staged) for path in converted.files),
        input=converted.input,
        output=converted.output,
        pixels=source.pixels,
        labels=LABELS,
        logits=source.logits,
    )


def _run_one_picture(artifact: Artifact, staged: Path) -> None:
    """A file counts as written once it was reopened and has answered."""
    kind = runtimes.RUNTIMES[runtimes.default_runtime(artifact.target)]
    if kind.chunk is None:
        return  # a separate program; verification opens it once, for all pictures
    runtime = runtimes.open_runtime(kind.name, artifact, staged)
    try:
        runtime.probabilities(np.zeros((1, 28, 28), np.uint8))
    finally:
        runtime.close()


def _card(source: Source) -> Card:
    name = source.architecture or source.name
    return Card(
        name=f"edgedigits {name}",
        description="Handwritten digit classifier",
        labels=LABELS,
        input_range=(source.pixels.low, source.pixels.high),
        input_description=contract.input_words(source.pixels),
        output_description=contract.output_words(logits=source.logits),
        facts=contract.facts(source.pixels, logits=source.logits),
    )


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


def _write_golden(source: Source, staged: Path) -> tuple[Any, ...]:
    images, labels = golden.pictures()
    probabilities = preparation.float_probabilities(source, images, source.pixels)
    files = golden.write(golden.Golden(images, labels, probabilities), staged)
    return tuple(record(path, staged) for path in files)


def _dataset_json(source: Source) -> dict[str, Any]:
    return {
        "name": source.dataset.name,
        "spec": source.dataset_spec,
        "fingerprint": source.dataset.fingerprint,
        "trained_on": source.trained_on,
        "samples": source.dataset_samples,
        "seed": source.dataset_seed,
    }


def _calibrated(schemes: dict[str, tuple[str, ...]]) -> bool:
    return any(
        converters.TARGETS[target].scheme(name).calibrated
        for target, names in schemes.items()
        for name in names
    )


def _facts(source: Source, chosen: calibration.Calibration | None) -> dict[str, Any]:
    return {
        "tool": {
            "name": "edgedigits",
            "version": __version__,
            "python": platform.python_version(),
            "libraries": {name: version(name) for name in LIBRARIES},
        },
        "source": {
            "kind": source.kind,
            "name": source.name,
            "model": source.architecture,
            "signature": source.model.signature,
            "graph_sha256": source.model.digest(),
        },
        "calibration": None if chosen is None else chosen.as_json(),
    }


def _judge(
    manifest: Manifest,
    checked: Verification,
    staged: Path,
    folder: Path,
    allow_inconclusive: bool,
) -> Outcome:
    def released(result: Result) -> bool:
        waived = allow_inconclusive and result.verdict.status is Status.INCONCLUSIVE
        return result.verdict.passed or waived

    rejected = tuple(result for result in checked.results if not released(result))
    passed = [result for result in checked.results if released(result)]
    for result in rejected:
        rejection.move(result, checked, staged)
    former = folder / bundle.MANIFEST
    if rejected and (former.is_file() or not passed):
        # A bundle that was good stays as it was; only the rejected files are put beside it.
        rejection.publish(staged, folder)
        return Outcome(folder, None, checked, rejected, former.is_file())
    kept = replace(
        manifest,
        verified=not rejected,
        artifacts=tuple(result.artifact for result in passed),
        verification={result.artifact.id: _record(result, checked.pictures) for result in passed},
    )
    json_report.write(checked, staged / bundle.REPORT_JSON)
    outcome = _publish(kept, staged, folder)
    return replace(outcome, verification=checked, rejected=rejected)


def _record(result: Result, pictures: Pictures) -> dict[str, Any]:
    parity = result.parity
    return {
        "status": str(result.verdict.status),
        "runtime": result.runtime,
        "dataset": pictures.name,
        "fingerprint": pictures.fingerprint,
        "pictures": parity.pictures,
        "float_accuracy": asdict(parity.float_accuracy),
        "accuracy": asdict(parity.accuracy),
        "drop_points": parity.drop_points,
        "drop_upper_points": parity.drop_upper_points,
        "agreement_percent": parity.agreement_percent,
        "max_difference": parity.max_difference,
        "mean_difference": parity.mean_difference,
    }


def _publish(manifest: Manifest, staged: Path, folder: Path) -> Outcome:
    bundle.write_manifest(manifest, staged)
    bundle.read(staged)
    publishing.replace(staged, folder)
    return Outcome(folder, Bundle(folder, manifest), None, (), kept_former=False)
