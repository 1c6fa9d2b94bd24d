"""What is to be measured: artifacts of a bundle, and files of others to hold against them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from converters.targets import TARGETS
from edgedigits.bench.figures import NOT_VERIFIED, Standing
from edgedigits.bundle import artifact as artifacts
from edgedigits.bundle import schemes
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import REJECTED, Bundle, Manifest
from edgedigits.errors import WrongUse, check_known
from edgedigits.runtimes import runtimes

FOREIGN_TARGET = "tflite"


@dataclass(frozen=True)
class Subject:
    """An artifact and the folder that its files lie in; `standing` None: it is somebody else's."""

    name: str
    artifact: Artifact
    folder: Path
    standing: Standing | None


def chosen(
    opened: Bundle, ids: Sequence[str] | None, target: str | None, scheme: str | None
) -> list[Subject]:
    """The artifacts of a bundle that `--artifact`, `--target` and `--scheme` leave.

    Args:
        opened: the bundle.
        ids: artifacts by their id; all unless told.
        target: targets with commas; all unless told.
        scheme: schemes with commas; all unless told.

    Raises:
        WrongUse: a name that is none, or nothing is left.
    """
    manifest = opened.manifest
    known = [one.id for one in manifest.artifacts]
    for name in ids or ():
        check_known("artifact", name, known, f" in {opened.folder}")
    # Of a bundle that is there "all" means all, also targets that export makes by name only.
    asked = ",".join(TARGETS) if target in (None, "all") else target
    wanted = schemes.wanted(asked, scheme or "all")
    found = [
        Subject(one.id, one, opened.folder, standing(manifest, one))
        for one in manifest.artifacts
        if one.scheme in wanted.get(one.target, ()) and (ids is None or one.id in ids)
    ]
    if not found:
        raise WrongUse(
            f"{opened.folder} has no such artifact", f"artifacts: {', '.join(known) or 'none'}"
        )
    return found


def standing(manifest: Manifest, artifact: Artifact) -> Standing:
    """What the manifest says of an artifact's verification."""
    entry = manifest.verification.get(artifact.id)
    if entry is None:
        return NOT_VERIFIED
    return Standing(
        entry["status"], entry["pictures"], entry["dataset"], entry["accuracy"]["percent"]
    )


def rejected(opened: Bundle) -> tuple[str, ...]:
    """Artifacts that an export put aside because they broke their budget, and that are therefore
    not in the bundle."""
    folder = opened.folder / REJECTED
    held = {one.id for one in opened.manifest.artifacts}
    names = [path.name for path in sorted(folder.glob("*/")) if path.is_dir()]
    return tuple(name for name in names if name not in held)


def foreign(paths: Iterable[Path]) -> tuple[list[Subject], tuple[str, ...]]:
    """Somebody else's `.tflite` files, and what had to be assumed of them.

    Raises:
        WrongUse: there is no such file, or it is no TFLite classifier of pictures.
        DataBad: LiteRT refuses it.
    """
    from edgedigits.reading import bare_file

    subjects: list[Subject] = []
    notes: list[str] = []
    unique = list(dict.fromkeys(paths))
    for path in unique:
        if not path.is_file():
            raise WrongUse(f"there is no {path}", "--against takes a .tflite file")
        if path.suffix != ".tflite":
            raise WrongUse(f"{path} is no .tflite file", "--against takes a .tflite file")
        runtime, assumed = bare_file.open_file(path, None)
        runtime.close()
        record = artifacts.record(path, path.parent)
        same = sum(other.name == path.name for other in unique) > 1
        subjects.append(
            Subject(
                str(path) if same else path.name,
                replace(runtime.artifact, files=(record,)),
                path.parent,
                None,
            )
        )
        notes += assumed
    return subjects, tuple(notes)


def check_comparable(
    chosen: Sequence[Subject], others: Iterable[Subject], names: Iterable[str]
) -> None:
    """Whether files of others would be compared with anything.

    Raises:
        WrongUse: no TFLite artifact is chosen, or no runtime that runs one; or a file takes
            pictures of another size.
    """
    targets = {runtimes.find(name).target for name in names}
    if FOREIGN_TARGET not in targets & {subject.artifact.target for subject in chosen}:
        raise WrongUse(
            "--against compares TFLite files, and no TFLite artifact is to be measured",
            "leave out --against, or choose otherwise with --target, --artifact and --runtime",
        )
    for other in others:
        theirs, ours = (each.artifact.pixels.form.shape for each in (other, chosen[0]))
        if theirs != ours:
            raise WrongUse(
                f"{other.name} takes pictures of {list(theirs)} pixels, the bundle of {list(ours)}",
                "a file of the same pictures can be compared: --against FILE",
            )
