"""Pictures that are no digit: the same bytes whoever draws them, and what judges is kept apart."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.datasets.strokes import noise, outliers, scribbles, strokes
from edgedigits.datasets.strokes.signs import SIGNS
from edgedigits.errors import WrongUse

DOUBLES = "BDGIJLOQSTZbgloqsyz"
DIGEST = (
    "import hashlib; from edgedigits.datasets.strokes import outliers, scribbles;"
    "h = hashlib.sha256();"
    "[h.update(outliers.draw(kind, 600, 3, 'test').tobytes()) for kind in outliers.KINDS];"
    "h.update(outliers.chunk(1, 3, epoch=2).tobytes()); print(h.hexdigest())"
)


@cache
def digest() -> str:
    sha = hashlib.sha256()
    for kind in outliers.KINDS:
        sha.update(outliers.draw(kind, 600, 3, "test").tobytes())
    sha.update(outliers.chunk(1, 3, epoch=2).tobytes())
    return sha.hexdigest()


@pytest.mark.parametrize("kind", outliers.KINDS)
def test_a_shorter_drawing_is_the_beginning_of_a_longer_one(kind: str) -> None:
    images, names = outliers.draw_named(kind, outliers.CHUNK + 90, 3)
    assert images.shape == (outliers.CHUNK + 90, 28, 28)
    assert images.dtype == np.uint8
    for count in (0, 137, outliers.CHUNK + 1):
        shorter = outliers.draw_named(kind, count, 3)
        assert np.array_equal(shorter[0], images[:count])
        assert np.array_equal(shorter[1], names[:count])


@pytest.mark.parametrize(
    "environment",
    [
        {"OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "4"},
        {
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "OPENBLAS_CORETYPE": "Prescott",
            "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512_SKX",
        },
    ],
    ids=["four threads", "one thread and the oldest instructions"],
)
def test_other_processes_threads_and_processors_draw_the_same_bytes(
    environment: dict[str, str],
) -> None:
    printed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", DIGEST],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == digest()


def test_chunks_drawn_in_any_order_by_threads_are_the_same_bytes() -> None:
    with ThreadPoolExecutor(3) as pool:
        parts = list(pool.map(lambda index: outliers.chunk(index, 3), (2, 0, 1)))
    for part, index in zip(parts, (2, 0, 1), strict=True):
        assert np.array_equal(part, outliers.chunk(index, 3))


def test_seeds_epochs_and_purposes_share_no_picture() -> None:
    letters = [outliers.draw("letters", 200, 0, purpose) for purpose in outliers.PURPOSES]
    scribbled = [outliers.draw("scribbles", 200, 0, purpose) for purpose in outliers.PURPOSES]
    noisy = [outliers.draw("noise", 200, 0, purpose) for purpose in outliers.PURPOSES]
    more = [outliers.draw("letters", 200, 1, "test"), strokes.draw(200, 0)[0]]
    everything = np.concatenate(letters + scribbled + noisy + more).reshape(-1, 784)
    assert len(np.unique(everything, axis=0)) == len(everything)

    first, second = outliers.chunk(0, 0), outliers.chunk(0, 0, epoch=1)
    shared = (first[:, None] == second[None]).all(axis=(2, 3))
    assert not first.any(axis=(1, 2))[shared.any(axis=1)].any(), "blanks alone may be alike"


def test_every_letter_is_there_that_is_no_digits_double() -> None:
    everything = {chr(code) for start in "Aa" for code in range(ord(start), ord(start) + 26)}
    assert set(outliers.LETTERS) == everything - set(DOUBLES)
    assert not set(SIGNS) & everything


@pytest.mark.parametrize("table", [outliers.LETTERS, SIGNS], ids=["letters", "signs"])
def test_the_ways_that_judge_are_never_ways_that_teach(table: dict[str, tuple[str, ...]]) -> None:
    kind = "letters" if table is outliers.LETTERS else "signs"
    for name, ways in table.items():
        judged = outliers.ways(kind, name, "test")
        taught = outliers.ways(kind, name, "train")
        assert sorted((*judged, *taught)) == sorted(ways)
        assert not set(judged) & set(taught), name
        assert len(judged) >= 2, name
        assert len(taught) >= 3, name
        assert outliers.ways(kind, name, "validation") == taught


def test_some_scribbles_and_noise_judge_that_never_teach() -> None:
    for kind, families in (("scribbles", scribbles.FAMILIES), ("noise", noise.FAMILIES)):
        seen = {p: set(outliers.draw_named(kind, 100, 0, p)[1]) for p in outliers.PURPOSES}
        assert seen["test"] == set(families)
        assert seen["train"] == seen["validation"]
        assert seen["train"] < seen["test"]


def test_names_are_drawn_equally_often() -> None:
    for kind in ("letters", "signs", "scribbles", "noise"):
        counts = np.unique(outliers.draw_named(kind, outliers.CHUNK, 0)[1], return_counts=True)[1]
        assert np.ptp(counts) <= 1


@pytest.mark.parametrize("kind", ["letters", "signs", "scribbles"])
def test_drawn_pictures_are_normalised_as_digits_are(kind: str) -> None:
    images = outliers.draw(kind, 1_000, 0)
    assert (images.max(axis=(1, 2)) == 255).all()
    inked = images > 0
    longest = np.maximum(inked.any(axis=2).sum(axis=1), inked.any(axis=1).sum(axis=1))
    assert longest.max() <= 20
    assert (longest >= 19).mean() > 0.9
    index, mass = np.arange(28), images.sum(axis=(1, 2))
    for axis in (1, 2):
        middle = (images.sum(axis=axis) * index).sum(axis=1) / mass
        assert np.quantile(np.abs(middle - 14), 0.95) <= 0.5


def test_noise_comes_full_size_and_as_picture_preparation_leaves_it() -> None:
    images = outliers.draw("noise", 1_000, 0)
    framed = (images[:, 0] == 0).all(axis=1) & (images[:, :, 0] == 0).all(axis=1)
    assert 0.4 < framed.mean() < 0.7
    assert (np.ptp(images, axis=(1, 2)) > 0).all(), "none is blank"


def test_blanks_have_nothing_on_them() -> None:
    images = outliers.draw("blank", 100, 0)
    assert (np.ptp(images, axis=(1, 2)) == 0).all()
    levels = images[:, 0, 0]
    assert [(levels == 0).sum(), ((levels > 0) & (levels < 33)).sum()] == [50, 25]
    assert levels.max() > 200, "a white sheet as it is"


def test_a_chunk_mixes_the_kinds_in_their_shares_and_shuffles_them() -> None:
    assert sum(outliers.MIX.values()) == pytest.approx(1)
    images = outliers.chunk(0, 0)
    assert images.shape == (outliers.CHUNK, 28, 28)
    assert images.dtype == np.uint8
    blank = np.ptp(images, axis=(1, 2)) == 0
    assert blank.sum() == round(outliers.CHUNK * outliers.MIX["blank"])
    assert np.flatnonzero(blank).min() < outliers.CHUNK // 2


def nearest(known: NDArray[np.uint8], pictures: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Index of the known picture most like each picture, by the cosine of their pixels."""
    tables = [
        images.reshape(len(images), -1).astype(np.float32) / 255 for images in (known, pictures)
    ]
    units = [table / np.linalg.norm(table, axis=1, keepdims=True) for table in tables]
    best: NDArray[np.intp] = (units[1] @ units[0].T).argmax(axis=1)
    return best


def test_letters_look_like_their_letter_and_not_like_digits() -> None:
    """By their nearest neighbour among 6,000 pictures, and written in ways those do not know."""
    letters, called = outliers.draw_named("letters", 4_000, 0, "train")
    digits = strokes.draw(2_000, 0)[0]
    known = np.concatenate([letters, digits])
    names = np.concatenate([np.char.lower(called), np.full(len(digits), "0-9")])

    pictures, wanted = outliers.draw_named("letters", 660, 0, "test")
    found = names[nearest(known, pictures)]
    assert (found == np.char.lower(wanted)).mean() > 0.55, "of 22 letters"
    assert (found == "0-9").mean() < 0.2
    others = names[nearest(known, strokes.draw(500, 1)[0])]
    assert (others == "0-9").mean() > 0.8


def test_scribbles_can_be_drawn_with_a_mouse() -> None:
    drawn = scribbles.paths(2 * len(scribbles.FAMILIES), seed=0)
    assert len(drawn) == 2 * len(scribbles.FAMILIES)
    for strokes_of_one in drawn:
        points = np.concatenate(strokes_of_one)
        assert all(stroke.ndim == 2 and len(stroke) >= 2 for stroke in strokes_of_one)
        assert points.min() >= 0
        assert points.max() <= 1
        assert np.ptp(points, axis=0).max() == pytest.approx(1), "it fills the pad"
        length = sum(np.hypot(*np.diff(stroke, axis=0).T).sum() for stroke in strokes_of_one)
        assert length > 1.9, "more than a line across"
    again = scribbles.paths(3, seed=0)
    assert all(
        np.array_equal(a, b)
        for one, other in zip(again, drawn, strict=False)
        for a, b in zip(one, other, strict=True)
    )
    assert not np.array_equal(scribbles.paths(1, seed=1)[0][0], drawn[0][0])


@pytest.mark.parametrize(
    ("kind", "count", "seed", "purpose", "message"),
    [
        ("letter", 1, 0, "test", "did you mean letters"),
        ("letters", -1, 0, "test", "-1 pictures"),
        ("letters", 1, -1, "test", "a seed is 0 or more"),
        ("letters", 1, 0, "tests", "did you mean test"),
    ],
)
def test_impossible_requests_are_refused(
    kind: str, count: int, seed: int, purpose: str, message: str
) -> None:
    with pytest.raises(WrongUse, match=message):
        outliers.draw(kind, count, seed, purpose)


def test_impossible_chunks_are_refused() -> None:
    with pytest.raises(WrongUse):
        outliers.chunk(-1, 0)
    with pytest.raises(WrongUse):
        outliers.chunk(0, 0, purpose="exam")


def test_drawing_needs_neither_tensorflow_nor_files() -> None:
    code = (
        "import sys; from edgedigits.datasets.strokes import outliers; outliers.chunk(0, 0);"
        "print({'tensorflow', 'PIL', 'scipy', 'pooch'} & set(sys.modules))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "set()"
