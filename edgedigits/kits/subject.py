"""What a kit is made of: one artifact of a bundle, and how it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle import golden
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Bundle
from edgedigits.errors import DataBad, WrongUse, check_known, command
from edgedigits.kits import examples
from edgedigits.kits.examples import Example
from edgedigits.runtimes import runtimes

OTHER_KERNELS = 0.05
"""By which a probability may be off on another processor: as much as a step of an 8-bit logit."""


@dataclass(frozen=True, eq=False)
class Subject:
    """An artifact with its golden vectors and photos.

    `images` are `uint8 [N, *form.shape]`, `probabilities` the float model's, `float32 [N, C]`, in
    the order of the artifact's labels.
    """

    bundle: Bundle
    artifact: Artifact
    images: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    photos: tuple[Example, ...]

    def content(self, path: str) -> bytes:
        """A file of the bundle."""
        return (self.bundle.folder / path).read_bytes()

    def allowed(self) -> float:
        """How far a probability may be from the float model's: as far as it is here, on the
        artifact's own runtime, and what other kernels may add. In hundredths.

        Raises:
            DataBad: it answers with what is no number.
        """
        name = runtimes.default_runtime(self.artifact.target)
        runtime = runtimes.open_runtime(name, self.artifact, self.bundle.folder)
        try:
            found = runtime.probabilities(self.images)
        finally:
            runtime.close()
        places = _places(self.artifact.classes, self.artifact.labels)
        largest = float(np.abs(found[:, places] - self.probabilities).max())
        if not np.isfinite(largest):
            raise DataBad(
                f"{self.artifact.id} of {self.bundle.folder} answers with what is no number",
                f"say why: {command('verify', self.bundle.folder)}",
            )
        return ceil(100 * (largest + OTHER_KERNELS)) / 100


def open_subject(opened: Bundle, target: str, scheme: str | None, order: Sequence[str]) -> Subject:
    """The artifact of a target in a scheme, without one in the first that there is of an order.

    Raises:
        WrongUse: the bundle has none.
        DataBad: its golden vectors are damaged.
    """
    there = {each.scheme: each for each in opened.manifest.artifacts if each.target == target}
    if not there:
        raise WrongUse(
            f"{opened.folder} has no artifact of target {target}",
            f"make one: {command('export', 'MODEL', '--target', target, '--out', 'FOLDER')}",
        )
    if scheme is None:
        scheme = next((name for name in order if name in there), next(iter(there)))
    check_known("scheme", scheme, there, f" for target {target} in {opened.folder}")
    artifact = there[scheme]
    form = artifact.pixels.form
    held = golden.read(opened.folder, form, len(artifact.classes), opened.manifest.golden_count)
    places = _places(artifact.classes, artifact.labels)
    return Subject(
        opened,
        artifact,
        held.images,
        held.probabilities[:, places],
        examples.make(form, held.images),
    )


def _places(names: Sequence[str], order: Sequence[str]) -> list[int]:
    """Where each of an order's names stands among `names`."""
    places = {name: place for place, name in enumerate(names)}
    return [places[name] for name in order]
