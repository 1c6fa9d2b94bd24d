"""From a staged bundle to the released one: what passed goes in place, what failed does not."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from edgedigits.bundle import bundle, publishing, signature
from edgedigits.bundle.artifact import Artifact, record
from edgedigits.bundle.bundle import Bundle, Manifest
from edgedigits.errors import DataBad, WrongUse
from edgedigits.export import documents, rejection
from edgedigits.export.attempt import Repaired
from edgedigits.foreign_text import one_line
from edgedigits.verification import json_report
from edgedigits.verification.parity import Status
from edgedigits.verification.unseen import Pictures
from edgedigits.verification.verify import Result, Verification


@dataclass(frozen=True)
class Failed:
    """A target, or schemes of one, that the model cannot be converted to, why, and what to do."""

    what: str
    message: str
    hint: str | None


@dataclass(frozen=True)
class Outcome:
    """What an export did. `bundle` is None where nothing was released; `gone` are artifacts of the
    bundle that was replaced which the new one does not have; of what `failed` nothing is there.
    `rewritten` are operations that a target lacks and that were written out for it, by target.
    `was_signed` says that the bundle that was replaced was, and with it its signature. `repairs`
    are of artifacts that broke their budget at first.
    """

    folder: Path
    bundle: Bundle | None
    verification: Verification | None
    rejected: tuple[Result, ...]
    kept_former: bool
    gone: tuple[str, ...] = ()
    failed: tuple[Failed, ...] = ()
    rewritten: tuple[tuple[str, str], ...] = ()
    was_signed: bool = False
    repairs: tuple[Repaired, ...] = ()


def check_folder(folder: Path) -> None:
    """Refuse a folder in which replacing a bundle would lose something of the user's."""
    with publishing.told_plainly(folder):
        publishing.check_place(folder)
        if folder.exists():
            _check_present(folder)


def _check_present(folder: Path) -> None:
    if not folder.is_dir():
        raise WrongUse(f"{folder} is a file", "choose a folder with --out")
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir() or not any(path.iterdir())
    }
    present = {name for name in present if not bundle.is_rejected(name)}
    if not present:
        return
    if bundle.MANIFEST not in present:
        raise WrongUse(
            f"{folder} holds files but no bundle; nothing was written",
            "choose another folder with --out",
        )
    try:
        manifest = bundle.read_manifest(folder)
    except DataBad as error:
        raise WrongUse(
            f"{folder} holds a bundle that cannot be read; nothing was written",
            "remove it, or choose another folder with --out",
        ) from error
    ours = {file.path for file in manifest.files()}
    strangers = sorted(present - ours - {bundle.MANIFEST, bundle.REPORT_JSON, bundle.SIGNATURE})
    # Somebody's own words in the card are theirs.
    strangers += [
        file.path
        for file in manifest.documents
        if file.path in present and record(folder / file.path, folder) != file
    ]
    if strangers:
        raise WrongUse(
            f"{folder} holds {strangers[0]}, which is no part of its bundle and would be lost",
            "move it elsewhere, or choose another folder with --out",
        )


def passes(result: Result, allow_inconclusive: bool) -> bool:
    """Whether an artifact may be released."""
    waived = allow_inconclusive and result.verdict.status is Status.INCONCLUSIVE
    return result.verdict.passed or waived


def judged(
    manifest: Manifest,
    checked: Verification,
    staged: Path,
    folder: Path,
    allow_inconclusive: bool,
    failed: tuple[Failed, ...] = (),
) -> Outcome:
    """Release the artifacts that passed and move the others to `rejected/`.

    While one fails, or a whole target has, a bundle that is already at `folder` stays as it is.
    """

    passed = [each for each in checked.results if passes(each, allow_inconclusive)]
    rejected = tuple(each for each in checked.results if not passes(each, allow_inconclusive))
    for result in rejected:
        rejection.move(result, checked, staged)
    former = folder / bundle.MANIFEST
    if not passed or ((rejected or failed) and former.is_file()):
        # A bundle that was good stays as it was; only the rejected files are put beside it.
        if rejected:
            rejection.publish(staged, folder)
        return Outcome(folder, None, checked, rejected, former.is_file(), failed=failed)
    kept = replace(
        manifest,
        verified=checked.passed,
        artifacts=tuple(result.artifact for result in passed),
        verification={result.artifact.id: _record(result, checked.pictures) for result in passed},
    )
    json_report.write(checked, staged / bundle.REPORT_JSON)
    outcome = unjudged(kept, staged, folder)
    return replace(outcome, verification=checked, rejected=rejected, failed=failed)


def _record(result: Result, pictures: Pictures) -> dict[str, Any]:
    parity = result.parity
    temperature, decided = parity.temperature, parity.decided
    return {
        "status": str(result.verdict.status),
        "runtime": result.runtime,
        "dataset": one_line(pictures.name),
        "fingerprint": pictures.fingerprint,
        "pictures": parity.pictures,
        "float_accuracy": asdict(parity.float_accuracy),
        "accuracy": asdict(parity.accuracy),
        "drop_points": parity.drop_points,
        "drop_upper_points": parity.drop_upper_points,
        "agreement_percent": parity.agreement_percent,
        "decided_agreement_percent": None if decided is None else decided.percent,
        "undecided_pictures": parity.undecided.pictures,
        "max_difference": parity.max_difference,
        "mean_difference": parity.mean_difference,
        "mean_variation": parity.mean_variation,
        "temperature": None if temperature is None else temperature.value,
    }


def unjudged(manifest: Manifest, staged: Path, folder: Path) -> Outcome:
    """Write the manifest into `staged`, read everything back, and put it at `folder`."""
    manifest = replace(manifest, documents=documents.write(manifest, staged))
    bundle.write_manifest(manifest, staged)
    bundle.read(staged)
    former: tuple[Artifact, ...] = ()
    if (folder / bundle.MANIFEST).is_file():
        former = bundle.read_manifest(folder).artifacts
    was_signed = signature.is_signed(folder)
    publishing.replace(staged, folder)
    kept = {artifact.id for artifact in manifest.artifacts}
    gone = tuple(artifact.id for artifact in former if artifact.id not in kept)
    written = Bundle(folder, manifest)
    return Outcome(folder, written, None, (), False, gone=gone, was_signed=was_signed)
