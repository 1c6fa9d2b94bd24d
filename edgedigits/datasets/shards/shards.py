"""A data set in shards, of which a few are in memory at a time."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits import json_file
from edgedigits.datasets import classes
from edgedigits.datasets.dataset import Dataset, Split
from edgedigits.datasets.made import Made
from edgedigits.datasets.shards import index as indices
from edgedigits.datasets.shards import npz_shard, tar_shard
from edgedigits.datasets.shards.index import Index, Stored
from edgedigits.datasets.shards.store import HINT, Store, is_url
from edgedigits.errors import DataBad, PicturesBad, damaged
from edgedigits.picture.form import DIGIT, Form

DECODERS = {"npz": npz_shard.decode, "tar": tar_shard.decode}
_FORMAT: Any = np.lib.format


@dataclass(frozen=True, eq=False)
class Shards:
    """Those of an index, read when they are asked for; `labels` `int64 [N]` are those of all."""

    store: Store
    index: Index
    labels: NDArray[np.int64] = field(repr=False)

    def read(self, number: int) -> NDArray[np.uint8]:
        """The pictures `[N, ...]` of the shard of a number, from 0 on.

        Raises:
            PicturesBad: it is not what the index says, or not there.
        """
        try:
            return self._read(number)
        except DataBad as error:
            raise PicturesBad(error.message, error.hint) from error

    def _read(self, number: int) -> NDArray[np.uint8]:
        shard, first = self.index.shards[number], self.index.shards[0].pictures
        content = checked(self.store, shard)
        with damaged(self.store.said(shard.name), HINT):
            images, labels = DECODERS[self.index.kind](
                content, (shard.pictures, *self.index.picture)
            )
            start = number * first
            if not np.array_equal(labels, self.labels[start : start + shard.pictures]):
                raise ValueError(f"its labels are not those in {self.index.labels.name}")
        return images


def holds(place: str) -> bool:
    """Whether it is a URL, or a folder that has an index and no folders, as of classes, in it."""
    if is_url(place):
        return True
    folder = Path(place)
    return (folder / indices.NAME).is_file() and not any(each.is_dir() for each in folder.iterdir())


def load(root: str, form: Form = DIGIT, wanted: classes.Wanted = None) -> Dataset:
    """The shards in a folder or under a URL: test pictures all, in order.

    Args:
        root: the folder, or the URL.
        form: what the pictures must be: shards are of one form.
        wanted: what the labels are to be places in, or how many; by the index unless told.

    Raises:
        DataBad: the index or the labels are missing or damaged, or of another form.
        MachineLacks: what reads such a URL is not installed.
    """
    store = Store(root)
    content = store.read(indices.NAME, json_file.MOST_BYTES)
    with damaged(store.said(indices.NAME), HINT):
        if len(content) > json_file.MOST_BYTES:
            raise ValueError(f"it is larger than {json_file.MOST_BYTES:,} bytes")
        index = indices.read(content)
    if index.picture != form.shape:
        raise DataBad(
            f"{root}: pictures {list(index.picture)}, the model takes {list(form.shape)}",
            "write shards for it: edgedigits datasets shard DATASET --bundle BUNDLE --out FOLDER",
        )
    labels = _labels(store, index)
    size = index.shards[0].pictures
    # Each thread may be at another shard, and none is to be read anew for every few pictures.
    least = (os.cpu_count() or 1) + 2
    read = Shards(store, index, labels).read
    made = Made(read, size, index.pictures, index.picture, least=least)
    names = classes.meant(index.classes, wanted, root)
    split = Split(made.as_array(), labels, names)
    if isinstance(wanted, tuple):
        split = classes.renamed(split, wanted, root)
    nothing = Split(np.empty((0, *index.picture), np.uint8), labels[:0], split.classes)
    count = len(index.shards)
    where = f"{count:,} shard{'s' if count > 1 else ''} {'under' if is_url(root) else 'in'} {root}"
    return Dataset(
        store.name,
        where,
        train=nothing,
        validation=nothing,
        test=split,
        official_test=True,
        said=index.fingerprint,
    )


def checked(store: Store, file: Stored) -> bytes:
    """The bytes of a file that an index names.

    Raises:
        DataBad: it is not what the index says, or not there.
    """
    content, where = store.read(file.name, file.bytes), store.said(file.name)
    if len(content) > file.bytes:
        raise DataBad(f"{where} is longer than {indices.NAME} says: {file.bytes:,} bytes", HINT)
    if len(content) < file.bytes:
        raise DataBad(f"{where} is cut off: {len(content):,} of {file.bytes:,} bytes", HINT)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DataBad(f"{where} has another SHA-256 than {indices.NAME} says", HINT)
    return content


def _labels(store: Store, index: Index) -> NDArray[np.int64]:
    content = io.BytesIO(checked(store, index.labels))
    with damaged(store.said(index.labels.name), HINT):
        _FORMAT.read_magic(content)
        shape, _, kind = _FORMAT.read_array_header_1_0(content)
        if shape != (index.pictures,) or kind.kind not in "iu":
            raise ValueError(f"{kind} {list(shape)}, for {index.pictures:,} pictures")
        content.seek(0)
        labels: NDArray[np.int64] = _FORMAT.read_array(content, allow_pickle=False).astype(np.int64)
        if not (labels.min() >= 0 and labels.max() < len(index.classes)):
            raise ValueError(f"a label outside 0..{len(index.classes) - 1}")
    return labels
