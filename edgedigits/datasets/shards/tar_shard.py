"""A shard as WebDataset has it: a tar of `000000.png` and `000000.cls`, and so on."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pictures = tuple[NDArray[np.uint8], NDArray[np.int64]]


def encode(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> bytes:
    """The bytes of a shard of pictures `[N, ...]` and labels `[N]`; always the same ones."""
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for number, (image, label) in enumerate(zip(images, labels.tolist(), strict=True)):
            drawn = io.BytesIO()
            Image.fromarray(image).save(drawn, "PNG")
            for ending, content in (("png", drawn.getvalue()), ("cls", str(label).encode())):
                member = tarfile.TarInfo(f"{number:06}.{ending}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return into.getvalue()


def decode(content: bytes, shape: tuple[int, ...]) -> Pictures:
    """Its pictures, which must be of `shape` (`[N, ...]`) together, and labels.

    Raises:
        Exception: anything, where it is no such shard; see `errors.damaged`.
    """
    images, labels = np.empty(shape, np.uint8), np.empty(shape[:1], np.int64)
    count = 0
    for found in _members(content):
        if count == len(images):
            raise ValueError(f"more than {count:,} pictures, which index.json says it holds")
        images[count] = _picture(found["png"], shape[1:])
        labels[count] = int(found["cls"])
        count += 1
    if count < len(images):
        raise ValueError(f"{count:,} pictures, where index.json says {len(images):,}")
    return images, labels


def _members(content: bytes) -> Iterator[dict[str, bytes]]:
    """What belongs to each picture, by the ending of its name. Names are never paths here."""
    with tarfile.open(fileobj=io.BytesIO(content), mode="r|") as archive:
        begun, found = "", dict[str, bytes]()
        for member in archive:
            stem, _, ending = member.name.partition(".")
            # A sparse file would be as large as it says, whatever there is of it.
            if ending not in ("png", "cls") or not member.isreg() or member.issparse():
                raise ValueError(f"{member.name[:80]!r} in it is neither .png nor .cls")
            if found and stem != begun:
                raise ValueError(f"{begun[:80]!r} has no .png or no .cls")
            file = archive.extractfile(member)
            assert file is not None
            begun, found[ending] = stem, file.read()
            if len(found) == 2:
                yield found
                found = {}
        if found:
            raise ValueError(f"{begun[:80]!r} has no .png or no .cls")


def _picture(content: bytes, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
        mode = "L" if len(shape) == 2 else "RGB"
        if (image.mode, image.height, image.width) != (mode, *shape[:2]):
            raise ValueError(f"a picture {image.height}x{image.width} {image.mode}")
        return np.asarray(image)
