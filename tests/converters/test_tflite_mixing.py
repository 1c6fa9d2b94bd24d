"""Files of operations that are stored in different ways, and ranges by other rules."""

from __future__ import annotations

from pathlib import Path

import hard_models
import numpy as np
import pytest
from numpy.typing import NDArray

from converters.base import Card, Conversion
from converters.tflite import mixing, model_reader, ranges, same_answers, stored_scheme, tflite
from converters.tflite.matching import Graph
from converters.tflite.mixing import Variant
from edgedigits.bundle.input_contract import RAW_PIXELS
from edgedigits.datasets.strokes import strokes

pytestmark = pytest.mark.xdist_group("mixing")
HARD = "conv2d_1"
SCHEMES = ("float32", "int8", "int16x8", "float16")
Inputs = NDArray[np.float32]


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    """Drawn digits as the model takes them."""
    return RAW_PIXELS.values(strokes.draw(160, seed=3)[0]).reshape(-1, 28, 28, 1)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, inputs: Inputs) -> Conversion:
    """What is asked of a model with a layer that is hard to quantize."""
    source = hard_models.model(HARD)
    card = Card(source.input_name, "", (), (), "", "")
    folder = tmp_path_factory.mktemp("mixing")
    return Conversion(source, (), Path(folder), card, calibration=inputs[:100], quantized={})


@pytest.fixture(scope="module")
def files(asked: Conversion) -> dict[str, bytes]:
    """The network by scheme, as its converter writes it."""
    return {scheme: tflite.converted_bytes(asked, scheme) for scheme in SCHEMES}


@pytest.fixture(scope="module")
def variants(files: dict[str, bytes]) -> dict[str, Variant]:
    """The same, matched with the float file."""
    floats = Graph(files["float32"])
    return {scheme: Variant.of(floats, content) for scheme, content in files.items()}


def answers(content: bytes, inputs: Inputs) -> NDArray[np.float64]:
    from ai_edge_litert.interpreter import OpResolverType

    return same_answers.answers(content, inputs, OpResolverType.AUTO).astype(np.float64)


def test_with_nothing_chosen_it_is_the_file_that_it_was(
    files: dict[str, bytes], variants: dict[str, Variant], inputs: Inputs
) -> None:
    made = mixing.mix(Graph(files["float32"]), variants["int8"], variants, {})
    found = same_answers.compare(files["int8"], made, inputs)
    assert found.difference is None, found


@pytest.mark.parametrize("scheme", ["int16x8", "float16"])
def test_the_hard_layer_in_another_scheme_is_nearer_to_the_float_model(
    files: dict[str, bytes], variants: dict[str, Variant], inputs: Inputs, scheme: str
) -> None:
    chosen = mixing.with_takers(variants["int8"].pairs, [HARD])
    assert chosen == {HARD, "conv2d_2"}
    made = mixing.mix(
        Graph(files["float32"]), variants["int8"], variants, dict.fromkeys(chosen, scheme)
    )
    kinds = stored_scheme.kinds(model_reader.read(made))
    assert kinds == ("int8", scheme, scheme, "int8", "int8")
    exact = answers(files["float32"], inputs)
    off = [
        np.abs(answers(content, inputs) / 256 - exact).sum(axis=1).mean()
        for content in (files["int8"], made)
    ]
    assert off[1] < 0.6 * off[0]
    # Contract and signature are those of the file in int8.
    assert same_answers.compare(files["int8"], made, inputs[:0]).difference is None


def test_ranges_that_nobody_changed_give_the_converters_file(
    asked: Conversion, files: dict[str, bytes], inputs: Inputs
) -> None:
    made = tflite.quantized_bytes(tflite.calibrated_bytes(asked))
    assert same_answers.compare(files["int8"], made, inputs).difference is None


def test_narrower_ranges_are_those_of_the_file(asked: Conversion, inputs: Inputs) -> None:
    noted = tflite.calibrated_bytes(asked)
    found = ranges.histograms(noted, inputs[:40])
    graph = Graph(noted)
    # Five layers and the mean; the input and the answer have their own.
    assert len(found) == 6
    assert not set(found) & {int(graph.graph.inputs[0]), int(graph.graph.outputs[0])}
    shown = {index: int(np.prod(graph.graph.tensors[index].shape)) * 40 for index in found}
    assert {index: int(each.counts.sum()) for index, each in found.items()} == shown
    narrowed = Graph(ranges.ruled(noted, found, lambda each: (each.low / 2, each.high / 2)))
    for index, each in found.items():
        said = narrowed.graph.tensors[index].quantization
        assert float(said.max[0]) == pytest.approx(each.high / 2)
    assert tflite.quantized_bytes(ranges.ruled(noted, found, ranges.percentile(99.9)))


def histogram(values: NDArray[np.float64]) -> ranges.Histogram:
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    return ranges.Histogram(low, high, np.histogram(values, ranges.BINS, (low, high))[0])


def squared_error(values: NDArray[np.float64], ends: ranges.Ends) -> float:
    low, high = ends
    step = (high - low) / ranges.LEVELS
    stored = np.clip(np.rint((values - low) / step), 0, ranges.LEVELS) * step + low
    return float(np.mean((stored - values) ** 2))


def test_the_rules_do_what_they_say() -> None:
    rng = np.random.default_rng(0)
    values = np.concatenate([rng.normal(0, 1, 100_000), rng.normal(0, 20, 4)])
    found = histogram(values)
    low, high = ranges.percentile(99.9)(found)
    assert 100 * np.mean((values < low) | (values > high)) == pytest.approx(0.1, abs=0.06)
    best = squared_error(values, ranges.least_squares(found))
    assert best < 0.9 * squared_error(values, (found.low, found.high))
    others = [found.high * share for share in np.linspace(0.05, 1, 20)]
    assert best <= 1.1 * min(squared_error(values, (-end, end)) for end in others)


def test_values_on_one_side_of_zero_are_cut_on_that_side() -> None:
    values = np.concatenate([np.zeros(50_000), np.linspace(0, 1, 50_000), np.full(50, 60.0)])
    low, high = ranges.percentile(99.9)(histogram(values))
    assert low == 0
    assert 0.9 < high < 1.1
    low, high = ranges.percentile(99.9)(histogram(-values))
    assert high == 0
    assert -1.1 < low < -0.9
