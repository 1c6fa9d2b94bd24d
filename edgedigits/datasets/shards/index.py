"""`index.json`: which shards there are, in order, and what they must be."""

from __future__ import annotations

import hashlib
import json
import math
import re
from dataclasses import asdict, dataclass
from typing import Any

from edgedigits import json_file
from edgedigits.datasets import classes

NAME = "index.json"
LABELS = "labels.npy"
SCHEMA_VERSION = 1
KINDS = ("npz", "tar")
MOST_PICTURES = 10_000_000
"""Of all shards together; their labels are held in memory."""
MOST_SHARD_BYTES = 1 << 26
"""Of the pixels of one shard: some shards are held in memory at a time."""
_MOST_FILE_BYTES = 1 << 28
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Stored:
    """A file: its plain name, size and SHA-256 in hexadecimal."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Shard(Stored):
    """A file of so many pictures."""

    pictures: int


@dataclass(frozen=True)
class Index:
    """What `index.json` says. All shards but the last hold equally many pictures.

    Attributes:
        kind: one of `KINDS`.
        picture: shape of one picture, `[H, W]` in grey or `[H, W, 3]` in colour.
        labels: the file of all labels, integers `[N]`, places in `classes`.
    """

    kind: str
    classes: tuple[str, ...]
    picture: tuple[int, ...]
    labels: Stored
    shards: tuple[Shard, ...]

    @property
    def pictures(self) -> int:
        """How many there are in all shards."""
        return sum(shard.pictures for shard in self.shards)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over all that it says, in hexadecimal."""
        said = json.dumps(self.as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """What `read` reads."""
        return {"schema_version": SCHEMA_VERSION, **asdict(self)}


_STORED: json_file.Form = json_file.form_of(Stored)
_SHARD: json_file.Form = json_file.form_of(Shard)
_FORM: json_file.Form = {
    "schema_version": int,
    "kind": str,
    "classes": [str],
    "picture": [int],
    "labels": _STORED,
    "shards": [_SHARD],
}


def read(content: bytes) -> Index:
    """The index in a JSON text.

    Raises:
        ValueError: it is no index, or one that cannot be true.
        DataBad: its classes are no names.
    """
    found = json_file.parse(content)
    json_file.check(found, _FORM)
    if found["schema_version"] != SCHEMA_VERSION:
        raise ValueError(f"its schema_version is {found['schema_version']}, not {SCHEMA_VERSION}")
    for part, form in ((found, _FORM), (found["labels"], _STORED), *_each(found["shards"])):
        if more := sorted(set(part) - set(form)):
            raise ValueError(f"it says {more[0][:40]!r}, which is nothing that is known")
    index = Index(
        found["kind"],
        classes.checked(found["classes"], NAME),
        tuple(found["picture"]),
        Stored(**found["labels"]),
        tuple(Shard(**each) for each in found["shards"]),
    )
    _check(index)
    return index


def _each(shards: list[Any]) -> list[tuple[Any, json_file.Form]]:
    return [(each, _SHARD) for each in shards]


def _check(index: Index) -> None:
    files = (index.labels, *index.shards)
    for file in files:
        if not _PLAIN.fullmatch(file.name):
            raise ValueError(f"{file.name[:80]!r} is no plain name of a file")
        if not _DIGEST.fullmatch(file.sha256) or not 0 < file.bytes <= _MOST_FILE_BYTES:
            raise ValueError(f"{file.name} has no size or digest that a file can have")
    if len({file.name for file in files} | {NAME}) <= len(files):
        raise ValueError("two of its files have the same name")
    if index.kind not in KINDS:
        raise ValueError(f"kind {index.kind[:40]!r} is none of {', '.join(KINDS)}")
    shape = index.picture
    if len(shape) not in (2, 3) or shape[2:] not in ((), (3,)) or min(shape) < 1:
        raise ValueError(f"pictures of shape {list(shape)[:9]}")
    if not index.shards:
        raise ValueError("it names no shards")
    first, *others = [shard.pictures for shard in index.shards]
    if any(count != first for count in others[:-1]) or not 1 <= (others or [first])[-1] <= first:
        raise ValueError("its shards but the last do not hold equally many pictures")
    if first * math.prod(shape) > MOST_SHARD_BYTES or index.pictures > MOST_PICTURES:
        raise ValueError(
            f"{first:,} pictures in a shard and {index.pictures:,} in all are more than can be read"
        )
