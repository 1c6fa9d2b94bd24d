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
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.bundle import Manifest
from edgedigits.errors import EdgeDigitsError
from edgedigits.runtimes.runtimes import Backend, Settings, Shared
from edgedigits.runtimes.tensorflow.float_process import FloatProcess
from edgedigits.verification.running import floats
from edgedigits.verification.running.execution import SPAN, Execution, Run, Table
from edgedigits.verification.running.work import stored_step
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
    """What one interpreter did with its part of the pictures."""

    tally: Tally
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
    reference: Any,
    labels: NDArray[np.int64],
    settings: Settings | None,
) -> Answered | Refused:
    """Ask one artifact a part of the pictures, and count its answers. `labels` are the part's."""
    (artifact,) = (each for each in packed.manifest.artifacts if each.id == name)
    run = Run(artifact, runtime)

    def take(run: Run, start: int, answers: Table) -> None:
        some = slice(start, start + len(answers))
        own = labels[start - part.start : some.stop - part.start]
        run.compare(reference[some], answers, own, start, stored_step(artifact))

    shared = Shared(settings)
    try:
        folder = unpacked(packed, place)
        Execution(folder, images, shared, take, lambda _: None).part(run, part)
    except EdgeDigitsError as error:
        return Refused(type(error), error.message, error.hint)
    finally:
        shared.close()
    assert run.tally is not None
    return Answered(run.tally, run.violations, run.failure, run.backend, run.seconds)


def owner() -> int:
    """Of this process, so that users of one machine do not share a folder."""
    return os.getuid() if hasattr(os, "getuid") else 0
