"""What a conversion is asked for, and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from converters.errors import ConversionError
from converters.saved_model import SourceModel


@dataclass(frozen=True)
class Tensor:
    """An input or output as the artifact's runtime sees it.

    A value is `(stored - zero_point) * scale` where `scale` is given; otherwise it is stored as is.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    scale: float | None = None
    zero_point: int | None = None

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> Self:
        """The one whose fields are in `entry`, among others."""
        names = (each.name for each in fields(cls))
        return cls(**{**{name: entry[name] for name in names}, "shape": tuple(entry["shape"])})


Limits = tuple[tuple[float, float], ...]
"""What pixels 0 and 255 are to a model, of each channel."""


@dataclass(frozen=True)
class Card:
    """What an artifact says of itself, inside itself, to someone who has only the file."""

    name: str
    description: str
    labels: tuple[str, ...]
    input_limits: Limits
    input_description: str
    output_description: str
    facts: dict[str, object] = field(default_factory=dict)
    """Any further JSON-serialisable facts, such as the pixel contract."""
    size: tuple[int, int] = (28, 28)
    """Height and width of a picture."""
    channels: int = 1
    bgr: bool = False
    """Whether the channels are blue, green, red."""
    logits: bool = False
    """Whether the answers are logits, of which a softmax makes probabilities."""


@dataclass(frozen=True)
class Conversion:
    """One target in one or several schemes, written below `directory`.

    `calibration` holds inputs as the model takes them, `float32 [N, *shape of one input]`; only
    schemes that quantize activations need it. `probes` are such inputs too: a compact file must
    answer them as the plain one does, bit for bit, also on the GPU where `gpu` asks one (see
    `same_answers.GpuAnswers`). `compact` and `metadata` are for TFLite files; see `tflite_finish`.
    `on_lost` hears which scheme the model cannot be expressed in, and why, while the others are
    made; without it the first of them ends the conversion. `sources` are texts in C by file name,
    which turn photos into pictures and lie beside a model in C. Where `quantized` is given, files
    of calibrated schemes are kept in it as the converter wrote them: other targets of the same
    source and calibration that are given it too are made of these. A file that is in it from the
    start is taken for what the converter would write, whatever its scheme.
    """

    source: SourceModel
    schemes: tuple[str, ...]
    directory: Path
    card: Card
    calibration: NDArray[np.float32] | None = None
    probes: NDArray[np.float32] | None = None
    gpu: Callable[[bytes, NDArray[Any]], NDArray[Any] | None] | None = None
    compact: bool = True
    metadata: bool = True
    on_lost: Callable[[str, ConversionError], None] | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
    quantized: dict[str, bytes] | None = None

    def lose(self, scheme: str, error: ConversionError) -> None:
        """Go on without a scheme, or raise the error where nobody hears of it."""
        if self.on_lost is None:
            raise error
        self.on_lost(scheme, error)

    def each(self, write: Callable[[Conversion, str], Converted]) -> Iterator[Converted]:
        """What `write` makes of every scheme asked for, one after the other.

        Raises:
            ConversionError: it cannot make one; where `on_lost` is not told.
        """
        for scheme in self.schemes:
            try:
                converted = write(self, scheme)
            except ConversionError as error:
                self.lose(scheme, error)
            else:
                yield converted


@dataclass(frozen=True)
class Finish:
    """What was made of a converter's files. `metadata` says whether facts of ours are inside,
    `plain_bytes` their size with the same metadata, but not compacted; `kernels` are those on which
    a compact file answered as the plain one."""

    compact: bool
    metadata: bool
    plain_bytes: int
    kernels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Converted:
    """One artifact on disk. `files[0]` is the one a runtime opens; `rewritten` says which
    operations of the model its target lacks, so that they were written as others."""

    scheme: str
    files: tuple[Path, ...]
    input: Tensor
    output: Tensor
    finish: Finish | None = None
    rewritten: tuple[str, ...] = ()
