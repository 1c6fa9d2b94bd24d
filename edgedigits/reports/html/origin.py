"""What is known beside the answers: where a bundle comes from, its files, what bench measured."""

from __future__ import annotations

from edgedigits import __version__
from edgedigits.bundle.bundle import Bundle, Manifest
from edgedigits.changes import bench_record
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
    if tool := manifest.facts.get("tool"):
        others = ", ".join(f"{name} {version}" for name, version in tool["libraries"].items())
        told.append(
            ("made with", f"edgedigits {tool['version']}, Python {tool['python']}, {others}")
        )
    return tuple(told)


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


def _figure(number: float | None) -> str:
    return NONE if number is None else f"{number:,.1f}"
