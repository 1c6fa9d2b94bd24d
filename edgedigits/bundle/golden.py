"""Golden vectors: pictures and the float model's probabilities, for self-tests on the device."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edgedigits import json_file
from edgedigits.bundle.bundle import GOLDEN_COUNT, GOLDEN_JSON, GOLDEN_NPZ
from edgedigits.bundle.file_check import EXPORT_HINT
from edgedigits.datasets import npz
from edgedigits.datasets.dataset import CLASSES, DIGITS, MOST_CLASSES
from edgedigits.errors import DataBad, damaged
from edgedigits.picture.form import DIGIT, DIGIT_FIT, Form

COUNT = GOLDEN_COUNT
SEED = 20_250_101
FORMAT_VERSION = 1
MOST_JSON_BYTES = 1_000_000
"""Of digits. Others take as much as their pictures and probabilities as text."""
MOST_GREY_LEVELS = 1.0
"""By which the pixels of a golden picture may be off on average, of 255."""
TOLERANCE = 1e-4
"""By which a golden probability may be off where another machine computes it again."""
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, eq=False)
class Golden:
    """Pictures `uint8 [N, *form.shape]`, their labels `int64 [N]`, and the float model's
    probabilities `float32 [N, classes]`. The label of a picture without one is the float
    model's answer."""

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float32]


def pictures(
    form: Form = DIGIT,
    classes: Sequence[str] = DIGITS,
) -> tuple[NDArray[np.uint8], NDArray[np.int64] | None]:
    """The 32 pictures of every bundle of models that take such a form; always the same ones.

    Digits of pen strokes in their usual forms with their labels. Models of other handwritten signs
    get drawn letters, and other models pictures of nothing, both without labels.
    """
    from edgedigits.bundle import synthetic
    from edgedigits.datasets.strokes import alphabets, strokes

    if form.fit != DIGIT_FIT:
        return synthetic.draw(form, SEED), None
    if sorted(classes) != sorted(DIGITS):
        return alphabets.LETTERS.draw(COUNT, SEED)[0], None
    labels = np.arange(COUNT, dtype=np.int64) % 10
    return strokes.USUAL.draw(COUNT, SEED, labels=labels)


def write(golden: Golden, folder: Path) -> list[Path]:
    """Write `golden.npz` and `golden.json` with the same content; returns their paths."""
    npz, text = folder / GOLDEN_NPZ, folder / GOLDEN_JSON
    with zipfile.ZipFile(npz, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in (
            ("images", golden.images),
            ("labels", golden.labels),
            ("probabilities", golden.probabilities),
        ):
            held = io.BytesIO()
            np.save(held, array, allow_pickle=False)
            # numpy.savez dates its entries by the clock; the same vectors shall be the same bytes.
            entry = zipfile.ZipInfo(f"{name}.npy", ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, held.getvalue())
    document = {
        "schema_version": FORMAT_VERSION,
        "pictures": {
            "shape": list(golden.images.shape),
            "dtype": "uint8",
            "base64": base64.b64encode(golden.images.tobytes()).decode("ascii"),
        },
        "labels": golden.labels.tolist(),
        "probabilities": [[float(f"{p:.9g}") for p in row] for row in golden.probabilities],
    }
    text.write_text(json.dumps(document, separators=(",", ":")) + "\n", "utf-8")
    return [npz, text]


def read(folder: Path, form: Form = DIGIT, classes: int = CLASSES, count: int = COUNT) -> Golden:
    """The `count` golden vectors of a bundle of models that take such a form and tell so many
    classes apart, from `golden.npz`.

    Raises:
        DataBad: it is damaged, or not of the shapes and types that golden vectors have.
    """
    path = folder / GOLDEN_NPZ
    names = ("images", "labels", "probabilities")
    most = max(prod(form.shape), MOST_CLASSES)
    held = (npz.read_array(path, name, count, EXPORT_HINT, most) for name in names)
    return _checked(path, form, classes, count, *held)


def read_json(
    folder: Path, form: Form = DIGIT, classes: int = CLASSES, count: int = COUNT
) -> Golden:
    """The same from `golden.json`.

    Raises:
        DataBad: as for `read`.
    """
    path = folder / GOLDEN_JSON
    expected = {
        "schema_version": int,
        "pictures": {"shape": [int], "dtype": str, "base64": str},
        "labels": [int],
        "probabilities": [[float]],
    }
    with damaged(path, EXPORT_HINT):
        most = MOST_JSON_BYTES + count * 2 * (prod(form.shape) + 20 * classes)
        content = json_file.read(path, most)
        json_file.check(content, expected)
        held = content["pictures"]
        if content["schema_version"] != FORMAT_VERSION or held["dtype"] != "uint8":
            raise ValueError("it is of another version")
        pixels = np.frombuffer(base64.b64decode(held["base64"], validate=True), np.uint8)
        images = pixels.reshape(held["shape"])
        labels = np.array(content["labels"], np.int64)
        probabilities = np.array(content["probabilities"], np.float32)
    return _checked(path, form, classes, count, images, labels, probabilities)


def _checked(
    path: Path,
    form: Form,
    classes: int,
    count: int,
    images: NDArray[Any],
    labels: NDArray[Any],
    probabilities: NDArray[Any],
) -> Golden:
    for name, array, kind, shape in (
        ("pictures", images, np.uint8, (count, *form.shape)),
        ("labels", labels, np.int64, (count,)),
        ("probabilities", probabilities, np.float32, (count, classes)),
    ):
        if array.dtype != kind or array.shape != shape:
            raise DataBad(
                f"{path} holds {name} {array.dtype} {list(array.shape)}, not "
                f"{np.dtype(kind)} {list(shape)}",
                EXPORT_HINT,
            )
    if not np.isfinite(probabilities).all():
        raise DataBad(f"{path} holds probabilities that are not finite", EXPORT_HINT)
    return Golden(images, labels, probabilities)


def check(
    held: Golden,
    folder: Path,
    form: Form = DIGIT,
    classes: Sequence[str] = DIGITS,
    *,
    from_data: bool = False,
) -> None:
    """Hold the vectors of `golden.npz` against `golden.json` and, where they are not `from_data`,
    the pictures of every bundle whose models take such a form, and tell such classes apart.

    Raises:
        DataBad: they differ.
    """
    other = read_json(folder, form, held.probabilities.shape[1], len(held.images))
    for name, one, two in (
        ("pictures", held.images, other.images),
        ("labels", held.labels, other.labels),
        ("probabilities", held.probabilities, other.probabilities),
    ):
        if not np.array_equal(one, two):
            raise DataBad(
                f"the {name} of {folder / GOLDEN_NPZ} and of {GOLDEN_JSON} differ", EXPORT_HINT
            )
    if from_data:
        return
    images, labels = pictures(form, classes)
    if labels is None:
        labels = held.probabilities.argmax(axis=1)
    # Another processor's sines may end in another grey level here and there.
    apart = np.abs(held.images.astype(np.int16) - images).reshape(COUNT, -1)
    if apart.mean(axis=1).max() > MOST_GREY_LEVELS or not np.array_equal(held.labels, labels):
        raise DataBad(
            f"the pictures or labels of {folder / GOLDEN_NPZ} are not those of every bundle",
            EXPORT_HINT,
        )


def check_answers(held: Golden, answers: NDArray[np.float32], path: Path) -> None:
    """Hold golden probabilities against the reference's own answers `[N, 10]` to the pictures.

    Raises:
        DataBad: they differ by more than float32 arithmetic does between machines.
    """
    off = float(np.abs(held.probabilities - answers).max())
    if not off <= TOLERANCE:
        raise DataBad(
            f"the probabilities of {path / GOLDEN_NPZ} are not those of the reference graph: "
            f"they are off by up to {off:.2g}",
            EXPORT_HINT,
        )
