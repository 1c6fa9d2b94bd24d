"""Pictures that are made when they are looked at answer as an array does, and are not kept."""

from __future__ import annotations

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.bundle.run import DatasetCard, Recorded
from edgedigits.datasets import made
from edgedigits.datasets.dataset import DIGITS, Split, blocks
from edgedigits.datasets.datasets import load
from edgedigits.datasets.made import Made
from edgedigits.datasets.strokes import drawing, strokes
from edgedigits.datasets.strokes.hand import Hand
from edgedigits.picture.form import Form
from edgedigits.verification import unseen

COUNT, SIZE, SHAPE = 47, 10, (4, 3)
Images = NDArray[np.uint8]


def chunk(number: int) -> Images:
    return np.random.default_rng(number).integers(0, 256, (SIZE, *SHAPE), dtype=np.uint8)


ALL = np.concatenate([chunk(number) for number in range(5)])[:COUNT]


@pytest.fixture
def images() -> Images:
    return Made(chunk, SIZE, COUNT, SHAPE).as_array()


@pytest.mark.parametrize(
    "which",
    [3, -1, slice(None), slice(5, 29), slice(40, 99), slice(3, 3), np.array([31, 7, 7]), [2, 30],
     np.arange(COUNT) % 9 == 0],
    ids=str,
)  # fmt: skip
def test_they_answer_as_an_array_does(images: Images, which: object) -> None:
    assert (images.shape, images.ndim, len(images)) == (ALL.shape, 3, COUNT)
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images[which], ALL[which])  # type: ignore[call-overload]
    np.testing.assert_array_equal(np.asarray(images), ALL)
    np.testing.assert_array_equal(np.concatenate(list(blocks(images, 100))), ALL)


@pytest.mark.parametrize("which", [COUNT, -COUNT - 1, (slice(None), 2)], ids=str)
def test_what_there_is_not_is_refused(images: Images, which: object) -> None:
    with pytest.raises(IndexError):
        images[which]  # type: ignore[call-overload]


def test_some_of_them_and_changed_ones_are_not_made_either(images: Images) -> None:
    split = Split(images, np.zeros(COUNT, np.int64)).take(np.array([31, 4, 12])).take(slice(1, 3))
    assert isinstance(split.images, Made)
    np.testing.assert_array_equal(split.images[:], ALL[[4, 12]])
    turned = split.images.each(lambda image: image.T, (3, 4))
    assert isinstance(turned, Made)
    np.testing.assert_array_equal(turned[:], ALL[[4, 12]].transpose(0, 2, 1))


def test_each_chunk_is_made_once_for_all_threads_while_it_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made_ones: list[int] = []

    def make(number: int) -> Images:
        made_ones.append(number)
        return chunk(number)

    images = Made(make, SIZE, COUNT, SHAPE)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: images[:], range(40)):
            np.testing.assert_array_equal(found, ALL)
    assert sorted(made_ones) == [0, 1, 2, 3, 4]
    monkeypatch.setattr(made, "KEPT_BYTES", 2 * SIZE * 12)
    few = Made(make, SIZE, COUNT, SHAPE)
    for _ in range(2):
        np.testing.assert_array_equal(few[:], ALL)
    assert len(made_ones) == 15


def test_a_chunk_that_could_not_be_made_is_made_when_it_is_asked_for_again() -> None:
    broken = [False, True]

    def make(number: int) -> Images:
        if broken.pop():
            raise MemoryError
        return chunk(number)

    images = Made(make, SIZE, SIZE, SHAPE)
    with pytest.raises(MemoryError):
        images[0]
    np.testing.assert_array_equal(images[0], ALL[0])


def test_any_number_of_them_takes_the_memory_of_a_few() -> None:
    images = Made(lambda _: np.zeros((500, 28, 28), np.uint8), 500, 1_000_000, (28, 28))
    tracemalloc.start()
    try:
        for block in blocks(images.as_array()):
            assert len(block)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # All of them would be 784 MB.
    assert most < 150e6


def test_a_drawn_set_has_as_many_test_pictures_as_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "TEST_SAMPLES", 700)
    usual = load("strokes", seed=3, samples=100)
    card = DatasetCard("strokes", "strokes", usual.fingerprint, 3, 100)
    recorded = Recorded(card, trained_on=True)
    more = unseen.choose(recorded, "strokes", data_dir=None, limit=500_000)
    assert len(more.split) == 500_000
    assert more.fingerprint == usual.fingerprint
    np.testing.assert_array_equal(more.split.labels[:700], usual.test.labels)
    for some in (slice(3), slice(495, 700)):
        np.testing.assert_array_equal(more.split.images[some], usual.test.images[some])
    # Chunks after the usual ones are drawn from the stream of test pictures, too.
    _, labels = strokes.DRAWING._chunk(999, 3, 2, 0, None)
    np.testing.assert_array_equal(more.split.labels[-500:], labels)
    few = unseen.choose(recorded, "strokes", data_dir=None, limit=50)
    assert len(few.split) == 50


def test_who_needs_test_pictures_alone_draws_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    usual, later = load("strokes"), load("strokes", test_alone=True)
    assert later.said == usual.fingerprint, "of another drawing: tell it in strokes.DRAWING.usual"
    assert not isinstance(usual.train.images, Made)
    for one, other in ((usual.train, later.train), (usual.validation, later.validation)):
        assert isinstance(other.images, Made)
        np.testing.assert_array_equal(one.labels, other.labels)
        np.testing.assert_array_equal(one.images[-9:], other.images[-9:])
    np.testing.assert_array_equal(usual.test.images, later.test.images)
    # Other pictures, or another machine's, are not said to be these.
    monkeypatch.setattr(drawing, "TEST_SAMPLES", 20)
    assert load("strokes", test_alone=True).said == later.said
    assert load("strokes", test_alone=True, samples=100).said is None
    assert load("strokes", test_alone=True, form=Form(8, 8, 1, "crop")).said is None
    assert load("strokes", test_alone=True, classes=DIGITS[::-1]).said is None
    assert replace(strokes.DRAWING, hand=Hand())._known() is None


def test_drawn_pictures_are_fitted_into_the_form_that_a_model_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drawing, "TEST_SAMPLES", 20)
    form = Form(32, 32, 3, "stretch")
    fitted = load("strokes", samples=10, form=form)
    assert fitted.more is not None
    np.testing.assert_array_equal(fitted.more(600).images[:5], fitted.test.images[:5])
