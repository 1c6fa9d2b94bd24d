"""What is known beside the answers: where a bundle comes from, its files, what bench and diagnose
measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from edgedigits import __version__
from edgedigits.bundle.bundle import Bundle, Manifest
from edgedigits.changes import bench_record
from edgedigits.diagnosis import record
from edgedigits.diagnosis.operation import BEST_DB
from edgedigits.reports.html.tables import NONE, Table
from edgedigits.verification.verify import Verification

Facts = tuple[tuple[str, str], ...]


def facts(checked: Verification, bundle: Bundle | None) -> Facts:
    """What was verified, and with what."""
    pictures = checked.pictures
    return (
        *(_bundle(bundle) if bundle is not None else ()),
        ("verified on", f"{len(pictures.split):,} pictures of {pictures.name}"),
        ("their data set's SHA-256", pictures.fingerprint),
        ("verified by", f"edgedigits {__version__} in {checked.wall_seconds:.1f} s"),
    )


def _bundle(bundle: Bundle) -> Facts:
    manifest = bundle.manifest
    return (
        ("bundle", f"{bundle.folder}, written {manifest.created}"),
        *_made(manifest),
        ("float model's SHA-256", manifest.reference.file.sha256),
    )


def _made(manifest: Manifest) -> Facts:
    told = []
    if source := manifest.facts.get("source"):
        kind = {"run": "a run", "ready": "ready-made"}.get(source["kind"], "a SavedModel")
        model = f", {source['model']}" if source["model"] not in (None, source["name"]) else ""
        told.append(("made from", f"{source['name']} ({kind}{model})"))
    if drawn := manifest.facts.get("calibration"):
        words = f"{drawn['count']:,} training pictures of {manifest.dataset['name']}"
        told.append(("calibrated with", f"{words}, seed {drawn['seed']}"))
        if audit := drawn.get("audit"):
            told.append(("those pictures", _calibration(audit)))
    if tool := manifest.facts.get("tool"):
        others = ", ".join(f"{name} {version}" for name, version in tool["libraries"].items())
        told.append(
            ("made with", f"edgedigits {tool['version']}, Python {tool['python']}, {others}")
        )
    return tuple(told)


def _calibration(audit: dict[str, Any]) -> str:
    outside, distance = audit["outside"], audit["distance"]
    words = [*audit["notes"]]
    if outside is not None and distance is not None:
        words += [
            f"at most {outside['percent']:.2f} % of held-out values lie outside their range "
            f"(of {outside['activation']})",
            f"means lie at most {distance['variances']:.3f} variances apart "
            f"(of {distance['activation']})",
        ]
    held_out = audit["held_out"]
    return f"{'; '.join(words) or 'nothing noted'}; {held_out:,} held-out pictures"


def files(checked: Verification, bundle: Bundle | None) -> Table:
    """Every file with its digest: the artifacts', and the bundle's own."""
    named = {file.path: file for one in checked.results for file in one.artifact.files}
    if bundle is not None:
        named |= {file.path: file for file in bundle.manifest.files()}
    rows = tuple((each.path, each.sha256, f"{each.size_bytes:,}") for each in named.values())
    return Table("Files", ("file", "SHA-256", "bytes"), rows, words=2)


def bench(checked: Verification, bundle: Bundle | None) -> tuple[str, Table] | None:
    """What `bench` left in the bundle about these very files, and the processor it is of; None
    where it left nothing."""
    record = None if bundle is None else bench_record.read(bundle.folder)
    artifacts = {one.artifact.id: one.artifact for one in checked.results}
    rows = tuple(
        (
            name,
            each.runtime,
            _figure(each.median_us),
            _figure(each.p95_us),
            _figure(each.load_ms),
            _figure(None if each.peak_bytes is None else each.peak_bytes / 1e6),
        )
        for name, artifact in artifacts.items()
        for each in bench_record.timings(record, artifact)
    )
    if not rows:
        return None
    columns = ("artifact", "runtime", "median µs", "95 % within µs", "load ms", "memory MB")
    cpu = bench_record.machine(record) or "a machine that it does not name"
    return cpu, Table("Speed and memory", columns, rows, words=2)


@dataclass(frozen=True)
class Layers:
    """Operations of one artifact in their order, and what its diagnosis came to."""

    table: Table
    verdict: str
    pictures: int


def layers(checked: Verification, bundle: Bundle | None) -> tuple[Layers, ...]:
    """What `diagnose` left in the bundle about these very files, an entry for each artifact."""
    if bundle is None:
        return ()
    columns = ("operation", "hands on dB", "makes dB", "clipped %", "of the error %")
    told = []
    for name, artifact in {one.artifact.id: one.artifact for one in checked.results}.items():
        if (seen := record.read(bundle.folder, artifact)) is not None:
            rows = tuple(
                (
                    each.name,
                    _decibels(each.handed_db),
                    _decibels(each.own_db),
                    f"{each.clipped:.2g}" if each.clipped else "",
                    NONE if each.share is None else f"{each.share:.1f}",
                )
                for each in seen.lines
            )
            told.append(Layers(Table(name, columns, rows), seen.verdict, seen.pictures))
    return tuple(told)


def _decibels(value: float) -> str:
    return "exact" if value >= BEST_DB else f"{value:.1f}"


def _figure(number: float | None) -> str:
    return NONE if number is None else f"{number:,.1f}"
