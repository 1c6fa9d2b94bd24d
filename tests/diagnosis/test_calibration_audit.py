"""What a float model makes of pictures that calibrate is held against held-out ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import colours
import numpy as np
import pytest
from numpy.typing import NDArray

from converters import activations
from edgedigits.datasets.dataset import Split
from edgedigits.datasets.strokes import outliers, strokes
from edgedigits.diagnosis import calibration_audit
from edgedigits.diagnosis.calibration_audit import Audit
from edgedigits.errors import BudgetBroken
from edgedigits.export import source
from edgedigits.export.source import Source
from edgedigits.export.told import Told

Images = NDArray[np.uint8]


@pytest.fixture(scope="module")
def nano(pictures: Path) -> Source:
    return source.open_source(Path("ready:nano"), dataset=str(pictures))


@pytest.fixture(scope="module")
def held_out() -> Split:
    return Split(*strokes.draw(300, seed=9))


def audited(opened: Source, images: Images, held_out: Split) -> Audit:
    some = Split(images, np.arange(len(images)) % len(opened.classes), opened.classes)
    return calibration_audit.audit(opened.model, opened.pixels, some, held_out)


def failures(found: Audit) -> list[str]:
    return [each.words for each in found.findings if each.failed]


def test_the_activations_are_those_that_a_file_keeps_ranges_for(nano: Source) -> None:
    kinds = [name.partition("_")[0] for name in _names(nano)]
    assert kinds.count("relu") == sum(node.op == "Relu" for node in nano.model.graph.node)
    assert {"softmax", "relu"} <= set(kinds)
    assert not {"conv2d", "matmul", "reshape"} & set(kinds)


def _names(opened: Source) -> tuple[str, ...]:
    return activations.looking(opened.model)[0]


@pytest.mark.parametrize(("count", "seed"), [(100, 1), (500, 2)])
def test_good_draws_pass_without_a_note(
    nano: Source, held_out: Split, count: int, seed: int
) -> None:
    images, _ = strokes.draw(count, seed=seed)
    found = audited(nano, images, held_out)
    found.check()
    assert found.findings == ()
    assert found.ranges is not None
    assert [each.name for each in found.ranges.every] == list(_names(nano))
    for each in found.ranges.every:
        assert each.low <= each.high
        assert 0 <= each.outside < 0.01
    assert found.as_json()["held_out"] == 300


@pytest.mark.parametrize("kind", ["signs", "scribbles"])
def test_pictures_that_are_no_digits_fail_by_what_the_model_makes_of_them(
    nano: Source, held_out: Split, kind: str
) -> None:
    found = audited(nano, outliers.draw(kind, 200, seed=0), held_out)
    assert found.failed
    with pytest.raises(BudgetBroken, match="the 200 calibration pictures are not like") as caught:
        found.check()
    assert "--scheme dynamic" in str(caught.value.hint)
    assert any("mean activations of" in each for each in failures(found))


def test_held_out_values_beyond_the_range_are_counted(nano: Source, held_out: Split) -> None:
    images, _ = strokes.draw(200, seed=1)
    dim = audited(nano, images // np.uint8(3), held_out).ranges
    good = audited(nano, images, held_out).ranges
    assert dim is not None
    assert good is not None
    assert dim.most_outside.outside > 0.02 > good.most_outside.outside
    assert dim.most_distant.distance > 0.5 > good.most_distant.distance


def test_what_is_not_finite_fails(nano: Source, held_out: Split) -> None:
    images, _ = strokes.draw(100, seed=1)
    ranges = audited(nano, images, held_out).ranges
    assert ranges is not None
    unknown = float("nan")
    for every in (
        tuple(replace(each, outside=unknown) for each in ranges.every),
        tuple(replace(each, distance=unknown) for each in ranges.every),
    ):
        assert any(each.failed for each in replace(ranges, every=every).findings())


def test_without_held_out_pictures_the_others_are_looked_at_alone(nano: Source) -> None:
    images, labels = strokes.draw(100, seed=1)
    few = Split(images[:5], labels[:5])
    found = audited(nano, images, few)
    assert (found.held_out, found.ranges, found.failed) == (0, None, False)
    assert audited(nano, np.zeros_like(images), few).failed


@pytest.fixture(scope="module")
def colourful(colour_model: Path) -> Source:
    told = Told((0.0, 1.0), colours.MEAN, colours.STD)
    pictures = str(colour_model / "pictures.npz")
    return source.open_source(colour_model / "model", dataset=pictures, told=told)


@pytest.mark.parametrize(
    ("change", "fails"),
    [
        (lambda images: images, False),
        (lambda images: 255 - images, True),
        (lambda images: images // 4, True),
        (lambda images: np.repeat(images[..., :1], 3, axis=3), True),
        (lambda images: np.roll(images, 1, axis=2), False),
    ],
    ids=["as they are", "inverted", "dim", "without colours", "moved by a pixel"],
)
def test_colours(colourful: Source, change: Callable[[Images], Images], fails: bool) -> None:
    images, labels = colours.draw(200, seed=5)
    some = Split(change(images), labels, colourful.classes)
    test = Split(*colours.draw(200, seed=6), colourful.classes)
    found = calibration_audit.audit(colourful.model, colourful.pixels, some, test)
    assert found.failed == fails, found.findings
