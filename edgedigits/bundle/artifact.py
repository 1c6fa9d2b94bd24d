"""One target in one scheme: its files and its input and output contract."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from converters.base import Finish, Tensor
from edgedigits.bundle.input_contract import InputContract as InputContract
from edgedigits.datasets.dataset import DIGITS

LABELS = DIGITS


@dataclass(frozen=True)
class FileRecord:
    """A file of a bundle: its path inside it, sizes in bytes and SHA-256."""

    path: str
    size_bytes: int
    gzip_bytes: int
    sha256: str


@dataclass(frozen=True)
class Repair:
    """What an export changed about an artifact that would have failed otherwise.

    `how` says it in words; `layers` is, for TFLite, the scheme that each layer of the file is
    stored as, in their order. `tried` are the attempts before it, and what each gave.
    """

    how: str
    layers: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()


@dataclass(frozen=True)
class Artifact:
    """Files that one runtime executes.

    `entry` is the path a runtime opens; `labels` are the names of its answers in their order,
    `classes` the same names in the order of the float model's; `finish` says what was done to the
    files after their conversion. `arena_bytes` is the smallest tensor arena that it runs in on
    TensorFlow Lite for Microcontrollers, where that was measured. `repair` is there where not all
    of it is as its scheme alone would have it.
    """

    target: str
    scheme: str
    entry: str
    files: tuple[FileRecord, ...]
    input: Tensor
    output: Tensor
    pixels: InputContract
    labels: tuple[str, ...] = LABELS
    classes: tuple[str, ...] = LABELS
    logits: bool = False
    finish: Finish | None = None
    arena_bytes: int | None = None
    repair: Repair | None = None

    @property
    def id(self) -> str:
        """`target-scheme`, such as `tflite-int8`."""
        return f"{self.target}-{self.scheme}"

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(file.size_bytes for file in self.files)

    @property
    def gzip_bytes(self) -> int:
        """All files together, each compressed as a web server would."""
        return sum(file.gzip_bytes for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """The manifest's entry."""
        return {
            "id": self.id,
            "target": self.target,
            "scheme": self.scheme,
            "entry": self.entry,
            "files": [asdict(file) for file in self.files],
            "size_bytes": self.size_bytes,
            "gzip_bytes": self.gzip_bytes,
            "input": {**_tensor_json(self.input), **self.pixels.as_json()},
            "output": {
                **_tensor_json(self.output),
                "kind": "logits" if self.logits else "probabilities",
            },
            "labels": list(self.labels),
            "finish": None if self.finish is None else _finish_json(self.finish),
            **({} if self.arena_bytes is None else {"arena_bytes": self.arena_bytes}),
            **({} if self.repair is None else {"repair": _listed(self.repair)}),
        }

    @classmethod
    def from_json(cls, entry: dict[str, Any], classes: tuple[str, ...]) -> Artifact:
        """The artifact of a manifest's entry that fits the schema."""
        return cls(
            target=entry["target"],
            scheme=entry["scheme"],
            entry=entry["entry"],
            files=tuple(FileRecord(**file) for file in entry["files"]),
            input=Tensor.from_json(entry["input"]),
            output=Tensor.from_json(entry["output"]),
            pixels=InputContract.from_json(entry["input"]),
            labels=tuple(entry["labels"]),
            classes=classes,
            logits=entry["output"]["kind"] == "logits",
            finish=_finish_from(finish) if (finish := entry.get("finish")) else None,
            arena_bytes=entry.get("arena_bytes"),
            repair=_repair_from(repair) if (repair := entry.get("repair")) else None,
        )


def record(path: Path, folder: Path) -> FileRecord:
    """Measure a file below `folder`."""
    content = path.read_bytes()
    return FileRecord(
        path.relative_to(folder).as_posix(),
        len(content),
        len(gzip.compress(content, 9, mtime=0)),
        hashlib.sha256(content).hexdigest(),
    )


def _tensor_json(tensor: Tensor) -> dict[str, Any]:
    return {**asdict(tensor), "shape": list(tensor.shape)}


def _finish_json(finish: Finish) -> dict[str, Any]:
    return {**asdict(finish), "kernels": list(finish.kernels)}


def _listed(repair: Repair) -> dict[str, Any]:
    return {**asdict(repair), "layers": list(repair.layers), "tried": list(repair.tried)}


def _repair_from(entry: dict[str, Any]) -> Repair:
    return Repair(entry["how"], tuple(entry["layers"]), tuple(entry["tried"]))


def _finish_from(entry: dict[str, Any]) -> Finish:
    return Finish(**{**entry, "kernels": tuple(entry.get("kernels", ()))})
