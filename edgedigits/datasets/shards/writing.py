"""Shards written: the same pictures give the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from edgedigits.datasets.dataset import BLOCK_BYTES, Split
from edgedigits.datasets.shards import index as indices
from edgedigits.datasets.shards import npz_shard, tar_shard
from edgedigits.datasets.shards.index import Index, Shard, Stored
from edgedigits.errors import WrongUse, check_known

ENCODERS = {"npz": npz_shard.encode, "tar": tar_shard.encode}


def size_of(split: Split, kind: str, asked: int | None) -> int:
    """How many pictures a shard is to hold: as `asked`, or as many as are looked at together.

    Raises:
        WrongUse: there is no such kind, or these are more than one shard or all can hold.
    """
    check_known("kind", kind, indices.KINDS)
    pixels = max(1, math.prod(split.images.shape[1:]))
    most = indices.MOST_SHARD_BYTES // pixels
    size = max(1, BLOCK_BYTES // pixels) if asked is None else asked
    if size > most:
        raise WrongUse(
            f"{size:,} pictures of {pixels:,} bytes are too many for one shard",
            f"at most: --pictures-per-shard {most}",
        )
    if len(split) > indices.MOST_PICTURES:
        raise WrongUse(
            f"{len(split):,} pictures are more than shards may hold together",
            f"take fewer: --limit {indices.MOST_PICTURES}",
        )
    return min(size, max(1, len(split)))


def write(
    folder: Path, split: Split, kind: str, size: int, tick: Callable[[int], None] | None = None
) -> Index:
    """Write shards of `size` pictures, their labels and the index into an empty folder.

    `tick` is told how many pictures were written.

    Raises:
        OSError: the folder cannot be written.
    """
    shards = []
    for number, start in enumerate(range(0, len(split), size)):
        images, labels = split.images[start : start + size], split.labels[start : start + size]
        stored = _store(folder, f"{number:06}.{kind}", ENCODERS[kind](images, labels))
        shards.append(Shard(stored.name, stored.bytes, stored.sha256, len(labels)))
        if tick is not None:
            tick(len(labels))
    numbers = io.BytesIO()
    np.save(numbers, split.labels.astype("<i4"))
    labels_file = _store(folder, indices.LABELS, numbers.getvalue())
    shape = tuple(int(side) for side in split.images.shape[1:])
    index = Index(kind, split.classes, shape, labels_file, tuple(shards))
    (folder / indices.NAME).write_text(json.dumps(index.as_json(), indent=1) + "\n", "utf-8")
    return index


def _store(folder: Path, name: str, content: bytes) -> Stored:
    (folder / name).write_bytes(content)
    return Stored(name, len(content), hashlib.sha256(content).hexdigest())
