"""What a worker does. Errors for the user reach the driver as they are; what a machine out of
memory ended is tried again by Ray."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.bundle import Manifest
from edgedigits.errors import MachineLacks
from edgedigits.runtimes.runtimes import Backend, Settings, Shared
from edgedigits.runtimes.tensorflow.float_process import FloatProcess
from edgedigits.verification.running import floats
from edgedigits.verification.running.answer_table import spans
from edgedigits.verification.running.execution import Execution, Run, Table, parts
from edgedigits.verification.running.on_ray.held import Images, Packed, Pictures
from edgedigits.verification.tally import Tally


@dataclass(frozen=True)
class Bundle:
    """Which bundle it is that a task is given the `Packed` of, and where it is unpacked.

    Attributes:
        place: name of the folder, in a node's folder for temporary files, of all that is unpacked.
    """

    digest: str
    place: str


@dataclass(frozen=True)
class Asked:
    """An artifact on a runtime, and which pictures it is asked."""

    artifact: str
    runtime: str
    part: slice
    settings: Settings | None


@dataclass(frozen=True)
class Told:
    """What is known of one interpreter that was asked its part of the pictures."""

    violations: list[str]
    failure: str | None
    backend: Backend | None
    seconds: list[float]


_OPENED: dict[str, tuple[Manifest, Path]] = {}
_MODELS: dict[str, FloatProcess] = {}
_DRAWN: dict[str, Images] = {}


def draw(name: str, source: Images, part: slice, size: int) -> Images | tuple[Images, ...]:
    """Pictures that are made when they are looked at, in blocks of `size`."""
    images = _source(name, source)
    places = range(part.start, part.stop, size)
    blocks = tuple(images[at : min(at + size, part.stop)] for at in places)
    return blocks if len(blocks) > 1 else blocks[0]


def ask_floats(
    bundle: Bundle,
    packed: Packed,
    images: Pictures,
    part: slice,
    golden: Images | None,
    *blocks: Images,
) -> tuple[Any, ...]:
    """The float model's seconds, and its answers to spans of pictures and to golden ones. Its
    process is kept for what comes next."""
    started = time.perf_counter()
    model, images = _model(bundle, packed), images.given(blocks)
    try:
        answers = [
            np.concatenate(
                [
                    floats.checked(model, images[at : min(at + images.size, span.stop)])
                    for at in range(span.start, span.stop, images.size)
                ]
            )
            for span in spans(part)
        ]
        if golden is not None:
            answers.append(floats.checked(model, golden))
    except BaseException:
        _MODELS.pop(bundle.digest).close()
        raise
    return (time.perf_counter() - started, *answers)


def ask_artifact(
    bundle: Bundle, packed: Packed, asked: Asked, images: Pictures | Images, *blocks: Images
) -> tuple[Any, ...]:
    """What is known of an artifact that was asked its part, and its answers by spans."""
    manifest, folder = _opened(bundle, packed)
    (artifact,) = (each for each in manifest.artifacts if each.id == asked.artifact)
    shown = images.given(blocks).as_array() if isinstance(images, Pictures) else images
    run, answers = Run(artifact, asked.runtime), dict[int, Table]()

    def take(_: Run, start: int, found: Table) -> None:
        answers[start] = found

    with contextlib.closing(Shared(asked.settings)) as shared:
        execution = Execution(folder, shown, shared, take, lambda _: None)
        for _, part in parts([run], asked.part):
            execution.part(run, part)
    told = Told(run.violations, run.failure, run.backend, run.seconds)
    return (told, *(answers[start] for start in sorted(answers)))


def compare(part: slice, labels: NDArray[np.int64], step: float, *tables: Table) -> Tally:
    """Count a part's answers, whose spans are the first half of `tables`, beside the float
    model's, which are the other half. `labels` are the part's."""
    half = len(tables) // 2
    found = []
    for span, answers, reference in zip(spans(part), tables[:half], tables[half:], strict=True):
        own = labels[span.start - part.start : span.stop - part.start]
        found.append(Tally.of(reference, answers, own, step, span.start))
    return reduce(add, found)


def tidy(place: str) -> None:
    """Take away what was unpacked on this node."""
    shutil.rmtree(Path(tempfile.gettempdir()) / place, ignore_errors=True)


def _source(name: str, source: Images) -> Images:
    """The same pictures as before, of which the last ones are kept."""
    if name not in _DRAWN:
        _DRAWN.clear()
        _DRAWN[name] = source
    return _DRAWN[name]


def _opened(bundle: Bundle, packed: Packed) -> tuple[Manifest, Path]:
    """A bundle's manifest, and the folder of its files."""
    if bundle.digest not in _OPENED:
        _OPENED[bundle.digest] = (packed.manifest, _unpacked(packed, bundle.place))
    return _OPENED[bundle.digest]


def _unpacked(packed: Packed, name: str) -> Path:
    """The folder of a bundle's files, which are written once a node; they appear whole.

    Raises:
        MachineLacks: there is no room for them, or somebody else has the folder.
    """
    place = Path(tempfile.gettempdir()) / name
    folder = place / packed.digest
    try:
        place.mkdir(mode=0o700, exist_ok=True)
        if place.is_symlink() or place.stat().st_uid != os.getuid():
            raise PermissionError(None, "it is somebody else's")
        if not folder.exists():
            staged = Path(tempfile.mkdtemp(prefix=".new-", dir=place))
            for path, content in packed.files.items():
                (staged / path).parent.mkdir(parents=True, exist_ok=True)
                (staged / path).write_bytes(content.data)
            _put_in_place(staged, folder)
    except OSError as error:
        raise MachineLacks(
            f"{place}, on a worker's machine: {error.strerror or error}",
            "make room there, or start Ray there with another TMPDIR",
        ) from error
    return folder


def _put_in_place(staged: Path, folder: Path) -> None:
    try:
        staged.rename(folder)
    except OSError:
        shutil.rmtree(staged)
        # Else another worker of this node was first.
        if not folder.exists():
            raise


def _model(bundle: Bundle, packed: Packed) -> FloatProcess:
    """The float model's process; of one bundle at a time, as TensorFlow needs much memory."""
    if bundle.digest not in _MODELS:
        _close_models()
        _MODELS[bundle.digest] = floats.float_process(*_opened(bundle, packed))
    return _MODELS[bundle.digest]


@atexit.register
def _close_models() -> None:
    while _MODELS:
        _MODELS.popitem()[1].close()
