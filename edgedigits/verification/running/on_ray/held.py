"""What lies in Ray's store for all workers of a node: a bundle's files, and pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.bundle import Manifest

Images = NDArray[np.uint8]


@dataclass(frozen=True)
class Packed:
    """A bundle's manifest and files, named by what they are.

    Files are `uint8 [bytes]`, which a task that is given them reads where they lie.
    """

    digest: str
    manifest: Manifest
    files: dict[str, NDArray[np.uint8]] = field(repr=False)

    @classmethod
    def of(cls, manifest: Manifest, folder: Path) -> Packed:
        """All files that the manifest names."""
        files = {file.path: (folder / file.path).read_bytes() for file in manifest.files()}
        digest = hashlib.sha256(repr(manifest).encode())
        for name, content in sorted(files.items()):
            digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        held = {name: np.frombuffer(content, np.uint8) for name, content in files.items()}
        return cls(digest.hexdigest(), manifest, held)


@dataclass(frozen=True)
class Pictures:
    """Those of some numbers from `first` on, in blocks of `size`.

    A slice of them is an array, as one of all pictures would be.

    Attributes:
        shape: of all the pictures that there are.
        blocks: arrays; or Ray's references, fetched when they are looked at.
    """

    shape: tuple[int, ...]
    first: int
    size: int
    blocks: Sequence[Any] = ()
    _last: dict[int, Images] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, some: slice) -> Images:
        start, stop = some.start - self.first, some.stop - self.first
        found = [
            self._block(place)[max(0, start - place * self.size) : stop - place * self.size]
            for place in range(start // self.size, -(-stop // self.size))
        ]
        return found[0] if len(found) == 1 else np.concatenate(found)

    def given(self, blocks: Sequence[Any]) -> Pictures:
        """The same with the blocks that a task was given, where it is not to fetch them."""
        return self if self.blocks else replace(self, blocks=blocks)

    def as_array(self) -> Images:
        """The same object, under the type of what it stands for."""
        return cast("Images", self)

    def _block(self, place: int) -> Images:
        """One of them; the last one is kept, as who asks for pictures goes on where he was."""
        if isinstance(self.blocks[place], np.ndarray):
            return cast("Images", self.blocks[place])
        import ray

        if place not in self._last:
            found: Images = ray.get(self.blocks[place])
            self._last.clear()
            self._last[place] = found
        return self._last[place]

    def __reduce__(self) -> tuple[Callable[..., Pictures], tuple[Any, ...]]:
        return Pictures, (self.shape, self.first, self.size, list(self.blocks))
