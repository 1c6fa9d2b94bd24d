"""What is known of a model before it is built: its recipe, and facts to choose it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

CLASSES = 10
"""Of digits. Every model can be built for other numbers of classes as well."""
OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
SCHEDULES = ("constant", "cosine")


@dataclass(frozen=True)
class Recipe:
    """How a model is trained. Its length is counted in `epochs` or in `steps`, the other is None.

    Attributes:
        optimizer: one of `OPTIMIZERS`.
        learning_rate: at the start; `schedule` says whether it stays or falls to zero on a cosine.
        batch_size: pictures a step.
        validation: training pictures held out; None for the data set's own validation split.
        training_pictures: how many are trained on, the same number of every class; None for all.
        shift: training pictures are moved by up to so many pixels each way, anew every time.
        drawn: of the `batch_size` pictures of a step, how many are digits that `strokes` draws,
            beside those of the data set.
        outliers: of the `batch_size` pictures of a step, how many are no digits (drawn letters,
            signs, scribbles, noise), trained towards equal probabilities until the model is unsure
            of them (outlier exposure: Hendrycks et al. 2019).
        warm_up: steps in which the learning rate rises from zero, before its schedule begins.
        weight_decay: of `adamw`, decoupled from the gradient (Loshchilov and Hutter 2019).
        averaging: momentum of the moving average of weights that takes their place in the end
            (Polyak and Juditsky 1992); 0 for none.
        augmentation: one of `edgedigits.training.augmentation.AUGMENTATIONS`.
        finish_epochs: how many of the epochs, the last ones, are for pictures with hardly any
            augmentation, few drawn digits and no outliers, with a learning rate that falls from
            `finish_rate` to zero on a cosine.
    """

    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int | None = None
    steps: int | None = None
    validation: int | None = 0
    training_pictures: int | None = None
    schedule: str = "constant"
    shift: int = 0
    drawn: int = 0
    outliers: int = 0
    warm_up: int = 0
    weight_decay: float = 0.0
    averaging: float = 0.0
    augmentation: str = "none"
    finish_epochs: int = 0
    finish_rate: float = 0.0

    def words(self) -> str:
        """The recipe in one line."""
        length = f"{self.epochs} epochs" if self.steps is None else f"{self.steps:,} steps"
        parts = [
            f"{self.optimizer} {self.learning_rate:g}",
            f"batches of {self.batch_size}",
            length,
            "all training pictures"
            if self.training_pictures is None
            else f"{self.training_pictures:,} pictures",
        ]
        if self.schedule != "constant":
            parts.insert(1, self.schedule)
        if self.augmentation != "none":
            parts.append(f"augmented ({self.augmentation})")
        if self.shift:
            pixels = "1 pixel" if self.shift == 1 else f"{self.shift} pixels"
            parts.append(f"moved by up to {pixels}")
        if self.drawn:
            parts.append(f"{self.drawn} of a batch drawn digits")
        if self.outliers:
            parts.append(f"{self.outliers} of a batch no digits")
        if self.averaging:
            parts.append(f"weights averaged ({self.averaging:g})")
        if self.finish_epochs:
            parts.append(f"the last {self.finish_epochs} epochs on clean pictures")
        if self.validation is None:
            parts.append("validation split held out")
        elif self.validation:
            parts.append(f"{self.validation:,} held out")
        return ", ".join(parts)


@dataclass(frozen=True)
class Architecture:
    """A model that can be trained by name.

    Attributes:
        layers: the layers in one line, in words.
        parameters: trainable ones and moving averages; what the model built for digits counts.
        sees: the part of the 28x28 picture that reaches the first weights.
        logits: the trained model ends in logits; a softmax is added for serving.
        expected_percent: lowest and highest accuracy the recipe gives on MNIST's test pictures.
        build: makes the untrained Keras model, of digits or of as many classes as it is given.
    """

    name: str
    summary: str
    layers: str
    parameters: int
    sees: str
    logits: bool
    recipe: Recipe
    expected_percent: tuple[float, float]
    build: Callable[..., Any]
