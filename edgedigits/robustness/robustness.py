"""How much of a model's accuracy is left when pictures are not as clean as those it is tested on.

A model and labelled pictures make a `Robustness`: a `Score` for the pictures as they are, for every
distortion of them, and for every mistake in preparing them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edgedigits.datasets.dataset import Split
from edgedigits.errors import check_known
from edgedigits.picture import picture
from edgedigits.reading.predictor import Answering
from edgedigits.robustness import distortions, wrong_preparation
from edgedigits.robustness.distortions import Distorted, Distortion
from edgedigits.robustness.wrong_preparation import WrongPreparation
from edgedigits.runtimes.base import TakesValues
from edgedigits.verification import parity
from edgedigits.verification.parity import Share

CLEAN = "clean"
WRONG = "wrong-preparation"
"""The family of all mistakes in preparing a picture."""
PREPARED_FAMILIES = frozenset(
    {"shift", "scale", "thickness", "noise", "blur", "contrast", "inversion"}
)
"""What picture preparation is there to undo. It turns nothing upright and draws nothing anew."""


@dataclass(frozen=True)
class WayScore:
    """The pictures that went one way of a distortion, such as those that were moved up."""

    name: str
    pictures: int
    right: int
    accuracy: Share


@dataclass(frozen=True)
class Prepared:
    """The first so many of the same pictures, sent through picture preparation first.

    `blank` counts those in which it found no ink; they count as wrong. `right_as_it_is` counts what
    was answered right of these very pictures without it.
    """

    pictures: int
    right: int
    right_as_it_is: int
    blank: int
    accuracy: Share


@dataclass(frozen=True)
class Score:
    """A model's answers to pictures that were changed in one way.

    Attributes:
        family: what kind of change it is: `clean`, a distortion's family or `wrong-preparation`.
        right: how many of `pictures` were answered right.
        ways: the same for each direction of the change, where there are several.
        ink_lost_percent: the ink that was lost, in the mean; None where none can be.
        pictures_cut: the pictures that lost any.
        prepared: None where preparation is not measured or not what the change is about.
    """

    name: str
    family: str
    summary: str
    pictures: int
    right: int
    accuracy: Share
    ways: tuple[WayScore, ...] = ()
    ink_lost_percent: float | None = None
    pictures_cut: int | None = None
    prepared: Prepared | None = None


@dataclass(frozen=True)
class Robustness:
    """Everything that was measured. `seed` decides directions, noise and hidden places."""

    seed: int
    prepared_pictures: int
    clean: Score
    distortions: tuple[Score, ...]
    wrong_preparations: tuple[Score, ...]

    @property
    def scores(self) -> tuple[Score, ...]:
        """All of them, the clean one first."""
        return (self.clean, *self.distortions, *self.wrong_preparations)


@dataclass(frozen=True)
class Changes:
    """What is to be done to the pictures."""

    distortions: tuple[Distortion, ...]
    wrong_preparations: tuple[WrongPreparation, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all scores there will be."""
        spoilt = (each.name for each in self.distortions)
        return (CLEAN, *spoilt, *(each.name for each in self.wrong_preparations))

    @property
    def prepared_names(self) -> tuple[str, ...]:
        """The names of the scores that are also measured after preparation."""
        spoilt = (each.name for each in self.distortions if each.family in PREPARED_FAMILIES)
        return (CLEAN, *spoilt, *(each.name for each in self.wrong_preparations if each.seen))


def choose(model: Answering, only: Sequence[str] | None = None) -> Changes:
    """All changes that can be made to the pictures of `model`, or those of these names or families.

    Raises:
        WrongUse: there is no such name; the nearest one is suggested.
    """
    every = tuple(distortions.DISTORTIONS.values())
    wrong = wrong_preparation.cases(model.pixels if isinstance(model, TakesValues) else None)
    if only is None:
        return Changes(every, wrong)
    names = [name for each in every for name in (each.family, each.name)]
    names += [WRONG, *(each.name for each in wrong)]
    for name in only:
        check_known("distortion", name, dict.fromkeys(names))
    asked = set(only)
    return Changes(
        tuple(each for each in every if asked & {each.family, each.name}),
        tuple(each for each in wrong if asked & {WRONG, each.name}),
    )


def measure(
    model: Answering,
    split: Split,
    changes: Changes,
    *,
    prepared: int = 0,
    seed: int = 0,
    tick: Callable[[], None] = lambda: None,
) -> Robustness:
    """Ask a model about pictures as they are and under each change.

    Args:
        model: answers `uint8 [N, 28, 28]`.
        split: the pictures, at least one, with their labels.
        changes: what is done to them.
        prepared: how many, the first, also go through picture preparation.
        seed: decides directions, noise and hidden places.
        tick: called after every change, the clean pictures included.

    Raises:
        ValueError: there are no pictures.
    """
    if len(split) == 0:
        raise ValueError("there are no pictures to distort")
    subject = _Subject(model, split, min(prepared, len(split)), tick)
    return Robustness(
        seed,
        subject.prepared,
        subject.clean(),
        tuple(subject.distorted(each, seed) for each in changes.distortions),
        tuple(subject.wrong(each) for each in changes.wrong_preparations),
    )


@dataclass(frozen=True)
class _Subject:
    """A model, what it is asked about, and how many of these pictures are prepared."""

    model: Answering
    split: Split
    prepared: int
    tick: Callable[[], None]

    def clean(self) -> Score:
        images = self.split.images
        right = self._right(self.model.probabilities(images))
        return self._score(CLEAN, CLEAN, "pictures as they are", right, _grey(self._few(images)))

    def distorted(self, distortion: Distortion, seed: int) -> Score:
        done = distortions.distort(self.split.images, distortion, seed)
        right = self._right(self.model.probabilities(done.images))
        is_prepared = distortion.family in PREPARED_FAMILIES
        score = self._score(
            distortion.name, distortion.family, distortion.summary, right,
            _grey(self._few(done.images)) if is_prepared else None,
        )  # fmt: skip
        if len(distortion.ways) > 1:
            score = replace(score, ways=_by_way(distortion, done, right))
        if done.ink_lost is not None:
            lost = 100 * float(done.ink_lost.mean())
            cut = int((done.ink_lost > 0).sum())
            score = replace(score, ink_lost_percent=lost, pictures_cut=cut)
        return score

    def wrong(self, case: WrongPreparation) -> Score:
        images = self.split.images
        given = images if case.change is None else case.change(images)
        if case.fed is None:
            answers = self.model.probabilities(given)
        else:
            assert isinstance(self.model, TakesValues)
            answers = self.model.probabilities_of(case.fed.values(given))
        colours = None if case.seen is None else case.seen(self._few(images))
        return self._score(case.name, WRONG, case.summary, self._right(answers), colours)

    def _few(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return images[: self.prepared]

    def _right(self, answers: NDArray[np.float32]) -> NDArray[np.bool_]:
        """An answer that is not finite is wrong."""
        labels = self.split.labels[: len(answers)]
        finite = np.isfinite(answers).all(axis=1)
        right: NDArray[np.bool_] = finite & (answers.argmax(axis=1) == labels)
        return right

    def _score(
        self,
        name: str,
        family: str,
        summary: str,
        right: NDArray[np.bool_],
        colours: NDArray[np.uint8] | None,
    ) -> Score:
        """What came of one change; `colours` `[n, 28, 28, 3]` go through preparation."""
        prepared = None
        if colours is not None and len(colours):
            prepared = self._prepared(colours, right)
        self.tick()
        count = int(right.sum())
        return Score(name, family, summary, len(right), count, _share(right), prepared=prepared)

    def _prepared(self, colours: NDArray[np.uint8], as_it_is: NDArray[np.bool_]) -> Prepared:
        found, inked = np.zeros(colours.shape[:3], np.uint8), np.ones(len(colours), np.bool_)
        whole = np.full((*colours.shape[1:3], 4), 255, np.uint8)
        for index, each in enumerate(colours):
            whole[..., :3] = each
            try:
                found[index] = picture.prepare(whole)
            except picture.NoInk:
                inked[index] = False
        right = inked & self._right(self.model.probabilities(found))
        before, blank = int(as_it_is[: len(right)].sum()), int((~inked).sum())
        return Prepared(len(right), int(right.sum()), before, blank, _share(right))


def _grey(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(images[..., None], 3, axis=3)


def _share(right: NDArray[np.bool_]) -> Share:
    return parity.wilson(int(right.sum()), len(right))


def _by_way(
    distortion: Distortion, done: Distorted, right: NDArray[np.bool_]
) -> tuple[WayScore, ...]:
    """Each direction by itself; with fewer pictures than directions some have none."""
    parts = [(way.name, right[done.ways == k]) for k, way in enumerate(distortion.ways)]
    return tuple(
        WayScore(name, len(part), int(part.sum()), _share(part))
        for name, part in parts
        if len(part)
    )
