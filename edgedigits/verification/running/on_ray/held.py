"""What lies in Ray's store for all workers of a node: a bundle's files, and pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from edgedigits.bundle.bundle import Manifest

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
        digest = hashlib.sha256(repr(manifest).encode())
        for name, content in sorted(files.items()):
            digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        return cls(digest.hexdigest(), manifest, files)


@dataclass(frozen=True)
class Pictures:
    """Those of some numbers from `first` on, in blocks of `size`; fetched when they are looked at.

    A slice of them is an array, as one of all pictures would be.

    Attributes:
        shape: of all the pictures that there are.
        blocks: Ray's references of the blocks.
    """

    shape: tuple[int, ...]
    first: int
    size: int
    blocks: Sequence[Any]
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

    def as_array(self) -> Images:
        """The same object, under the type of what it stands for."""
        return cast("Images", self)

    def _block(self, place: int) -> Images:
        """One of them; the last one is kept, as who asks for pictures goes on where he was."""
        import ray

        if place not in self._last:
            found: Images = ray.get(self.blocks[place])
            self._last.clear()
            self._last[place] = found
        return self._last[place]

    def __reduce__(self) -> tuple[Callable[..., Pictures], tuple[Any, ...]]:
        return Pictures, (self.shape, self.first, self.size, list(self.blocks))
