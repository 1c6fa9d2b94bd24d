"""The methods that every runtime has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.artifact import Artifact, InputContract


@dataclass(frozen=True)
class Backend:
    """The part of a runtime that really computes, as the runtime itself says.

    Attributes:
        name: such as `wasm` or `webgl`.
        half_float: whether it keeps numbers in 16 bits, as many phones' graphics cards do.
        device: what it runs on, where it tells: the browser, and the graphics card or its stand-in.
    """

    name: str
    half_float: bool = False
    device: str | None = None

    def __str__(self) -> str:
        return f"{self.name}, half float" if self.half_float else self.name


class Runtime(Protocol):
    """An artifact opened for running."""

    @property
    def backend(self) -> Backend | None:
        """What computes, where the runtime has several ways to; else None."""
        ...

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`."""
        ...

    def contract_violations(self) -> list[str]:
        """Where the file itself is not what the manifest says of it, one line each."""
        ...

    def close(self) -> None:
        """End it and free what it holds."""
        ...


@runtime_checkable
class TakesValues(Protocol):
    """A model that can be fed numbers no picture has, as by a caller who gets its range wrong."""

    @property
    def pixels(self) -> InputContract:
        """What pixels become before the model sees them."""
        ...

    def probabilities_of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for values `float32 [N, ...]`, as `pixels` makes them."""
        ...


class OfValues(ABC):
    """A runtime whose pictures are made into numbers here: `artifact` says into which."""

    artifact: Artifact

    @property
    def pixels(self) -> InputContract:
        """What pixels become before the model sees them."""
        return self.artifact.pixels

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`."""
        return self.probabilities_of(self.pixels.values(images))

    @abstractmethod
    def probabilities_of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for values `float32 [N, ...]`, whatever pixels they were."""


def in_class_order(answers: NDArray[np.float32], artifact: Artifact) -> NDArray[np.float32]:
    """Raw answers `[N, classes]` as probabilities in the order of the float model's classes."""
    return by_class(softmax(answers) if artifact.logits else answers, artifact)


def by_class(probabilities: NDArray[np.float32], artifact: Artifact) -> NDArray[np.float32]:
    """Probabilities `[N, classes]` in the order of the artifact's labels, as its `classes`."""
    if artifact.labels == artifact.classes:
        return probabilities
    places = {label: place for place, label in enumerate(artifact.labels)}
    return probabilities[:, [places[name] for name in artifact.classes]]


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """`exp(x - max x) / sum exp(x - max x)` along the last axis; NaN stays NaN."""
    # A row of infinities is a broken artifact's answer: it becomes NaN, which is looked for later.
    with np.errstate(invalid="ignore"):
        raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
        probabilities: NDArray[np.float32] = raised / raised.sum(axis=-1, keepdims=True)
    return probabilities


def plainly_logits(answers: NDArray[np.float32]) -> bool:
    """Whether raw answers `[N, classes]` can be no probabilities, one by one. Numbers of 0 to 1
    that do not add up to 1 are no logits for it: each may be the probability of a label."""
    finite = answers[np.isfinite(answers)]
    return bool(len(finite) and (finite.min() < -1e-3 or finite.max() > 1 + 1e-3))


def shape_violations(
    what: str, found_name: str, found_shape: tuple[int, ...], name: str, shape: tuple[int, ...]
) -> list[str]:
    """Name and shape of a tensor in a file against those of the manifest."""
    violations = []
    if found_name != name:
        violations.append(f"the file's {what} is named {found_name!r}, the manifest says {name!r}")
    if found_shape != shape:
        violations.append(
            f"the file's {what} has shape {list(found_shape)}, the manifest says {list(shape)}"
        )
    return violations
