"""Runs and answers -> figures. Which kinds of plots there are, as data."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edgedigits import json_file
from edgedigits.bundle.run import HISTORY, KERAS_FILE, Recorded, Run
from edgedigits.errors import DataBad, WrongUse, chosen, damaged
from edgedigits.training import history

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from edgedigits.datasets.dataset import Split
    from edgedigits.models.first_layer import FirstLayer
    from edgedigits.verification.evaluation import Evaluation
    from edgedigits.verification.unseen import Pictures

PLOTS = "plots"


@dataclass(frozen=True)
class Subject:
    """What is drawn: a run, with ways to get at its pictures and answers when a plot needs them.

    `pictures` are those it is judged on, `answers` its probabilities `[N, classes]` for them,
    `samples` the pictures it was trained on.
    """

    run: Run
    pictures: Callable[[], Pictures]
    answers: Callable[[], NDArray[np.float32]]
    samples: Callable[[], Split]
    first_layer: Callable[[], FirstLayer]

    @property
    def name(self) -> str:
        """The model and its folder."""
        return f"{self.run.card['model']} ({self.run.folder.name})"

    @property
    def about(self) -> str:
        """The model and the pictures it is judged on."""
        return f"{self.name} on {self.pictures().name}"

    @cached_property
    def evaluation(self) -> Evaluation:
        """How good its answers are."""
        from edgedigits.verification import evaluation

        return evaluation.evaluate(self.answers(), self.pictures().split.labels)


@dataclass(frozen=True)
class Kind:
    """A plot that can be made by name."""

    name: str
    summary: str
    draw: Callable[[Subject], Figure]


def _history(subject: Subject) -> Figure:
    from edgedigits.reports import plot_history

    title = f"Training of {subject.name} on {subject.run.dataset.name}"
    return plot_history.draw(_epochs(subject.run), title)


def _confusion(subject: Subject) -> Figure:
    from edgedigits.reports import plot_confusion

    return plot_confusion.draw(
        subject.evaluation, f"Confusion of {subject.about}", subject.run.labels
    )


def _mistakes(subject: Subject) -> Figure:
    from edgedigits.reports import plot_sheet

    return plot_sheet.draw_mistakes(
        subject.pictures().split, subject.evaluation.mistakes, f"Mistakes of {subject.about}"
    )


def _predictions(subject: Subject) -> Figure:
    from edgedigits.reports import plot_sheet

    return plot_sheet.draw_predictions(
        subject.pictures().split, subject.answers(), f"Predictions of {subject.about}"
    )


def _samples(subject: Subject) -> Figure:
    from edgedigits.reports import plot_sheet

    return plot_sheet.draw_samples(
        subject.samples(), f"Training pictures of {subject.run.dataset.name}"
    )


def _filters(subject: Subject) -> Figure:
    from edgedigits.reports import plot_filters

    layer = subject.first_layer()
    return plot_filters.draw(
        layer, f"First layer of {subject.name}: {layer.name}", subject.run.labels
    )


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("history", "loss and accuracy by epoch", _history),
        Kind("confusion", "confusion matrix", _confusion),
        Kind("mistakes", "the most confident mistakes", _mistakes),
        Kind("predictions", "100 test pictures with their predictions", _predictions),
        Kind("samples", "training pictures, ten of each class", _samples),
        Kind("filters", "weights of the first layer as pictures", _filters),
    )
}


def find(name: str) -> Kind:
    """The kind of that name.

    Raises:
        WrongUse: there is none; the nearest name is suggested.
    """
    return chosen("plot", name, KINDS)


def open_subject(
    found: Run, *, dataset: str | None = None, data_dir: Path | None = None
) -> Subject:
    """A run whose pictures and answers are fetched when a plot asks for them, and only once.

    `dataset` names other pictures to judge it on than those it was trained with.
    """
    from functools import cache

    from edgedigits.models import first_layer
    from edgedigits.reading import predictor
    from edgedigits.verification import unseen

    @cache
    def pictures() -> Pictures:
        recorded = Recorded(found.dataset, trained_on=True)
        labels = found.labels
        return unseen.choose(recorded, dataset, data_dir=data_dir, limit=None, classes=labels)

    @cache
    def answers() -> NDArray[np.float32]:
        with closing(predictor.open_predictor(found.folder)) as opened:
            return opened.probabilities(pictures().split.images)

    def samples() -> Split:
        from edgedigits.datasets import datasets

        card = found.dataset
        return datasets.load(
            card.spec, data_dir=data_dir, seed=card.seed, samples=card.samples
        ).train

    def layer() -> FirstLayer:
        from edgedigits import quiet

        quiet.import_tensorflow()
        import keras

        path = found.folder / KERAS_FILE
        with damaged(path, "train again: edgedigits train"):
            model = keras.models.load_model(path, compile=False)
        return first_layer.read(model)

    return Subject(found, pictures, answers, samples, layer)


def write_training_plots(
    found: Run,
    model: Any,
    training: Split,
    test: Pictures,
    probabilities: NDArray[np.float32],
) -> list[Path]:
    """Draw every kind of plot of a run that has just been trained, from what is in memory.

    Args:
        found: the run; its history is read from its folder, and `plots/` is written into it.
        model: the trained Keras model.
        training: some or all pictures it was trained on.
        test: the pictures it is judged on.
        probabilities: its answers for them, `[N, classes]`.

    Returns:
        The PNG files, in the order of `KINDS`. A kind that the model has nothing for is left out.
    """
    from edgedigits.models import first_layer
    from edgedigits.reports import plots

    subject = Subject(
        found,
        lambda: test,
        lambda: probabilities,
        lambda: training,
        lambda: first_layer.read(model),
    )
    written = []
    for kind in KINDS.values():
        try:
            drawn = kind.draw(subject)
        except WrongUse:
            continue  # such as a first layer whose weights are no pictures
        written.append(plots.save(drawn, found.folder / PLOTS / f"{kind.name}.png"))
    return written


def _epochs(found: Run) -> list[dict[str, float]]:
    path = found.folder / HISTORY
    try:
        epochs = history.from_json(json_file.read(path)["epochs"])
        if not epochs:
            raise ValueError("it is empty")
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise DataBad(
            f"{path} holds no history of a training: {error}", "train again: edgedigits train"
        ) from error
    return epochs
