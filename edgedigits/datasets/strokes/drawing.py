"""Signs that are drawn: any number of pictures, the same for the same seed.

Pictures come in chunks of fixed size, each from its own random stream, so the same bytes come out
however many pictures are asked for, and however many threads or processes draw them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import MOST_PICTURES, SIDE, Dataset, Split
from edgedigits.datasets.made import Made
from edgedigits.datasets.strokes.hand import Hand, write
from edgedigits.datasets.strokes.paths import Alphabet
from edgedigits.errors import WrongUse

CHUNK = 500
"""Pictures in a chunk."""

SAMPLES, TEST_SAMPLES = 60_000, 10_000
_TRAIN, _VALIDATION, _TEST = 0, 1, 2

Pictures = tuple[NDArray[np.uint8], NDArray[np.int64]]


@dataclass(frozen=True)
class Drawing:
    """A data set that is drawn.

    Attributes:
        name: of the data set.
        what: its signs, in words.
        classes: names of the signs; labels are places in them.
        alphabet: their ways of writing, by label.
        hand: whose writing it is.
        version: of what comes out for a seed: another version's pictures are other ones.
        usual: SHA-256 of the first chunk of seed 0, and the fingerprint of `load()`, where it is
            known: who needs none but the test pictures need not draw the others for it.
    """

    name: str
    what: str
    classes: tuple[str, ...]
    alphabet: Callable[[], Alphabet]
    hand: Hand = field(default_factory=Hand)
    version: int = 1
    usual: tuple[str, str] | None = None

    def draw(self, count: int, seed: int, *, labels: NDArray[np.int64] | None = None) -> Pictures:
        """`count` pictures and their labels, the first pictures of any longer drawing of `seed`.

        Args:
            count: how many pictures.
            seed: not negative.
            labels: what to draw, `int64 [count]`, places in `classes`; without them every run of
                as many pictures as there are classes holds each once, in an order of the seed's.

        Returns:
            Images `uint8 [count, 28, 28]`, ink bright on dark, and labels `int64 [count]`.

        Raises:
            WrongUse: a negative count or seed, or labels that are not `count` classes.
        """
        return self._draw(count, seed, _TRAIN, labels)

    def chunk(
        self, index: int, seed: int, *, epoch: int = 0, labels: NDArray[np.int64] | None = None
    ) -> Pictures:
        """Chunk number `index`: `CHUNK` pictures that depend on nothing but these arguments.

        `draw` is chunks 0, 1, … of epoch 0. `labels`, when given, are `int64 [CHUNK]`.
        """
        return self._chunk(index, seed, _TRAIN, epoch, labels)

    def stream(self, seed: int, epoch: int, count: int, batch: int) -> Iterator[Pictures]:
        """`count` fresh pictures in batches, other ones each epoch, with memory for one chunk.

        Epoch 0 is `draw(count, seed)`. Every batch has `batch` pictures, the last one what is left.
        """
        _check(count, seed)
        if batch < 1:
            raise WrongUse(f"a batch needs at least one picture, not {batch}")
        left_images = np.empty((0, SIDE, SIDE), np.uint8)
        left_labels = np.empty(0, np.int64)
        for index in range(-(-count // CHUNK)):
            images, labels = self.chunk(index, seed, epoch=epoch)
            wanted = min(CHUNK, count - index * CHUNK)
            left_images = np.concatenate([left_images, images[:wanted]])
            left_labels = np.concatenate([left_labels, labels[:wanted]])
            whole = len(left_labels) // batch * batch
            for start in range(0, whole, batch):
                yield left_images[start : start + batch], left_labels[start : start + batch]
            left_images, left_labels = left_images[whole:], left_labels[whole:]
        if len(left_labels):
            yield left_images, left_labels

    def load(self, samples: int = SAMPLES, seed: int = 0, *, later: bool = False) -> Dataset:
        """`samples` training pictures, with validation and test pictures from streams of their own.

        There are 10,000 test pictures, the same whatever `samples` is, and 5,000 validation
        pictures or a tenth of `samples` where that is less. With `later` these and the training
        pictures are drawn when they are looked at, where their fingerprint is known without.

        Raises:
            WrongUse: fewer samples than classes, more than a million, or a negative seed.
        """
        count = len(self.classes)
        if samples > MOST_PICTURES:
            raise WrongUse(
                f"{samples:,} samples do not fit into memory",
                f"ask for at most {MOST_PICTURES:,}; a training draws any number as it goes on",
            )
        if samples < count:
            raise WrongUse(
                f"{samples} samples cannot hold {self.what}", f"ask for at least {count} samples"
            )
        said = self._known() if later and (samples, seed) == (SAMPLES, 0) else None
        splits = [
            Split(*self._draw(many, seed, purpose, None), self.classes)
            if said is None or purpose == _TEST
            else self._made(many, seed, purpose)
            for purpose, many in (
                (_TRAIN, samples),
                (_VALIDATION, min(5_000, max(count, samples // 10))),
                (_TEST, TEST_SAMPLES),
            )
        ]
        return Dataset(
            name=self.name,
            origin="drawn by edgedigits from pen-stroke skeletons, "
            f"version {self.version}, seed {seed}",
            train=splits[0],
            validation=splits[1],
            test=splits[2],
            official_test=True,
            more=lambda wanted: self._made(wanted, seed, _TEST),
            said=said,
        )

    def _known(self) -> str | None:
        """The fingerprint of the usual pictures, if this machine draws them as they were drawn."""
        if self.usual is None:
            return None
        first, fingerprint = self.usual
        drawn = hashlib.sha256(self.chunk(0, 0)[0].tobytes()).hexdigest()
        return fingerprint if drawn == first else None

    def _made(self, count: int, seed: int, purpose: int) -> Split:
        """So many pictures, drawn when they are looked at; their labels are drawn now."""
        labels = [
            self._begun(index, seed, purpose, 0)[1] for index in range(max(1, -(-count // CHUNK)))
        ]
        images = Made(
            lambda index: self._chunk(index, seed, purpose, 0, None)[0], CHUNK, count, (SIDE, SIDE)
        )
        return Split(images.as_array(), np.concatenate(labels)[:count], self.classes)

    def _draw(
        self, count: int, seed: int, purpose: int, labels: NDArray[np.int64] | None
    ) -> Pictures:
        """`count` pictures from the chunks of one purpose's stream."""
        _check(count, seed)
        chunks = -(-count // CHUNK)
        images = np.empty((count, SIDE, SIDE), np.uint8)
        found = np.empty(count, np.int64)
        if labels is not None:
            labels = self._checked_labels(labels, count)
        for index in range(chunks):
            place = slice(index * CHUNK, min((index + 1) * CHUNK, count))
            size = place.stop - place.start
            wanted = None
            if labels is not None:
                wanted = np.zeros(CHUNK, np.int64)
                wanted[:size] = labels[place]
            some_images, some_labels = self._chunk(index, seed, purpose, 0, wanted)
            images[place], found[place] = some_images[:size], some_labels[:size]
        return images, found

    def _chunk(
        self, index: int, seed: int, purpose: int, epoch: int, labels: NDArray[np.int64] | None
    ) -> Pictures:
        """The pictures of one chunk; always `CHUNK` of them, so that every batch has one shape."""
        rng, order = self._begun(index, seed, purpose, epoch)
        labels = order if labels is None else labels
        alphabet = self.alphabet()
        ways = alphabet.choose(labels, rng.random(CHUNK))
        return write(alphabet, ways, rng, self.hand), labels

    def _begun(
        self, index: int, seed: int, purpose: int, epoch: int
    ) -> tuple[np.random.Generator, NDArray[np.int64]]:
        """A chunk's random stream, and the labels that come out of it first."""
        _check(index, seed)
        key = np.random.SeedSequence(seed, spawn_key=(purpose, epoch, index))
        rng = np.random.default_rng(key)
        count = len(self.classes)
        runs = np.tile(np.arange(count), (-(-CHUNK // count), 1))
        return rng, rng.permuted(runs, axis=1).reshape(-1)[:CHUNK].astype(np.int64)

    def _checked_labels(self, labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        """`labels` as int64, or why they cannot be drawn."""
        labels = np.asarray(labels)
        if labels.shape != (count,) or not np.issubdtype(labels.dtype, np.integer):
            raise WrongUse(
                f"labels must be {count} whole numbers, not {labels.dtype} {labels.shape}"
            )
        if count and not (labels.min() >= 0 and labels.max() < len(self.classes)):
            raise WrongUse(f"labels must lie in 0..{len(self.classes) - 1}")
        return labels.astype(np.int64)


def _check(count: int, seed: int) -> None:
    """Refuse negative numbers."""
    if count < 0:
        raise WrongUse(f"cannot draw {count} pictures")
    if seed < 0:
        raise WrongUse(f"a seed is 0 or more, not {seed}")
