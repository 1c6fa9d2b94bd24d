"""Model files that come without a manifest: what they say of themselves, and what must be assumed.

A TFLite file that this package wrote carries labels and pixel contract inside it. Of any other the
tensors say shape and scale, and the rest is assumed and said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from converters.base import Tensor
from converters.tflite import zip_archive
from edgedigits import json_file
from edgedigits.bundle.artifact import LABELS, Artifact, FileRecord, InputContract
from edgedigits.datasets.dataset import CLASSES, SIDE
from edgedigits.errors import WrongUse, damaged

if TYPE_CHECKING:
    from edgedigits.runtimes.litert.litert import LiteRT
    from edgedigits.runtimes.tensorflow.saved_model import SavedModel
    from edgedigits.runtimes.tfjs.tfjs_node import TfjsNode

RAW = InputContract(0.0, 255.0)
USUAL = (RAW, InputContract(0.0, 1.0), InputContract(-1.0, 1.0))
_SAY_RANGE = "if the model takes others: --input-range LOW,HIGH"

Range = tuple[float, float] | None
Assumed = tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """What a model file says inside itself; None where it says nothing."""

    pixels: InputContract | None
    logits: bool | None
    labels: tuple[str, ...] | None


def open_file(path: Path, input_range: Range) -> tuple[LiteRT | TfjsNode, Assumed]:
    """Open a `.tflite` file or a TensorFlow.js `model.json`; also says what was assumed.

    Raises:
        WrongUse: it is neither, or no classifier of 28x28 pictures into ten digits.
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

    pixels, assumed = _pixels(path, input_range)
    model = SavedModel(path, pixels)
    model.logits, told = _are_logits(path, model.probabilities(_probes()))
    return model, assumed + told


def said_inside(content: bytes) -> Said:
    """What a TFLite file carries of this package's embedded labels and contract."""
    labels = zip_archive.labels(content)
    facts = zip_archive.facts(content)
    if facts is None:
        return Said(None, None, labels)
    try:
        low, high = map(float, facts["input"]["value_range"])
        logits = facts["output"]["kind"] == "logits"
    except (KeyError, ValueError, TypeError, OverflowError):
        return Said(None, None, labels)
    if not (math.isfinite(low) and math.isfinite(high)):
        return Said(None, None, labels)
    return Said(InputContract(low, high), logits, labels)


def range_covered(tensor: Tensor) -> InputContract | None:
    """The values that an 8-bit or 16-bit input can store, taken for the range of its pixels.

    A converter gives a quantized input the range it was calibrated on, which is what pixels 0 to
    255 become. Symmetric 16-bit inputs can store negative numbers that no picture had. Ranges
    within one step of a usual one are that one.
    """
    if tensor.scale is None or tensor.zero_point is None or tensor.scale == 0:
        return None
    limits = np.iinfo(tensor.dtype)
    symmetric = limits.bits == 16 and tensor.zero_point == 0
    low = 0.0 if symmetric else (limits.min - tensor.zero_point) * tensor.scale
    high = (limits.max - tensor.zero_point) * tensor.scale
    for usual in USUAL:
        if max(abs(usual.low - low), abs(usual.high - high)) <= tensor.scale * 1.01:
            return usual
    return InputContract(low, high)


def _open_tflite(path: Path, input_range: Range) -> tuple[LiteRT, Assumed]:
    from edgedigits.runtimes.litert.litert import LiteRT
    from edgedigits.runtimes.litert.litert_process import LiteRTProcess
    from edgedigits.runtimes.shared import ended_on_error

    process = LiteRTProcess(path)
    with ended_on_error(process):
        taken, given = process.contract.input, process.contract.output
        _check_shapes(path, taken.shape, given.shape)
        said = said_inside(path.read_bytes())
        if said.pixels is not None and input_range is not None:
            raise WrongUse(f"{path} says itself which pixels it takes", "leave out --input-range")
        pixels, assumed = _pixels(path, input_range, said.pixels, range_covered(taken))
        labels, told = _labels(path, said.labels)
        artifact = Artifact(
            "tflite", "file", path.name, (), taken, given, pixels, labels, logits=bool(said.logits)
        )
        runtime = LiteRT(artifact, process)
        if said.logits is None:
            logits, more = _are_logits(path, runtime.probabilities(_probes()))
            runtime.artifact, told = replace(artifact, logits=logits), told + more
    return runtime, assumed + told


def _open_tfjs(path: Path, input_range: Range) -> tuple[TfjsNode, Assumed]:
    from edgedigits.runtimes.tfjs import graph_model, tfjs_node

    taken, given = _signature(path)
    _check_shapes(path, taken.shape, given.shape)
    said = _said_in_metadata(path)
    if said.pixels is not None and input_range is not None:
        raise WrongUse(f"{path} says itself which pixels it takes", "leave out --input-range")
    pixels, assumed = _pixels(path, input_range, said.pixels)
    labels, told = _labels(path, said.labels)
    names = [path.name, *graph_model.shards(path)]
    sizes = graph_model.sizes(path, names)
    # No manifest says what their digests should be.
    files = tuple(FileRecord(name, size, 0, "") for name, size in zip(names, sizes, strict=True))
    artifact = Artifact(
        "tfjs", "file", path.name, files, taken, given, pixels, labels, logits=bool(said.logits)
    )
    runtime = tfjs_node.open_artifact("tfjs-node", artifact, path.parent)
    if said.logits is None:
        logits, more = _are_logits(path, runtime.probabilities(_probes()))
        runtime.artifact, told = replace(artifact, logits=logits), told + more
    return runtime, assumed + told


def _said_in_metadata(path: Path) -> Said:
    """What a `model.json` carries of this package's embedded facts."""
    try:
        metadata = json_file.read(path)["userDefinedMetadata"]
        facts = json_file.parse(metadata["edgedigits"])
        low, high = map(float, facts["input"]["value_range"])
        kind, labels = facts["output"]["kind"], tuple(map(str, facts["labels"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        return Said(None, None, None)
    if low == high or kind not in ("logits", "probabilities"):
        return Said(None, None, None)
    return Said(InputContract(low, high), kind == "logits", labels)


def _signature(path: Path) -> tuple[Tensor, Tensor]:
    hint = "export one: edgedigits export --target tfjs"
    with damaged(path, hint):
        content = json_file.read(path)
        if not isinstance(content, dict):
            raise ValueError("it holds no model")
        if content.get("format") == "layers-model":
            raise WrongUse(f"{path} is a layers model; graph models run here", hint)
        if "modelTopology" not in content:
            raise WrongUse(f"{path} is no TensorFlow.js model", hint)
        tensors = []
        for part in ("inputs", "outputs"):
            held = content["signature"][part]
            if len(held) != 1:
                raise WrongUse(f"{path} has {len(held)} {part}, a digit classifier has one", hint)
            ((name, tensor),) = held.items()
            sizes = tuple(int(size["size"]) for size in tensor["tensorShape"]["dim"])
            tensors.append(Tensor(name, "float32", sizes))
    return tensors[0], tensors[1]


def _check_shapes(path: Path, taken: tuple[int, ...], given: tuple[int, ...]) -> None:
    if int(np.prod(taken[1:])) != SIDE * SIDE or given[-1:] != (CLASSES,):
        raise WrongUse(
            f"{path} takes {list(taken)} and answers {list(given)}",
            "a digit classifier takes one 28x28 picture and answers ten numbers",
        )


def _pixels(
    path: Path,
    input_range: Range,
    said: InputContract | None = None,
    covered: InputContract | None = None,
) -> tuple[InputContract, Assumed]:
    """What pixels become: as told, else as the file says, else as its input suggests, else raw."""
    if input_range is not None:
        return InputContract(*input_range), ()
    if said is not None:
        return said, ()
    if covered is not None:
        return covered, (
            f"{path.name}: pixels 0..255 assumed to become {covered.low:g}..{covered.high:g}, the "
            f"range its quantized input covers; {_SAY_RANGE}",
        )
    return RAW, (f"{path.name}: raw pixels 0..255 assumed; {_SAY_RANGE}",)


def _labels(path: Path, said: tuple[str, ...] | None) -> tuple[tuple[str, ...], Assumed]:
    if said is not None and sorted(said) == sorted(LABELS):
        return said, ()
    return LABELS, (f"{path.name}: outputs assumed to be the digits 0 to 9 in order",)


def _are_logits(path: Path, answers: NDArray[Any]) -> tuple[bool, Assumed]:
    """Answers that are negative or do not add up to 1 cannot be probabilities."""
    # Ten 8-bit probabilities, each off by half a step of 1/256, add up to 1 within 0.02.
    sums = np.abs(answers.sum(axis=1) - 1)
    if answers.min() >= -1e-3 and sums.max() <= 0.05:
        return False, ()
    return True, (f"{path.name}: its answers are no probabilities, so logits are assumed",)


def _probes() -> NDArray[np.uint8]:
    """A black picture, and one with a bar in its middle."""
    pictures = np.zeros((2, SIDE, SIDE), np.uint8)
    pictures[1, 4:24, 13:16] = 255
    return pictures
