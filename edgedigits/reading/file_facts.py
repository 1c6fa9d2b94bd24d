"""What a model file that comes without a manifest says of itself.

Files that this package wrote carry labels and pixel contract inside them; of any other the tensors
say shape and scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from converters.base import Tensor
from converters.source import picture_input
from converters.tflite import zip_archive
from edgedigits import json_file
from edgedigits.bundle import contract
from edgedigits.bundle.input_contract import InputContract
from edgedigits.errors import WrongUse, damaged
from edgedigits.picture.form import DIGIT, Form

USUAL = (InputContract(0.0, 255.0), InputContract(0.0, 1.0), InputContract(-1.0, 1.0))


@dataclass(frozen=True)
class Said:
    """What a model file says inside itself; None where it says nothing."""

    pixels: InputContract | None = None
    logits: bool | None = None
    labels: tuple[str, ...] | None = None


def of_tflite(content: bytes) -> Said:
    """What a TFLite file carries of this package's embedded labels and contract."""
    return _said(zip_archive.facts(content), zip_archive.labels(content))


def of_model_json(path: Path) -> Said:
    """What a `model.json` carries of this package's embedded facts."""
    try:
        facts = json_file.parse(json_file.read(path)["userDefinedMetadata"]["edgedigits"])
        labels = tuple(map(str, facts["labels"]))
    except (KeyError, ValueError, TypeError, AttributeError):
        return Said()
    said = _said(facts, labels)
    return said if said.pixels is not None else Said()


def signature(path: Path) -> tuple[Tensor, Tensor]:
    """Input and output of a `model.json`.

    Raises:
        WrongUse: it is no graph model, or has several of either.
        DataBad: it is damaged.
    """
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
                raise WrongUse(f"{path} has {len(held)} {part}, a classifier has one", hint)
            ((name, tensor),) = held.items()
            sizes = tuple(int(size["size"]) for size in tensor["tensorShape"]["dim"])
            tensors.append(Tensor(name, "float32", sizes))
    return tensors[0], tensors[1]


def arrangement(shape: tuple[int, ...]) -> tuple[Form, bool] | None:
    """The pictures that an input of this shape, batch first, takes, and whether with their channels
    first; None where it is no picture, or a flat one of unknown height and width.

    Nothing says how a photo becomes one, but that 28x28 in grey are digits: else it is stretched.
    """
    if int(np.prod(shape[1:])) == DIGIT.height * DIGIT.width:
        return DIGIT, False
    found = picture_input.arrangement(shape[1:])
    if found is None:
        return None
    form = Form(found.height, found.width, found.channels, "stretch")
    return form, found.channels_first


def range_covered(tensor: Tensor) -> tuple[float, float] | None:
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
            return usual.low, usual.high
    return low, high


def _said(facts: dict[str, Any] | None, labels: tuple[str, ...] | None) -> Said:
    pixels = None if facts is None else contract.pixels(facts)
    output = facts.get("output") if facts is not None else None
    kind = output.get("kind") if isinstance(output, dict) else None
    if pixels is None or kind not in ("logits", "probabilities"):
        return Said(labels=labels)
    return Said(pixels, kind == "logits", labels)
