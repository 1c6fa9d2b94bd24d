"""What becomes of a picture's pixels before a model sees them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits.picture.form import DIGIT, Form

LEVELS = np.arange(256, dtype=np.uint8)
"""All that a pixel can be."""
MOST_VALUES = 1 << 22
"""Numbers of a block of pictures, four bytes each; TensorFlow has several copies of them."""


@dataclass(frozen=True)
class InputContract:
    """What a model takes: pictures of a form, and what pixels 0..255 are to it.

    A pixel `p` of a channel has the value `(low + p / 255 * (high - low) - mean) / std`; a
    quantized input stores `clip(round(value / scale) + zero_point)` of it.

    Attributes:
        low: what pixel 0 is, before `mean` and `std`.
        high: what pixel 255 is.
        form: size and colours of the pictures, and how others become such.
        mean: of each channel, in the model's own order of channels; all 0 where it is empty.
        std: of each channel; all 1 where it is empty.
        bgr: whether the model's channels are blue, green, red.
        channels_first: whether it takes `[C, H, W]` instead of `[H, W, C]`.
    """

    low: float
    high: float
    form: Form = DIGIT
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    bgr: bool = False
    channels_first: bool = False

    @cached_property
    def limits(self) -> tuple[tuple[float, float], ...]:
        """Values of pixels 0 and 255 of each channel, in the model's order."""
        means = self.mean or (0.0,) * self.form.channels
        stds = self.std or (1.0,) * self.form.channels
        return tuple(
            ((self.low - mean) / std, (self.high - mean) / std)
            for mean, std in zip(means, stds, strict=True)
        )

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and the largest value of all channels."""
        every = [end for pair in self.limits for end in pair]
        return min(every), max(every)

    @property
    def channels(self) -> tuple[InputContract, ...]:
        """Each channel as a contract of its own, of grey pictures."""
        grey = replace(self.form, channels=1)
        return tuple(InputContract(*pair, form=grey) for pair in self.limits)

    def planes(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Pixels `uint8 [..., H, W]` in grey or `[..., H, W, 3]` in red, green, blue, in the
        model's own order of channels and layout."""
        if self.form.channels == 1:
            return images
        planes = images[..., ::-1] if self.bgr else images
        return np.ascontiguousarray(np.moveaxis(planes, -1, -3) if self.channels_first else planes)

    def values(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Pixels as `planes` takes them, as the values that the float model takes: `float32`, in
        its own order and layout."""
        planes = self.planes(images)
        if len(set(self.limits)) == 1:
            return _mapped(planes, *self.limits[0])
        values = np.empty(planes.shape, np.float32)
        for at, pair in enumerate(self.limits):
            channel = self._channel(at)
            values[channel] = _mapped(planes[channel], *pair)
        return values

    def tables(self) -> NDArray[np.float32]:
        """The values of all that a pixel can be, by channel in the model's order: `[C, 256]`."""
        return np.stack([_mapped(LEVELS, *pair) for pair in self.limits])

    def stored(
        self,
        images: NDArray[np.uint8],
        store: Callable[[NDArray[np.float32]], NDArray[np.generic]],
    ) -> NDArray[np.generic]:
        """What `store` makes of the same values, such as numbers of a quantized input. It is asked
        for the 256 levels of each channel alone, and not for every pixel again."""
        planes, tables = self.planes(images), store(self.tables())
        if tables.dtype == np.uint8 and (tables == LEVELS).all():
            return planes
        if len(set(self.limits)) == 1:
            return np.take(tables[0], planes)
        found = np.empty(planes.shape, tables.dtype)
        for at, table in enumerate(tables):
            channel = self._channel(at)
            found[channel] = np.take(table, planes[channel])
        return found

    def _channel(self, at: int) -> tuple[Any, ...]:
        """The place of one of several channels in `planes`."""
        return (..., at, slice(None), slice(None)) if self.channels_first else (..., at)

    def blocks(self, images: NDArray[np.uint8]) -> Iterator[NDArray[np.float32]]:
        """The same, a part of the pictures at a time: all of them may not fit into memory."""
        size = max(1, MOST_VALUES // max(1, math.prod(images.shape[1:])))
        for start in range(0, len(images), size):
            yield self.values(images[start : start + size])

    @property
    def options(self) -> str:
        """What to type for it."""
        typed = [f"--input-range {self.low:g},{self.high:g}"]
        for name, each in (("mean", self.mean), ("std", self.std)):
            if each:
                typed.append(f"--{name} {','.join(f'{value:g}' for value in each)}")
        if self.bgr:
            typed.append("--bgr")
        return " ".join(typed)

    def __str__(self) -> str:
        words = [f"{self.low:g}..{self.high:g}"]
        for name, each in (("mean", self.mean), ("std", self.std)):
            if each:
                words.append(f"{name} {','.join(f'{value:g}' for value in each)}")
        if self.form.channels == 3:
            words.append("BGR" if self.bgr else "RGB")
        return ", ".join(words)

    def as_json(self) -> dict[str, Any]:
        """What a manifest's input says of it."""
        form = self.form
        return {
            "range": [self.low, self.high],
            "size": [form.height, form.width],
            "channels": form.channels,
            "fit": form.fit,
            "mean": list(self.mean) or None,
            "std": list(self.std) or None,
            "order": None if form.channels == 1 else "BGR" if self.bgr else "RGB",
            "layout": "channels first" if self.channels_first else "channels last",
        }

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> InputContract:
        """That of a manifest's input that fits the schema."""
        height, width = entry["size"]
        low, high = entry["range"]
        return cls(
            float(low),
            float(high),
            form=Form(height, width, entry["channels"], entry["fit"]),
            mean=tuple(map(float, entry["mean"] or ())),
            std=tuple(map(float, entry["std"] or ())),
            bgr=entry["order"] == "BGR",
            channels_first=entry["layout"] == "channels first",
        )


RAW_PIXELS = InputContract(0.0, 255.0)
"""What every model trained here takes."""

DIGITS_JSON = {name: said for name, said in RAW_PIXELS.as_json().items() if name != "range"}
"""What manifests of version 1 left unsaid: they were of digits alone."""


def _mapped(pixels: NDArray[np.uint8], low: float, high: float) -> NDArray[np.float32]:
    values = pixels.astype(np.float32)
    if (low, high) != (0.0, 255.0):
        # In place: pictures that calibrate are hundreds of megabytes.
        values /= np.float32(255.0)
        values *= np.float32(high - low)
        values += np.float32(low)
    return values
