"""What a worker of a cluster does. It knows nothing of whoever calls it but how it is called."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.bundle import Manifest
from edgedigits.errors import EdgeDigitsError
from edgedigits.runtimes.runtimes import Backend, Settings, Shared
from edgedigits.runtimes.tensorflow.float_process import FloatProcess
from edgedigits.verification.running import floats
from edgedigits.verification.running.execution import SPAN, Execution, Run, Table, spans
from edgedigits.verification.tally import Tally

Images = NDArray[np.uint8]


@dataclass(frozen=True)
class Packed:
    """A bundle's manifest and files, named by what they are."""

    digest: str
    manifest: Manifest
    files: dict[str, bytes] = field(repr=False)

    @classmethod
    def of(cls, manifest: Manifest, folder: Path) -> Packed:
        """All files that the manifest names."""
        files = {file.path: (folder / file.path).read_bytes() for file in manifest.files()}
        digest = hashlib.sha256()
        for name, content in sorted(files.items()):
            digest.update(f"{name}\\0{hashlib.sha256(content).hexdigest()}\\n".encode())
        return cls(digest.hexdigest(), manifest, files)


@dataclass(frozen=True)
class Answered:
    """What is known of one interpreter that was asked its part of the pictures."""

    violations: list[str]
    failure: str | None
    backend: Backend | None
    seconds: list[float]


@dataclass(frozen=True)
class Refused:
    """An error that is meant for the user, whatever process it happened in."""

    kind: type[EdgeDigitsError]
    message: str
    hint: str | None

    def error(self) -> EdgeDigitsError:
        """The same, to be raised."""
        return self.kind(self.message, self.hint)


class Parts:
    """Pictures, or answers, that lie elsewhere in spans; they are fetched when they are looked at,
    by rows of one span."""

    def __init__(
        self, shape: tuple[int, ...], first: int, held: list[Any], get: Callable[[Any], Any]
    ) -> None:
        """Of all of them, `held` has those from number `first` on."""
        self.shape, self._first, self._held, self._get = shape, first, held, get
        self._last: tuple[int, Any] = (-1, None)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, some: slice) -> NDArray[Any]:
        place, start = divmod(some.start - self._first, SPAN)
        if self._last[0] != place:
            self._last = (place, self._get(self._held[place]))
        found: NDArray[Any] = self._last[1][start : start + some.stop - some.start]
        return found


_UNPACKED: dict[str, Path] = {}
_MODELS: dict[str, FloatProcess] = {}
_LOCK = threading.Lock()


def unpacked(packed: Packed, place: Path) -> Path:
    """The folder of a bundle's files, which are written once a node; they appear whole."""
    folder = place / packed.digest
    with _LOCK:
        if not folder.exists():
            place.mkdir(parents=True, exist_ok=True)
            staged = Path(tempfile.mkdtemp(prefix=".new-", dir=place))
            for name, content in packed.files.items():
                path = staged / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            try:
                staged.rename(folder)
            except OSError:
                # Another worker of this node was first.
                shutil.rmtree(staged)
        return folder


def ask_floats(packed: Packed, place: Path, images: list[Images]) -> list[Table] | Refused:
    """The float model's answers to some spans; its process is kept for those that come next."""
    try:
        model = _MODELS.get(packed.digest)
        if model is None:
            model = floats.float_process(packed.manifest, unpacked(packed, place))
            _MODELS[packed.digest] = model
            atexit.register(model.close)
        return [floats.checked(model, some) for some in images]
    except EdgeDigitsError as error:
        _MODELS.pop(packed.digest, None)
        return Refused(type(error), error.message, error.hint)


def ask_artifact(
    packed: Packed,
    place: Path,
    name: str,
    runtime: str,
    part: slice,
    images: Any,
    settings: Settings | None,
) -> tuple[list[Table], Answered] | Refused:
    """Ask one artifact a part of the pictures: its answers by spans, and what is known of it."""
    (artifact,) = (each for each in packed.manifest.artifacts if each.id == name)
    run, answers, shared = Run(artifact, runtime), dict[int, Table](), Shared(settings)

    def take(_: Run, start: int, found: Table) -> None:
        answers[start] = found

    try:
        folder = unpacked(packed, place)
        Execution(folder, images, shared, take, lambda _: None).part(run, part)
    except EdgeDigitsError as error:
        return Refused(type(error), error.message, error.hint)
    finally:
        shared.close()
    told = Answered(run.violations, run.failure, run.backend, run.seconds)
    return [answers[start] for start in sorted(answers)], told


def compare(
    part: slice, labels: NDArray[np.int64], step: float, tables: tuple[Table, ...]
) -> Tally:
    """Count a part's answers, whose spans are the first half of the tables, beside the float
    model's, which are the other half. `labels` are the part's."""
    half = len(tables) // 2
    found = []
    for span, answers, reference in zip(spans(part), tables[:half], tables[half:], strict=True):
        own = labels[span.start - part.start : span.stop - part.start]
        found.append(Tally.of(reference, answers, own, step, span.start))
    return reduce(add, found)


def owner() -> int:
    """Of this process, so that users of one machine do not share a folder."""
    return os.getuid() if hasattr(os, "getuid") else 0
