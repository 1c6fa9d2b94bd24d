"""IDX files, the format MNIST is published in: a big-endian header, then unsigned bytes.

The header is two zero bytes, a type code (8: unsigned byte), the number of dimensions, and each
dimension as a 32-bit number. Files may be gzipped, which is recognised by content, not by name.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets import arrays, splits
from edgedigits.datasets.dataset import MOST_PICTURES, Dataset, Split
from edgedigits.errors import DataBad

_GZIP_MAGIC = b"\x1f\x8b"
_UNSIGNED_BYTE = 8
_BLOCK = 1 << 20
_AGAIN = "get the original file again, or go on without it: --dataset strokes"


def read_images(path: Path, most: int = MOST_PICTURES) -> NDArray[np.uint8]:
    """The pictures `uint8 [N, H, W]` of an IDX file of three dimensions, plain or gzipped.

    Args:
        path: the file.
        most: more pictures than this are refused before they are read.

    Raises:
        DataBad: when the file is missing, no IDX file of pictures, or not exactly as long as its
            header says.
    """
    return _read(path, 3, most)


def read_labels(path: Path, most: int = MOST_PICTURES) -> NDArray[np.uint8]:
    """The labels `uint8 [N]` of an IDX file of one dimension; otherwise as `read_images`."""
    return _read(path, 1, most)


def content_digest(array: NDArray[np.uint8]) -> str:
    """SHA-256, in hexadecimal, of the uncompressed IDX file that holds `array`."""
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, _UNSIGNED_BYTE, array.ndim, *array.shape)
    digest = hashlib.sha256(header)
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _read(path: Path, dimensions: int, most: int) -> NDArray[np.uint8]:
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == _GZIP_MAGIC
            file.seek(0)
            if zipped:
                with gzip.GzipFile(fileobj=file) as unzipped:
                    return _parse(cast("BinaryIO", unzipped), path, dimensions, most)
            return _parse(file, path, dimensions, most)
    except EOFError as error:
        raise DataBad(f"{path}: the gzip file is cut off", _AGAIN) from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataBad(f"{path}: the gzip file is damaged ({error})", _AGAIN) from error
    except OSError as error:
        raise DataBad(f"{path}: cannot be read ({error.strerror or error})", _AGAIN) from error


def _parse(stream: BinaryIO, path: Path, dimensions: int, most: int) -> NDArray[np.uint8]:
    header = stream.read(4 + 4 * dimensions)
    _check_magic(header[:4], path, dimensions)
    if len(header) < 4 + 4 * dimensions:
        raise DataBad(f"{path}: cut off within its header", _AGAIN)
    shape = struct.unpack(f">{dimensions}I", header[4:])
    if shape[0] > most:
        raise DataBad(f"{path}: {shape[0]} pictures in one file, at most {most} fit", _AGAIN)
    if any(side > 255 for side in shape[1:]):
        raise DataBad(f"{path}: pictures of {shape[1]}x{shape[2]} pixels are no digits", _AGAIN)
    size = math.prod(shape)
    if size > arrays.MOST_BYTES:
        raise DataBad(f"{path}: {size:,} bytes of pictures do not fit into memory", _AGAIN)
    data = _take(stream, size + 1)
    if len(data) < size:
        raise DataBad(f"{path}: cut off after {len(data):,} of {size:,} bytes", _AGAIN)
    if len(data) > size:
        raise DataBad(f"{path}: goes on after the {size:,} bytes that its header names", _AGAIN)
    return np.frombuffer(data, dtype=np.uint8).reshape(shape)


def _take(stream: BinaryIO, most: int) -> bytearray:
    """Up to `most` bytes, in blocks: what a forged header names is never reserved at once."""
    data = bytearray()
    while len(data) < most and (block := stream.read(min(_BLOCK, most - len(data)))):
        data += block
    return data


def _check_magic(magic: bytes, path: Path, dimensions: int) -> None:
    wanted = bytes((0, 0, _UNSIGNED_BYTE, dimensions))
    if magic == wanted:
        return
    kind = {3: "pictures", 1: "labels"}
    if len(magic) == 4 and magic[:3] == wanted[:3] and magic[3] in kind:
        raise DataBad(f"{path}: holds {kind[magic[3]]}, not {kind[dimensions]}", _AGAIN)
    raise DataBad(
        f"{path}: starts with {magic.hex() or 'nothing'}, not {wanted.hex()}: "
        f"no IDX file of {kind[dimensions]}",
        _AGAIN,
    )


@dataclass(frozen=True)
class Pair:
    """An IDX file of pictures and the one of their labels, found by name."""

    images: Path
    labels: Path

    @property
    def part(self) -> str:
        """`train`, `test`, or nothing when the name does not tell."""
        found = _PART.search(self.images.name)
        return "" if found is None else _PARTS[found[0].lower()]

    @property
    def series(self) -> str:
        """The name without its part and ending: the same for the pairs that belong together."""
        return _PART.sub("*", self.images.name.removesuffix(".gz"), count=1)

    def read(self) -> Split:
        """The pair's pictures and labels, checked.

        EMNIST stores its pictures by columns; files named after it are turned upright.
        """
        images = read_images(self.images)
        if self.is_emnist:
            images = images.transpose(0, 2, 1)
        labels = read_labels(self.labels)
        return arrays.to_split(images, labels, str(self.images))

    @property
    def is_emnist(self) -> bool:
        """Whether the file is named like one of EMNIST's."""
        return self.images.name.lower().startswith("emnist")


_PART = re.compile(r"(?<![a-z])(train|t10k|test)(?![a-z])", re.IGNORECASE)
_PARTS = {"train": "train", "t10k": "test", "test": "test"}
_IMAGES = re.compile(r"images?[-._]idx3", re.IGNORECASE)


def is_images_name(name: str) -> bool:
    """Whether a file is named like an IDX file of pictures (`train-images-idx3-ubyte.gz`)."""
    return _IMAGES.search(name) is not None


def labels_beside(images: Path) -> Path | None:
    """The file of labels that belongs to a file of pictures, in the same folder, or None."""
    plain = re.sub("image", "label", images.name, flags=re.IGNORECASE)
    plain = plain.replace("idx3", "idx1").replace("IDX3", "IDX1").removesuffix(".gz")
    for name in (plain, f"{plain}.gz"):
        if (images.parent / name).is_file() and name != images.name:
            return images.parent / name
    return None


def find_pairs(folder: Path) -> list[Pair]:
    """The pairs of pictures and labels in a folder, by name; a plain file goes before its `.gz`."""
    pairs: dict[str, Pair] = {}
    for images in sorted(folder.iterdir()):
        name = images.name.removesuffix(".gz")
        if name in pairs or not is_images_name(name) or not images.is_file():
            continue
        labels = labels_beside(images)
        if labels is not None:
            pairs[name] = Pair(images, labels)
    return list(pairs.values())


def load(path: Path, seed: int) -> Dataset:
    """The data set of an IDX file of pictures (labels beside it) or of a folder with such files.

    A folder holds one pair, or a training and a test pair; the latter is then the official test
    split. See `edgedigits.datasets.splits` for the others.

    Raises:
        DataBad: when pictures or labels are missing or broken, or it is unclear which are meant.
    """
    train, test = _pairs_at(path)
    note = ", stored by columns and turned upright" if train.is_emnist else ""
    return splits.make(
        name=path.name,
        origin=f"IDX files at {path}{note}",
        pictures=train.read(),
        test=None if test is None else test.read(),
        seed=seed,
    )


def _pairs_at(path: Path) -> tuple[Pair, Pair | None]:
    if path.is_file():
        labels = labels_beside(path)
        if labels is None:
            raise DataBad(
                f"{path}: there is no file of labels beside it",
                "pictures and labels go together: train-images-idx3-ubyte, train-labels-idx1-ubyte",
            )
        return Pair(path, labels), None
    pairs = find_pairs(path)
    if len(pairs) == 1:
        return pairs[0], None
    if len(pairs) == 2 and pairs[0].series == pairs[1].series:
        by_part = {pair.part: pair for pair in pairs}
        if set(by_part) == {"train", "test"}:
            return by_part["train"], by_part["test"]
    if not pairs:
        raise DataBad(
            f"{path}: holds no IDX pictures with their labels",
            "pictures and labels go together: train-images-idx3-ubyte, train-labels-idx1-ubyte",
        )
    names = ", ".join(pair.images.name for pair in pairs[:4])
    raise DataBad(
        f"{path}: holds {len(pairs)} pairs, unclear which is meant ({names})",
        f"name one file of pictures: --dataset {pairs[0].images}",
    )
