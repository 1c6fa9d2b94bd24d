"""One thing that can be wrong with a bundle whose digests fit, and who must notice it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tampering
from tampering import entry, patch

from edgedigits.errors import ExitCode

Break = Callable[[dict[str, Any], Path], object]
"""Changes a manifest's content, or the files of the bundle in that folder."""
USUAL = "tflite-int8"
"""The artifact left in a bundle that is damaged as a whole."""


@dataclass(frozen=True)
class Damage:
    """What is done, and what `edgedigits verify` must say of it.

    Attributes:
        name: what is wrong, in a few words.
        broken: the artifact that is broken; None where it is the bundle as a whole.
        change: does it. The digests are made to fit afterwards.
        says: part of a reason of the verdict (exit code 1) or of the error (any other code).
        code: the exit code.
        afterwards: done to the sealed bundle, whose digests and sizes then no longer fit.
    """

    name: str
    broken: str | None
    change: Break
    says: str
    code: ExitCode = ExitCode.BUDGET_BROKEN
    afterwards: bool = False

    def do(self, folder: Path) -> None:
        """Damage the bundle in a folder, which keeps the broken artifact alone, for quickness."""
        content = tampering.manifest(folder)
        if not self.afterwards:
            self.change(content, folder)
        tampering.seal(folder, content, keep=self.broken or USUAL)
        if self.afterwards:
            self.change(content, folder)
            (folder / "manifest.json").write_text(json.dumps(content))


def bad(
    name: str, change: Break, says: str, *, afterwards: bool = False, broken: str | None = None
) -> Damage:
    return Damage(name, broken, change, says, ExitCode.DATA_BAD, afterwards)


def path_of(content: dict[str, Any], folder: Path, artifact_id: str, file: int = 0) -> Path:
    return folder / str(entry(content, artifact_id)["files"][file]["path"])


def tflite(change: tampering.Patch, scheme: str = "int8") -> Break:
    return lambda content, folder: patch(path_of(content, folder, f"tflite-{scheme}"), change)


def shard(change: tampering.Patch, scheme: str) -> Break:
    return lambda content, folder: patch(path_of(content, folder, f"tfjs-{scheme}", 1), change)


def model_json(change: Callable[[dict[str, Any]], object], scheme: str = "uint8") -> Break:
    """Changes what a `model.json` says."""

    def changed(content: dict[str, Any], folder: Path) -> None:
        path = path_of(content, folder, f"tfjs-{scheme}")
        model = json.loads(path.read_text())
        change(model)
        path.write_text(json.dumps(model))

    return changed


def swapped(artifact_id: str, other: str) -> Break:
    """Another artifact's files under this one's names; the manifest tells of them as they are."""

    def swap(content: dict[str, Any], folder: Path) -> None:
        ours, theirs = entry(content, artifact_id), entry(content, other)
        for mine, found in zip(ours["files"], theirs["files"], strict=True):
            (folder / mine["path"]).write_bytes((folder / found["path"]).read_bytes())
        ours.update(input=theirs["input"], output=theirs["output"])

    return swap


def said(artifact_id: str, side: str, **values: object) -> Break:
    return lambda content, _: entry(content, artifact_id)[side].update(values)
