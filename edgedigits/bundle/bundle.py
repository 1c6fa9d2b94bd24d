"""The folder that export writes: artifacts, manifest, golden vectors and the float reference."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from converters.targets import TARGETS
from edgedigits import json_file
from edgedigits.bundle import file_check, manifest_check
from edgedigits.bundle.artifact import LABELS, Artifact, FileRecord
from edgedigits.bundle.file_check import EXPORT_HINT
from edgedigits.bundle.input_contract import DIGITS_JSON
from edgedigits.bundle.reject import Reject
from edgedigits.bundle.run import DatasetCard, Recorded
from edgedigits.errors import DataBad
from edgedigits.picture.form import Form

SCHEMA_VERSION = 3
DIGITS_ALONE, ONE_LIMIT = 1, 2
"""The versions that knew no other pictures, and no answers that are unsure; they are still read."""
MANIFEST = "manifest.json"
REFERENCE = "reference/graph.pb"
GOLDEN_NPZ = manifest_check.GOLDEN_NPZ
GOLDEN_JSON = manifest_check.GOLDEN_JSON
GOLDEN_COUNT = 32
"""Golden pictures of every bundle that has none of its own."""
CARD = manifest_check.CARD
BOM = manifest_check.BOM
SIGNATURE = "model.sig"
"""It vouches for the manifest, so that no manifest can name it."""
REPORTS = "reports"
REPORT_JSON = f"{REPORTS}/verification.json"
REJECTED = "rejected"


def is_rejected(name: str) -> bool:
    """Whether a path inside a bundle is that of a rejected artifact's file, or of their folder."""
    home, *rest = Path(name).parts
    ids = {f"{t.name}-{scheme.name}" for t in TARGETS.values() for scheme in t.schemes}
    return home == REJECTED and (not rest or (rest[0] in ids and len(rest) <= 2))


@dataclass(frozen=True)
class Reference:
    """The float model inside the bundle: its frozen graph, with names of its input and output."""

    file: FileRecord
    input_name: str
    output_name: str
    input_shape: tuple[int, ...]

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> Self:
        """The one whose fields are in `entry`."""
        file, shape = FileRecord(**entry["file"]), tuple(entry["input_shape"])
        return cls(file, entry["input_name"], entry["output_name"], shape)


@dataclass(frozen=True)
class Manifest:
    """What a bundle holds and where it came from.

    `labels` are the names of the float model's answers in their order, `facts` the parts no code
    depends on. `golden_from_data` is how many golden pictures are of the model's data; None where
    they are those of every bundle. `documents` are the model card and the bill of materials, which
    bundles of former versions lack.
    """

    created: str
    verified: bool
    reference: Reference
    golden: tuple[FileRecord, ...]
    artifacts: tuple[Artifact, ...]
    dataset: dict[str, Any]
    verification: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = LABELS
    golden_from_data: int | None = None
    documents: tuple[FileRecord, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The whole manifest, fitting `schemas/manifest.schema.json`."""
        return {
            "schema_version": SCHEMA_VERSION,
            "created": self.created,
            "verified": self.verified,
            **self.facts,
            "dataset": self.dataset,
            "reference": {
                "file": vars(self.reference.file),
                "input_name": self.reference.input_name,
                "output_name": self.reference.output_name,
                "input_shape": list(self.reference.input_shape),
            },
            "golden": [vars(file) for file in self.golden],
            **({"golden_from_data": count} if (count := self.golden_from_data) else {}),
            **({"documents": [vars(file) for file in each]} if (each := self.documents) else {}),
            "labels": list(self.labels),
            "artifacts": [
                {**artifact.as_json(), "verification": self.verification.get(artifact.id)}
                for artifact in self.artifacts
            ],
        }

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Manifest:
        """The manifest of a document that fits the schema."""
        known = {
            "schema_version", "created", "verified", "dataset", "reference", "golden", "labels",
            "artifacts", "golden_from_data", "documents",
        }  # fmt: skip
        labels = tuple(content["labels"])
        return cls(
            created=content["created"],
            verified=content["verified"],
            reference=Reference.from_json(content["reference"]),
            golden=tuple(FileRecord(**file) for file in content["golden"]),
            artifacts=tuple(Artifact.from_json(entry, labels) for entry in content["artifacts"]),
            dataset=content["dataset"],
            verification={
                entry["id"]: entry["verification"]
                for entry in content["artifacts"]
                if entry["verification"] is not None
            },
            facts={key: value for key, value in content.items() if key not in known},
            labels=labels,
            golden_from_data=content.get("golden_from_data"),
            documents=tuple(FileRecord(**file) for file in content.get("documents", ())),
        )

    @property
    def form(self) -> Form:
        """The pictures that its artifacts take."""
        return self.artifacts[0].pixels.form

    @property
    def golden_count(self) -> int:
        """How many golden pictures there are."""
        return self.golden_from_data or GOLDEN_COUNT

    @property
    def reject(self) -> Reject | None:
        """When an answer is unsure or "not a digit"; None where nothing was fitted."""
        entry = self.facts.get("reject")
        return (
            None
            if entry is None
            else Reject(entry["temperature"], entry["threshold"], entry["sure"])
        )

    @property
    def recorded(self) -> Recorded:
        """The pictures its model was made with."""
        facts = dict(self.dataset)
        trained_on = facts.pop("trained_on")
        calibration = self.facts.get("calibration") or {"indices": (), "seed": 0}
        return Recorded(
            DatasetCard(**facts), trained_on, tuple(calibration["indices"]), calibration["seed"]
        )

    def files(self) -> list[FileRecord]:
        """Every file the manifest vouches for."""
        held = [file for artifact in self.artifacts for file in artifact.files]
        return [self.reference.file, *self.golden, *self.documents, *held]


@dataclass(frozen=True)
class Bundle:
    """A bundle on disk whose every file was compared with its digest."""

    folder: Path
    manifest: Manifest

    def artifact(self, artifact_id: str) -> Artifact:
        """The artifact of that id; KeyError when the bundle has none."""
        for artifact in self.manifest.artifacts:
            if artifact.id == artifact_id:
                return artifact
        raise KeyError(artifact_id)


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write `manifest.json`; the folder must hold all its files already."""
    text = json.dumps(manifest.as_json(), indent=2, allow_nan=False) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8")


def read(folder: Path) -> Bundle:
    """Open a bundle and check every file against the manifest.

    Raises:
        DataBad: no manifest, another schema version, a file that is missing or was changed.
    """
    manifest = read_manifest(folder)
    file_check.check(folder, manifest.files())
    return Bundle(folder, manifest)


def read_manifest(folder: Path) -> Manifest:
    """Read `manifest.json` alone, held against its schema and against itself.

    Raises:
        DataBad: there is none, it is of another schema version, or it cannot be so.
    """
    path = folder / MANIFEST
    if not path.is_file():
        what = "has no manifest.json" if folder.is_dir() else "does not exist"
        raise DataBad(f"{folder} is no bundle: it {what}", EXPORT_HINT)
    try:
        content = json_file.read(path)
    except (OSError, ValueError) as error:
        raise DataBad(f"{path} is not readable as JSON: {error}", EXPORT_HINT) from error
    version = content.get("schema_version") if isinstance(content, dict) else None
    if version not in (DIGITS_ALONE, ONE_LIMIT, SCHEMA_VERSION) or isinstance(version, bool):
        raise DataBad(
            f"{path} has schema version {str(version)[:40]}; this edgedigits reads "
            f"{SCHEMA_VERSION}",
            EXPORT_HINT,
        )
    if version == DIGITS_ALONE:
        content = _of_any_pictures(content)
    if version != SCHEMA_VERSION:
        content = _of_two_limits(content)
    if (problem := manifest_check.problem(content)) is not None:
        raise DataBad(f"{path}: {problem}", EXPORT_HINT)
    return Manifest.from_json(content)


def _of_any_pictures(content: dict[str, Any]) -> dict[str, Any]:
    """A manifest of the first version with what it left unsaid; where it is no manifest, as it is,
    for its schema to refuse."""
    artifacts = content.get("artifacts")
    if isinstance(artifacts, list):
        artifacts = [
            {**each, "input": {**each["input"], **DIGITS_JSON}}
            if isinstance(each, dict) and isinstance(each.get("input"), dict)
            else each
            for each in artifacts
        ]
    return {**content, "labels": list(LABELS), "artifacts": artifacts}


def _of_two_limits(content: dict[str, Any]) -> dict[str, Any]:
    """A manifest of a former version, in which every answer that was a digit was a sure one."""
    rule = content.get("reject")
    if isinstance(rule, dict) and isinstance(tested := rule.get("digits_rejected"), dict):
        unsure = {**tested, "percent": 0}
        rule = {**rule, "sure": rule.get("threshold"), "digits_unsure": unsure}
    told = {"reject": rule} if "reject" in content else {}
    return {**content, **told, "schema_version": SCHEMA_VERSION}
