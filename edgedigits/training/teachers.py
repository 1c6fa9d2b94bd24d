"""Finished runs that teach another model: of training pictures, what they answer is learnt in place
of the label (knowledge distillation: Hinton et al. 2015)."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from edgedigits import json_file, quiet
from edgedigits.bundle import run
from edgedigits.errors import DataBad, WrongUse, damaged
from edgedigits.training.losses import SMALLEST, TEMPERATURE

MOST = 32
WEIGHTS = "model.weights.h5"
"""In a Keras file."""

Teaching = Callable[[Any, Any], tuple[Any, Any]]
"""Takes a batch's pixels `float32 [N, 28, 28, 1]` and labels `float32 [N, classes]` as tensors, and
gives the targets of `losses.taught` in place of the labels."""


@dataclass(frozen=True)
class Teacher:
    """A run, and the SHA-256 of the weights in its Keras file, in hexadecimal: by this it is known
    again, also where it was trained anew by the same plan. The file has dates in it."""

    run: str
    weights_sha256: str

    def as_fact(self) -> dict[str, str]:
        """What a card says of it, without where it lies."""
        return asdict(self) | {"run": Path(self.run).name}


def known(runs: Sequence[Path]) -> tuple[Teacher, ...]:
    """The teachers that runs are.

    Raises:
        WrongUse: one is none, is not finished, or comes twice; or they are too many.
        DataBad: one is damaged.
    """
    if len(runs) > MOST:
        raise WrongUse(f"{len(runs)} teachers are too many", f"give at most {MOST}")
    found = tuple(
        Teacher(str(run.open_run(each).folder.absolute()), _digest(each)) for each in runs
    )
    digests = [each.weights_sha256 for each in found]
    for turn, digest in enumerate(digests):
        if digest in digests[:turn]:
            raise WrongUse(f"the teacher {runs[turn]} is named twice", "name it once")
    return found


def read(content: Any) -> tuple[Teacher, ...]:
    """The teachers that a plan's JSON names; ValueError where it names none."""
    json_file.check(content, [json_file.form_of(Teacher)], "teachers")
    return tuple(Teacher(**each) for each in content)


def teaching(teachers: Sequence[Teacher], classes: Sequence[str]) -> Teaching | None:
    """What puts teachers' answers beside the labels of `classes`; None where nobody teaches.

    A teacher's probabilities `p` are softened to `softmax(mean(log p) / TEMPERATURE)`, where the
    mean is over teachers.

    Raises:
        WrongUse: one tells other classes apart, or is gone.
        DataBad: one is damaged, or has changed since it was named.
    """
    if not teachers:
        return None
    models = [_opened(each, classes) for each in teachers]

    def told(pixels: Any, labels: Any) -> tuple[Any, Any]:
        import tensorflow as tf

        answers = [_log_probabilities(*each, pixels) for each in models]
        softened = tf.nn.softmax(tf.add_n(answers) / (len(answers) * TEMPERATURE))
        return pixels, tf.concat([labels, softened], axis=-1)

    return told


def _log_probabilities(model: Any, logits: bool, pixels: Any) -> Any:
    import tensorflow as tf

    answers = model(pixels, training=False)
    return tf.nn.log_softmax(answers) if logits else tf.math.log(answers + SMALLEST)


def _opened(teacher: Teacher, classes: Sequence[str]) -> tuple[Any, bool]:
    """The Keras model, and whether it answers with logits."""
    folder = Path(teacher.run)
    found = run.open_run(folder)
    if found.labels != tuple(classes):
        raise WrongUse(
            f"the teacher {folder} tells {len(found.labels)} classes apart that are not those of "
            "the data set",
            "give a teacher that was trained on the same classes",
        )
    if _digest(folder) != teacher.weights_sha256:
        raise DataBad(
            f"the teacher {folder} is no longer the run that this training began with",
            "put the run back, or start anew: edgedigits train",
        )
    quiet.import_tensorflow()
    import keras

    path = folder / run.KERAS_FILE
    with damaged(path, run.TRAIN_HINT):
        model = keras.models.load_model(path, compile=False)
        logits = bool(found.card["trained_on_logits"])
    return model, logits


def _digest(folder: Path) -> str:
    path = folder / run.KERAS_FILE
    with (
        damaged(path, run.TRAIN_HINT),
        zipfile.ZipFile(path) as archive,
        archive.open(WEIGHTS) as weights,
    ):
        return hashlib.file_digest(weights, "sha256").hexdigest()  # type: ignore[arg-type]
