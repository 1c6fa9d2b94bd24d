"""An artifact against its float model on the same pictures, operation by operation."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from converters import saved_model
from converters.errors import ConversionError
from converters.saved_model import SourceModel
from edgedigits import quiet
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Bundle
from edgedigits.bundle.file_check import EXPORT_HINT
from edgedigits.datasets.dataset import Split
from edgedigits.diagnosis.operation import Answers, Cost, Operation
from edgedigits.errors import DataBad, WrongUse, command, damaged

SUBJECTS = {
    "tflite": ("edgedigits.diagnosis.tflite_subject", "TfliteSubject"),
    "tfjs": ("edgedigits.diagnosis.tfjs_subject", "TfjsSubject"),
}
"""What opens the artifacts of a target. A new one is a row here and a class of `Subject`."""
MOST_COUNTERFACTUALS = 20
THREADS = 2
Tick = Callable[[int], None]


class Subject(Protocol):
    """One artifact beside its float model."""

    artifact: Artifact

    @property
    def candidates(self) -> list[str]:
        """Operations that can stay in float."""
        ...

    def measure(self, images: NDArray[np.uint8], tick: Tick | None = None) -> list[Operation]:
        """What each operation makes of pictures `uint8 [N, *form.shape]`, in their order."""
        ...

    def answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` of the artifact itself."""
        ...

    def staying_float(
        self, images: NDArray[np.uint8], kept: Collection[str]
    ) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` of the artifact with some operations in float."""
        ...

    def float_answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` of the float model."""
        ...

    def close(self) -> None:
        """Free what it holds."""
        ...


@dataclass(frozen=True)
class Diagnosis:
    """What makes an artifact's error.

    Attributes:
        pictures: how many it was measured on.
        float_accuracy: of the float model, in percent.
        answers: of the artifact.
        baseline: of that out of which single operations are left in float. It is the artifact as
            `staying_float` builds it, which rounds as the artifact does and sums in float32.
        operations: in the order in which they are run.
        not_measured: operations that make an error and of which it is not known what that costs.
    """

    artifact: str
    pictures: int
    float_accuracy: float
    answers: Answers
    baseline: Answers
    operations: tuple[Operation, ...]
    not_measured: int

    @property
    def ranked(self) -> list[Operation]:
        """Those whose cost was measured, the costliest first."""
        known = [each for each in self.operations if each.cost is not None]
        return sorted(known, key=lambda each: -each.cost.share if each.cost else 0.0)


def total(pictures: int, most: int) -> int:
    """How many steps `tick` will have counted at the end, at most."""
    return pictures * (3 + most)


def diagnose(
    opened: Bundle,
    artifact: Artifact,
    pictures: Split,
    *,
    most: int = MOST_COUNTERFACTUALS,
    tick: Tick | None = None,
) -> Diagnosis:
    """Measure one artifact of a bundle; at most so many operations are left in float one by one,
    those that by themselves make the most noise.

    Raises:
        WrongUse: artifacts of its target have nothing to look into, or another converter made it.
        DataBad: a file is damaged, or the float model cannot be converted.
        MachineLacks: the runtime is not installed here.
    """
    check_target(opened, artifact)
    quiet.import_tensorflow()
    path = opened.folder / artifact.entry
    with damaged(path, EXPORT_HINT):
        try:
            subject = open_subject(source_of(opened), artifact, path)
        except ConversionError as error:
            raise (DataBad if error.damaged else WrongUse)(
                f"{path} cannot be held against its float model: {error.message}",
                error.hint or "only files that edgedigits export wrote are of the same operations",
            ) from error
    return of_subject(subject, pictures.images, pictures.labels, most=most, tick=tick)


def open_subject(source: SourceModel, artifact: Artifact, path: Path) -> Subject:
    """An artifact whose entry is at `path`, beside the float model that it was made of.

    Raises:
        ConversionError: the float model cannot be converted, or not to the same operations.
        DataBad: the file is damaged.
    """
    module, name = SUBJECTS[artifact.target]
    opened: Subject = getattr(importlib.import_module(module), name)(source, artifact, path)
    return opened


def of_subject(
    subject: Subject,
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    *,
    most: int = MOST_COUNTERFACTUALS,
    tick: Tick | None = None,
) -> Diagnosis:
    """Measure a subject, which is closed at the end, on pictures `uint8 [N, *form.shape]`."""
    count, step = len(images), tick or (lambda _: None)
    with closing(subject):
        floats, stored = subject.float_answers(images), subject.answers(images)
        step(count)
        found = subject.measure(images, tick)
        noisy = _noisiest(found, subject.candidates)
        asked: list[tuple[str, ...]] = [(), *((name,) for name in noisy[:most])]

        def answers(kept: tuple[str, ...]) -> Answers:
            given = subject.staying_float(images, kept)
            step(count)
            return _judged(given, floats, labels)

        with ThreadPoolExecutor(THREADS) as pool:
            baseline, *others = pool.map(answers, asked)
    costs = {
        name: Cost(given, _share(baseline.variation, given.variation))
        for (name,), given in zip(asked[1:], others, strict=True)
    }
    return Diagnosis(
        subject.artifact.id,
        count,
        100 * float(np.mean(floats.argmax(axis=1) == labels)),
        _judged(stored, floats, labels),
        baseline,
        tuple(replace(each, cost=costs.get(each.name)) for each in found),
        len(noisy) - len(costs),
    )


def check_target(opened: Bundle, artifact: Artifact) -> None:
    """Refuse an artifact that nothing can be looked into.

    Raises:
        WrongUse: its target is none of `SUBJECTS`.
    """
    if artifact.target in SUBJECTS:
        return
    ids = [each.id for each in opened.manifest.artifacts]
    like = f"tflite-{artifact.scheme}"
    raise WrongUse(
        f"{artifact.id} is not told operation by operation; tflite and tfjs are",
        f"it has the numbers of: {command('diagnose', opened.folder, '--artifact', like)}"
        if like in ids
        else "export the same model for one of them: edgedigits export --target tflite",
    )


def source_of(opened: Bundle) -> SourceModel:
    """The float model of a bundle, to be converted anew."""
    reference = opened.manifest.reference
    path: Path = opened.folder / reference.file.path
    return saved_model.from_graph(
        path,
        path.read_bytes(),
        names=(reference.input_name, reference.output_name),
        input_shape=reference.input_shape,
        classes=len(opened.manifest.labels),
    )


def _noisiest(found: list[Operation], candidates: Collection[str]) -> list[str]:
    """Operations that can stay in float, first those of the most noise by channel; what has a fault
    goes before all."""
    known = [each for each in found if each.name in candidates]
    return [
        each.name
        for each in sorted(
            known, key=lambda each: (not each.faults, min(each.own_db, each.channel_db))
        )
    ]


def _judged(
    given: NDArray[np.float32], floats: NDArray[np.float32], labels: NDArray[np.int64]
) -> Answers:
    best = given.argmax(axis=1)
    return Answers(
        100 * float(np.mean(best == labels)),
        100 * float(np.mean(best == floats.argmax(axis=1))),
        float(np.abs(given - floats).sum(axis=1, dtype=np.float64).mean() / 2),
    )


def _share(before: float, after: float) -> float:
    return 100 * (1 - after / before) if before > 0 and math.isfinite(after) else 0.0
