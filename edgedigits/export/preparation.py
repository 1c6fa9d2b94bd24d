"""Does the float model get its pictures the way it was trained to? Asked before anything is built.

A model fed with another pixel range or with inverted ink often still answers well enough to look
right, so that nobody notices; comparing with the other usual ways of preparing finds it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from converters import frozen_graph, saved_model
from edgedigits.bundle.artifact import InputContract
from edgedigits.datasets.dataset import Split
from edgedigits.errors import BudgetBroken, WrongUse
from edgedigits.export.source import Source
from edgedigits.picture.form import DIGIT, DIGIT_FIT
from edgedigits.runtimes import base
from edgedigits.verification import parity

RANGES = ((0.0, 255.0), (0.0, 1.0), (-1.0, 1.0))
INVERTED = ((255.0, 0.0), (1.0, 0.0))
"""Of digits: ink dark on bright."""
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
"""Mean and standard deviation of red, green and blue in 0..1, as torchvision's models take them."""
CAFFE = (103.939, 116.779, 123.68)
"""Mean of blue, green and red in 0..255, as models that came from Caffe take them."""
LEAST_GAIN_POINTS = 1.0
LEAST_PERCENT = 30.0
"""A preparation with which fewer answers are right is none that a model was trained with: one that
has learned nothing does better with this or that by chance. Of more than ten classes, three times
what chance gives."""

LEAST_OF_A_CLASS = 20
LEAST_NAMED_POINTS = 5.0
"""Of a model that has learned, another order of classes is none better but by chance."""

WORTH_A_LOOK_POINTS = 0.4
PICTURES = 500
MORE_PICTURES = 4_000
LOG_LOSS_SHARE = 0.5
LOG_LOSS_GAIN = 0.02
SURE = 0.001
"""Another preparation is better when its paired advantage has a McNemar p below this."""


def float_probabilities(
    source: Source, images: NDArray[np.uint8], pixels: InputContract
) -> NDArray[np.float32]:
    """Probabilities `[N, classes]` of the float model for pictures fed as `pixels` says."""
    return _answers(source, images, (pixels,))[0]


def exact_probabilities(source: Source, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The float model's probabilities `[N, classes]`, the same bits from every export on a
    machine."""
    values = source.pixels.values(images).reshape(-1, *source.model.input_shape)
    answers = saved_model.predict_exactly(source.model, values)
    return base.softmax(answers) if source.logits else answers


def _answers(
    source: Source, images: NDArray[np.uint8], ways: Sequence[InputContract]
) -> list[NDArray[np.float32]]:
    """Probabilities for the same pictures fed in each of several ways."""
    # One for all of them: starting TensorFlow on a graph takes longer than some hundred answers.
    answer, shape = frozen_graph.rows(source.model.function), source.model.input_shape
    tables = [
        np.concatenate([answer(values.reshape(-1, *shape)) for values in way.blocks(images)])
        for way in ways
    ]
    return [base.softmax(table) for table in tables] if source.logits else tables


def check(source: Source) -> None:
    """Compare the stated preparation with the other usual ones on `PICTURES` of the training split.

    Where another one looks better on them, but not surely, up to `MORE_PICTURES` decide.

    Raises:
        BudgetBroken: the model answers clearly better with another range, order of channels or mean
            and standard deviation, or with numbers that are not finite.
        WrongUse: its answers are no probabilities, and nobody said that they are logits.
    """
    train = source.dataset.train
    # A set may be sorted by digit, so the pictures are drawn.
    drawn = np.random.default_rng(0).permutation(len(train))
    rivals = _rivals(source, train.take(drawn[:PICTURES]), usual(source.pixels))
    unsure = [r.pixels for r in rivals if r.points >= WORTH_A_LOOK_POINTS and not r.better]
    if unsure and len(train) > PICTURES:
        rivals += _rivals(source, train.take(drawn[:MORE_PICTURES]), unsure)
    better = [rival for rival in rivals if rival.better]
    if better:
        best = max(better, key=lambda rival: (rival.points, -rival.log_loss))
        raise BudgetBroken(
            f"with pixels {source.pixels} the model answers "
            f"{best.stated_percent:.1f} % of {best.pictures} training pictures right (log loss "
            f"{best.stated_log_loss:.3f}), with {best.pixels} it is {best.percent:.1f} % "
            f"({best.log_loss:.3f})",
            f"say what the model takes: {best.pixels.options}",
        )
    if source.pixels.form == DIGIT:
        _check_orientation(source, train.take(drawn[:PICTURES]))
    enough = max(PICTURES, LEAST_OF_A_CLASS * len(source.classes))
    _check_names(source, train.take(drawn[: min(enough, MORE_PICTURES)]))


def usual(stated: InputContract) -> list[InputContract]:
    """The ways in which models are usually fed pictures of such a form."""
    plain = [replace(stated, low=low, high=high, mean=(), std=()) for low, high in RANGES]
    if stated.form.fit == DIGIT_FIT:
        return plain + [replace(plain[0], low=low, high=high) for low, high in INVERTED]
    if stated.form.channels == 1:
        return plain
    mean, std = IMAGENET
    normalized = replace(plain[1], mean=mean, std=std)
    ways = [replace(way, bgr=False) for way in (*plain, normalized)]
    turned = [replace(way, bgr=True) for way in plain]
    turned += [replace(normalized, mean=mean[::-1], std=std[::-1], bgr=True)]
    return [*ways, *turned, replace(turned[0], mean=CAFFE)]


def _check_orientation(source: Source, some: Split) -> None:
    """A model trained on pictures that lie on their side is wrong on every page and phone."""
    lying = np.ascontiguousarray(some.images.transpose(0, 2, 1))
    (table,) = _answers(source, np.concatenate([some.images, lying]), (source.pixels,))
    upright, transposed = np.split(table.argmax(axis=1), 2)
    right, better = upright == some.labels, transposed == some.labels
    gains, losses = int(np.sum(better & ~right)), int(np.sum(right & ~better))
    points = 100.0 * (gains - losses) / len(some)
    learned = 100 * float(better.mean()) >= LEAST_PERCENT
    if learned and points >= LEAST_GAIN_POINTS and parity.mcnemar(losses, gains) < SURE:
        raise BudgetBroken(
            f"the model answers {100 * right.mean():.1f} % of {len(some)} training pictures right, "
            f"and {100 * better.mean():.1f} % of them transposed (rows for columns)",
            "transpose the picture inside the model, then export it again",
        )


def _check_names(source: Source, some: Split) -> None:
    """A model whose classes stand in another order than their names answers right, and is counted
    wrong. The order that counts most answers right is found by linear assignment; with few pictures
    of a class it is chance."""
    if len(some) < LEAST_OF_A_CLASS * len(source.classes):
        return
    from scipy.optimize import linear_sum_assignment

    count = len(source.classes)
    answers = _answers(source, some.images, (source.pixels,))[0].argmax(axis=1)
    table = np.bincount(some.labels * count + answers, minlength=count**2).reshape(count, count)
    meant, answered = linear_sum_assignment(table, maximize=True)
    stated, best = 100 * table.trace() / len(some), 100 * table[meant, answered].sum() / len(some)
    if best < LEAST_PERCENT or best - stated < LEAST_NAMED_POINTS:
        return
    (place,) = np.flatnonzero(meant != answered)[:1]
    raise BudgetBroken(
        f"the model answers {stated:.1f} % of {len(some):,} training pictures right, and "
        f"{best:.1f} % if its classes stood in another order: it says "
        f"{source.classes[answered[place]]!r} of {source.classes[meant[place]]!r}",
        "name its classes in the order of its answers: --labels FILE",
    )


@dataclass(frozen=True)
class _Rival:
    """Another range than the stated one, and how the model does with both."""

    pixels: InputContract
    pictures: int
    stated_percent: float
    percent: float
    p: float
    stated_log_loss: float
    log_loss: float
    least_percent: float

    @property
    def points(self) -> float:
        return self.percent - self.stated_percent

    @property
    def better(self) -> bool:
        if self.percent < self.least_percent:
            return False
        return (self.points >= LEAST_GAIN_POINTS and self.p < SURE) or self.fits_better

    @property
    def fits_better(self) -> bool:
        """As many right answers, with far better probabilities: a model fed pixels 255 times too
        bright still names most digits, but is certain of everything, mistakes included."""
        return (
            self.points >= -LEAST_GAIN_POINTS
            and self.log_loss < LOG_LOSS_SHARE * self.stated_log_loss
            and self.stated_log_loss - self.log_loss > LOG_LOSS_GAIN
        )


def _rivals(source: Source, some: Split, ranges: Sequence[InputContract]) -> list[_Rival]:
    others = [pixels for pixels in ranges if pixels != source.pixels]
    stated, *tables = _answers(source, some.images, (source.pixels, *others))
    _check_probabilities(stated, source)
    right = stated.argmax(axis=1) == some.labels
    rivals = []
    for pixels, table in zip(others, tables, strict=True):
        answered = table.argmax(axis=1) == some.labels
        gains, losses = int(np.sum(answered & ~right)), int(np.sum(right & ~answered))
        shares = 100.0 * float(right.mean()), 100.0 * float(answered.mean())
        losses_of = _log_loss(stated, some), _log_loss(table, some)
        p = parity.mcnemar(losses, gains)
        least = min(LEAST_PERCENT, 3 * 100.0 / len(source.classes))
        rivals.append(_Rival(pixels, len(some), *shares, p, *losses_of, least))
    return rivals


def _log_loss(table: NDArray[np.float32], some: Split) -> float:
    """Mean of `-log p(label)`, in nats."""
    given = table[np.arange(len(some)), some.labels].astype(np.float64)
    return float(-np.log(np.maximum(given, 1e-12)).mean())


def _check_probabilities(answers: NDArray[np.float32], source: Source) -> None:
    if not np.isfinite(answers).all():
        raise BudgetBroken(
            f"{source.name} itself answers with numbers that are not finite",
            "train it again, or look for a division by zero in it",
        )
    sums = answers.sum(axis=1)
    if float(answers.min()) < -1e-3 or float(np.abs(sums - 1).max()) > 1e-2:
        raise WrongUse(
            f"{source.name} answers with numbers that are no probabilities "
            f"(their sums run {sums.min():.3g}..{sums.max():.3g})",
            "if they are logits, say so: --logits",
        )
