"""Model files that come without a manifest: opened by what they say, and by what must be assumed.

What a file leaves open (see `file_facts`) is guessed from its shapes and its answers, and told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from edgedigits.bundle.artifact import LABELS, Artifact, FileRecord, InputContract
from edgedigits.datasets.dataset import CLASSES, MOST_CLASSES
from edgedigits.errors import WrongUse
from edgedigits.picture.form import DIGIT, Form
from edgedigits.reading import file_facts
from edgedigits.reading.file_facts import Said

if TYPE_CHECKING:
    from edgedigits.runtimes.litert.litert import LiteRT
    from edgedigits.runtimes.tensorflow.saved_model import SavedModel
    from edgedigits.runtimes.tfjs.tfjs_node import TfjsNode

_SAY_RANGE = "if the model takes others: --input-range LOW,HIGH"

Range = tuple[float, float] | None
Assumed = tuple[str, ...]


def open_file(path: Path, input_range: Range) -> tuple[LiteRT | TfjsNode, Assumed]:
    """Open a `.tflite` file or a TensorFlow.js `model.json`; also says what was assumed.

    Raises:
        WrongUse: it is neither, or no classifier of pictures.
        DataBad: its runtime refuses it.
    """
    if path.suffix == ".tflite":
        return _open_tflite(path, input_range)
    if path.suffix == ".json":
        return _open_tfjs(path, input_range)
    raise WrongUse(
        f"{path} is no model file that is known here", "models are .tflite and TF.js model.json"
    )


def open_saved_model(path: Path, input_range: Range) -> tuple[SavedModel, Assumed]:
    """Open a SavedModel folder; also says what was assumed.

    Raises:
        WrongUse: it is no classifier of 28x28 pictures.
    """
    from edgedigits.runtimes.tensorflow.saved_model import SavedModel

    pixels, assumed = _pixels(path, input_range, Said(), DIGIT)
    model = SavedModel(path, pixels)
    model.logits, told = _are_logits(path, model.probabilities(_probes(DIGIT)))
    return model, assumed + told


def _open_tflite(path: Path, input_range: Range) -> tuple[LiteRT, Assumed]:
    from edgedigits.runtimes.litert.litert import LiteRT
    from edgedigits.runtimes.litert.litert_process import LiteRTProcess
    from edgedigits.runtimes.shared import ended_on_error

    process = LiteRTProcess(path)
    with ended_on_error(process):
        taken, given = process.contract.input, process.contract.output
        said = file_facts.of_tflite(path.read_bytes())
        artifact, assumed = _artifact(path, "tflite", taken, given, said, input_range)
        runtime = LiteRT(artifact, process)
        runtime.artifact, told = _answering(path, said, artifact, runtime.probabilities)
    return runtime, assumed + told


def _open_tfjs(path: Path, input_range: Range) -> tuple[TfjsNode, Assumed]:
    from edgedigits.runtimes.tfjs import graph_model, tfjs_node

    taken, given = file_facts.signature(path)
    said = file_facts.of_model_json(path)
    artifact, assumed = _artifact(path, "tfjs", taken, given, said, input_range)
    names = [path.name, *graph_model.shards(path)]
    sizes = graph_model.sizes(path, names)
    # No manifest says what their digests should be.
    files = tuple(FileRecord(name, size, 0, "") for name, size in zip(names, sizes, strict=True))
    artifact = replace(artifact, files=files)
    runtime = tfjs_node.open_artifact("tfjs-node", artifact, path.parent)
    runtime.artifact, told = _answering(path, said, artifact, runtime.probabilities)
    return runtime, assumed + told


def _artifact(
    path: Path, target: str, taken: Tensor, given: Tensor, said: Said, input_range: Range
) -> tuple[Artifact, Assumed]:
    """The artifact that a lone file is, and what had to be assumed for it."""
    arranged = file_facts.arrangement(taken.shape)
    count = given.shape[-1] if len(given.shape) == 2 else 0
    if arranged is None or not 2 <= count <= MOST_CLASSES:
        raise WrongUse(
            f"{path} takes {list(taken.shape)} and answers {list(given.shape)}",
            "a classifier takes one picture and answers with a number for each class",
        )
    form, channels_first = arranged
    if said.pixels is not None and int(np.prod(taken.shape)) != int(
        np.prod(said.pixels.form.shape)
    ):
        said = Said(labels=said.labels)
    if said.pixels is not None and input_range is not None:
        raise WrongUse(f"{path} says itself which pixels it takes", "leave out --input-range")
    if count != CLASSES and form == DIGIT:
        form = Form(form.height, form.width, form.channels, "stretch")
    pixels, assumed = _pixels(path, input_range, said, form, file_facts.range_covered(taken))
    if said.pixels is None:
        pixels = replace(pixels, channels_first=channels_first)
    labels, told = _labels(path, said.labels, count, digits=pixels.form == DIGIT)
    classes = LABELS if sorted(labels) == sorted(LABELS) else labels
    logits = bool(said.logits)
    return Artifact(
        target, "file", path.name, (), taken, given, pixels, labels, classes, logits=logits
    ), assumed + told


def _answering(
    path: Path,
    said: Said,
    artifact: Artifact,
    answer: Callable[[NDArray[np.uint8]], NDArray[np.float32]],
) -> tuple[Artifact, Assumed]:
    """The artifact with the kind of its answers, which these themselves show if nothing says it."""
    if said.logits is not None:
        return artifact, ()
    logits, told = _are_logits(path, answer(_probes(artifact.pixels.form)))
    return replace(artifact, logits=logits), told


def _pixels(
    path: Path, input_range: Range, said: Said, form: Form, covered: Range = None
) -> tuple[InputContract, Assumed]:
    """What pixels become: as told, else as the file says, else as its input suggests, else raw."""
    if said.pixels is not None:
        return said.pixels, ()
    told = () if form == DIGIT else (_taken(path, form),)
    if input_range is not None:
        return InputContract(*input_range, form), told
    if covered is not None:
        low, high = covered
        return InputContract(low, high, form), (
            *told,
            f"{path.name}: pixels 0..255 assumed to become {low:g}..{high:g}, the "
            f"range its quantized input covers; {_SAY_RANGE}",
        )
    raw = f"{path.name}: raw pixels 0..255 assumed; {_SAY_RANGE}"
    return InputContract(0.0, 255.0, form), (*told, raw)


def _taken(path: Path, form: Form) -> str:
    order = "" if form.channels == 1 else " in the order red, green, blue"
    return f"{path.name}: pictures are assumed to be stretched to {form}{order}"


def _labels(
    path: Path, said: tuple[str, ...] | None, count: int, *, digits: bool
) -> tuple[tuple[str, ...], Assumed]:
    numbers = digits and count == CLASSES
    fitting = said is not None and len(said) == count == len(set(said))
    if said is not None and fitting and (not numbers or sorted(said) == sorted(LABELS)):
        return said, ()
    if numbers:
        return LABELS, (f"{path.name}: outputs assumed to be the digits 0 to 9 in order",)
    names = tuple(map(str, range(count)))
    return names, (f"{path.name}: no labels in it, so its classes are numbered from 0",)


def _are_logits(path: Path, answers: NDArray[Any]) -> tuple[bool, Assumed]:
    """Answers that are negative or do not add up to 1 cannot be probabilities."""
    # 8-bit probabilities are each off by at most half a step of 1/256.
    slack = max(0.05, answers.shape[1] / 512)
    sums = np.abs(answers.sum(axis=1) - 1)
    if answers.min() >= -1e-3 and sums.max() <= slack:
        return False, ()
    return True, (f"{path.name}: its answers are no probabilities, so logits are assumed",)


def _probes(form: Form) -> NDArray[np.uint8]:
    """A black picture, and one with a bar in its middle."""
    pictures = np.zeros((2, *form.shape), np.uint8)
    margin, across = form.height // 7, form.width // 2
    pictures[1, margin : form.height - margin, max(0, across - 1) : across + 2] = 255
    return pictures
