"""Labelled picture files of any number: each is decoded once, and a large set kept on disk."""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import PIL
from numpy.typing import NDArray

from edgedigits import json_file, progress
from edgedigits.datasets import decoding, on_disk, picture_cache, splits
from edgedigits.datasets.dataset import Dataset, Split
from edgedigits.errors import DataBad, EdgeDigitsError, damaged
from edgedigits.foreign_text import one_line, visible
from edgedigits.picture.form import DIGIT, SPECIFICATION, Form

FEW = 100
"""Pictures that are decoded anew each time: starting processes takes longer."""
HELD_BYTES = 128 << 20
"""Of pictures that are held in memory. More of them stay in the file."""
MOST_NAMED = 10
"""So many pictures that cannot be read are named, the first ones."""
VERSION = 1
"""Of what is kept on disk: other files than these are none that this program can use."""
PICTURES, RECORD = "pictures.npy", "record.json"
_MOST_RECORD_BYTES = 1 << 30
_RECORD: dict[str, Any] = {"fingerprint": str, "parts": [int], "unreadable": dict}
_MEND = "mend or remove what cannot be read"

Read = Callable[[Path, Form], NDArray[np.uint8]]
Found = tuple[Dataset, dict[int, str]]
"""A data set, and why which of the files are not in it, by their place."""


@dataclass(frozen=True, eq=False)
class Album:
    """Picture files with labels `int64 [N]`, places in `classes`, from a folder at `path`.

    `form` is what they are brought to, `seed` divides them into splits.
    """

    path: Path
    files: tuple[Path, ...]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    form: Form
    seed: int

    def key(self) -> str:
        """SHA-256 over all that its prepared pictures and their splits hang on. Of a file that is
        its name, size, and when it was changed."""
        files = [
            (str(file.relative_to(self.path)), found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            for file in self.files
            for found in [file.stat()]
        ]
        described = {
            "version": VERSION,
            "specification": SPECIFICATION,
            "decoder": PIL.__version__,
            "form": asdict(self.form),
            "seed": self.seed,
            "classes": self.classes,
            "labels": self.labels.tolist(),
            "files": files,
        }
        return hashlib.sha256(json.dumps(described).encode()).hexdigest()


def load(album: Album, read: Read) -> Dataset:
    """The data set of an album's pictures, without those that cannot be read: standard error says
    how many, and names the first.

    Raises:
        DataBad: not one picture of a class can be read.
        MachineLacks: there is no room for what is kept of a large set.
    """
    if len(album.files) < FEW:
        found = _at_once(album, read)
    else:
        key = album.key()
        reopened = _reopened(album, key)
        if reopened is None:
            with picture_cache.making(key) as staged:
                reopened = _prepared(album, staged)
        found = reopened
        picture_cache.tidy()
    dataset, unreadable = found
    _tell(album, unreadable)
    return dataset


def _at_once(album: Album, read: Read) -> Found:
    images, unreadable = [], {}
    for place, file in enumerate(album.files):
        try:
            images.append(read(file, album.form))
        except EdgeDigitsError as error:
            unreadable[place] = error.message
    _check(album, unreadable)
    pictures = _pictures(album, np.stack(images), unreadable)
    dataset = splits.make(album.path.name, _origin(album, unreadable), pictures, seed=album.seed)
    return dataset, unreadable


def _prepared(album: Album, place: Path) -> Found:
    """Decode an album into a folder of the cache."""
    with progress.showing("Preparing pictures", len(album.files)) as bar:
        found = decoding.decode(
            album.files, album.form, album.seed, place / PICTURES, tick=bar.advance
        )
    unreadable = {at: one for at, one in enumerate(found) if isinstance(one, str)}
    _check(album, unreadable)
    labels = album.labels[_kept(album, unreadable)]
    parts = splits.parts([key for key in found if isinstance(key, bytes)], labels)
    dataset = _opened(album, place, parts, unreadable)
    record = {
        "fingerprint": dataset.fingerprint,
        "parts": parts.tolist(),
        "unreadable": {str(at): one_line(why, 1000) for at, why in unreadable.items()},
    }
    (place / RECORD).write_text(json.dumps(record), "utf-8")
    return dataset, unreadable


def _reopened(album: Album, key: str) -> Found | None:
    """What was kept of an album; None where there is nothing, or nothing whole."""
    place = picture_cache.find(key)
    if place is None:
        return None
    try:
        with damaged(place, "it is made again"):
            record = json_file.read(place / RECORD, _MOST_RECORD_BYTES)
            json_file.check(record, _RECORD)
            parts = np.array(record["parts"], np.int64)
            unreadable = {int(at): str(why) for at, why in record["unreadable"].items()}
            dataset = _opened(album, place, parts, unreadable)
            if dataset.fingerprint != record["fingerprint"]:
                raise ValueError("its pictures have changed")
            return dataset, unreadable
    except DataBad:
        picture_cache.drop(key)
        return None


def _opened(
    album: Album, place: Path, parts: NDArray[np.int64], unreadable: dict[int, str]
) -> Dataset:
    images = on_disk.Held(place / PICTURES).all()
    if images.shape != (len(album.files), *album.form.shape):
        raise ValueError(f"pictures {list(images.shape)}")
    pictures = _pictures(album, on_disk.taken(images, _kept(album, unreadable)), unreadable)
    dataset = splits.divided(album.path.name, _origin(album, unreadable), pictures, parts)
    if album.form == DIGIT or math.prod(images.shape) <= HELD_BYTES:
        return replace(
            dataset,
            train=_in_memory(dataset.train),
            validation=_in_memory(dataset.validation),
            test=_in_memory(dataset.test),
        )
    return dataset


def _in_memory(split: Split) -> Split:
    return replace(split, images=split.images[:])


def _pictures(album: Album, images: NDArray[np.uint8], unreadable: dict[int, str]) -> Split:
    return Split(images, album.labels[_kept(album, unreadable)], album.classes)


def _kept(album: Album, unreadable: dict[int, str]) -> NDArray[np.int64]:
    return np.setdiff1d(np.arange(len(album.files)), np.fromiter(unreadable, np.int64))


def _check(album: Album, unreadable: dict[int, str]) -> None:
    """Refuse an album that loses a class."""
    kept = _kept(album, unreadable)
    lost = np.setdiff1d(album.labels, album.labels[kept])
    if len(lost):
        first = int(np.argmax(album.labels == lost[0]))
        raise DataBad(
            f"no picture of {album.classes[int(lost[0])]} can be read: {unreadable[first]}", _MEND
        )


def _origin(album: Album, unreadable: dict[int, str]) -> str:
    """Where the pictures came from, in words."""
    left_out = f"; {len(unreadable):,} left out, as they cannot be read" if unreadable else ""
    return f"pictures in {album.path}{left_out}"


def _tell(album: Album, unreadable: dict[int, str]) -> None:
    if not unreadable:
        return
    named = [one_line(unreadable[at], 1000) for at in sorted(unreadable)[:MOST_NAMED]]
    lines = [
        f"note: {len(unreadable):,} of {len(album.files):,} pictures in {visible(str(album.path))} "
        "cannot be read and are left out:",
        *(f"  {line}" for line in named),
        *(["  …"] if len(unreadable) > len(named) else []),
    ]
    print("\n".join(lines), file=sys.stderr)
