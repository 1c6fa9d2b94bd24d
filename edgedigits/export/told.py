"""What somebody says of a model that does not say it itself, and the contract that follows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path

from converters.saved_model import SourceModel
from converters.source.picture_input import Arrangement
from edgedigits.bundle.input_contract import RAW_PIXELS, InputContract
from edgedigits.datasets.dataset import DIGITS
from edgedigits.errors import WrongUse
from edgedigits.picture.form import DIGIT, DIGIT_FIT, Form


@dataclass(frozen=True)
class Told:
    """What somebody says of a model that does not say it itself; None where nothing is said.

    Attributes:
        input_range: what pixels 0 and 255 are to it.
        mean: of each channel, taken off what the range gives.
        std: of each channel, that the rest is divided by.
        bgr: whether its channels are blue, green, red.
        fit: how a photo becomes what it takes, see `picture.form`.
        labels: file with the names of its classes, a line each.
        signature: of a SavedModel.
        output: the one of several that answers with classes.
        logits: whether it answers with logits.
    """

    input_range: tuple[float, float] | None = None
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    bgr: bool = False
    fit: str | None = None
    labels: Path | None = None
    signature: str | None = None
    output: str | None = None
    logits: bool = False


NOTHING = Told()


def contract(
    path: Path, model: SourceModel, names: tuple[str, ...] | None, told: Told
) -> InputContract:
    """What a model takes, as its shape and its owner say."""
    side = math.isqrt(math.prod(model.input_shape))
    found = model.arrangement or Arrangement(side, side, 1)
    if found.height * found.width * found.channels != math.prod(model.input_shape):
        raise WrongUse(
            f"{path} takes {list(model.input_shape)} numbers, whose height and width nobody knows",
            "export one that takes [height, width, channels]",
        )
    channels = found.channels
    form = Form(found.height, found.width, channels)
    digits = form == DIGIT and model.classes == len(DIGITS) and names in (None, DIGITS)
    fit = told.fit or (DIGIT_FIT if digits else "stretch")
    if fit == DIGIT_FIT and form != DIGIT:
        raise WrongUse(
            f"{path} takes {form} pictures, no handwritten signs in {DIGIT}",
            "choose how photos become such: --fit stretch, crop or pad",
        )
    mean, std = (each * channels if len(each) == 1 else each for each in (told.mean, told.std))
    for name, each in (("mean", mean), ("std", std)):
        if len(each) not in (0, channels):
            raise WrongUse(
                f"--{name} has {len(each)} numbers, the model has {channels} channels",
                f"one for each, such as: --{name} {','.join(['0.5'] * channels)}",
            )
    if told.bgr and channels != 3:
        raise WrongUse(f"{path} takes grey pictures", "leave out --bgr")
    low, high = told.input_range or (RAW_PIXELS.low, RAW_PIXELS.high)
    return InputContract(
        low,
        high,
        replace(form, fit=fit),
        mean,
        std,
        told.bgr,
        found.channels_first and channels > 1,
    )


def options_of(told: Told) -> str | None:
    """The first option that said something of a model; a signature of one that has but one is no
    news."""
    said = (name for name in vars(NOTHING) if getattr(told, name) != getattr(NOTHING, name))
    return next((f"--{name.replace('_', '-')}" for name in said if name != "signature"), None)
