"""Runtimes in other processes are handed pixels, and make the same of them as we do here."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edgedigits.bundle import bundle, synthetic
from edgedigits.bundle.input_contract import InputContract
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.base import TakesValues

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@pytest.mark.parametrize("scheme", ["tflite-float32", "tflite-int8", "tfjs-float32"])
@pytest.mark.parametrize(
    "said",
    [
        {},
        {"low": -1.0, "high": 1.0, "bgr": True},
        {"low": 0.0, "high": 1.0, "mean": MEAN, "std": STD},
        {"low": 0.0, "high": 1.0, "mean": MEAN, "std": STD, "channels_first": True, "bgr": True},
    ],
)
def test_pixels_are_answered_as_their_values_are(
    colour_bundle: Path, scheme: str, said: dict[str, object]
) -> None:
    manifest = bundle.read_manifest(colour_bundle)
    (found,) = (each for each in manifest.artifacts if each.id == scheme)
    pixels = replace(InputContract(0.0, 255.0, form=found.pixels.form), **said)  # type: ignore[arg-type]
    told = replace(found, pixels=pixels)
    images = synthetic.draw(pixels.form, 0)
    kind = runtimes.default_runtime(found.target)
    with contextlib.closing(runtimes.open_runtime(kind, told, colour_bundle)) as runtime:
        assert isinstance(runtime, TakesValues)
        answers = runtime.probabilities(images)
        np.testing.assert_array_equal(answers, runtime.probabilities_of(pixels.values(images)))
    assert len(np.unique(answers, axis=0)) > 1
