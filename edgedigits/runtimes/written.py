"""Models that are written as code, in C or WebAssembly, which says itself what it is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from edgedigits.bundle.artifact import Artifact
from edgedigits.runtimes import base, quantization


class Says(Protocol):
    """What the code says: how many pixels and classes, and scales with their zero points."""

    @property
    def pixels(self) -> int:
        """Of a picture."""
        ...

    @property
    def classes(self) -> int:
        """Of an answer."""
        ...

    @property
    def dtype(self) -> str:
        """The type of pixels and answers."""
        ...

    @property
    def input(self) -> tuple[float, int]:
        """The scale and the zero point of pixels."""
        ...

    @property
    def output(self) -> tuple[float, int]:
        """The scale and the zero point of answers."""
        ...


class Written(base.OfValues):
    """A runtime that is asked with stored numbers."""

    def probabilities(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures `uint8 [N, *form.shape]`."""
        return self._of(quantization.stored(images, self.pixels, self.artifact.input))

    def probabilities_of(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for values `float32 [N, ...]`, whatever pixels they were."""
        return self._of(quantization.quantize(values, self.artifact.input))

    @abstractmethod
    def _of(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        """Probabilities `[N, classes]` for pictures as the input stores them, `[N, ...]`."""


def violations(says: Says, file: str, artifact: Artifact) -> Iterator[str]:
    """Where the code's `file` says something else than the manifest."""
    for what, found, said in (
        ("pixels", says.pixels, prod(artifact.input.shape)),
        ("classes", says.classes, len(artifact.labels)),
        ("the input's scale and zero point", says.input, _scaling(artifact.input)),
        ("the output's scale and zero point", says.output, _scaling(artifact.output)),
    ):
        if found != said:
            yield f"{file} says {found} of {what}, the manifest says {said}"
    for what, tensor in (("takes", artifact.input), ("gives", artifact.output)):
        if tensor.dtype != says.dtype:
            yield f"the manifest says that it {what} {tensor.dtype}, {file} says {says.dtype}"


def _scaling(tensor: Tensor) -> tuple[float | None, int | None]:
    """A scale as float32 has it, and its zero point."""
    return None if tensor.scale is None else float(np.float32(tensor.scale)), tensor.zero_point
