"""The program's own digits: the same bytes whoever draws them, and digits to the eye of a model."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.datasets.strokes import strokes
from edgedigits.errors import WrongUse

COUNT = 2 * strokes.CHUNK + 130


@pytest.fixture(scope="module")
def drawn() -> strokes.Pictures:
    return strokes.draw(COUNT, seed=3)


def digest(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> str:
    return hashlib.sha256(images.tobytes() + labels.astype("<i8").tobytes()).hexdigest()


def test_pictures_have_the_shape_and_polarity_of_the_pixel_contract(
    drawn: strokes.Pictures,
) -> None:
    images, labels = drawn
    assert images.shape == (COUNT, 28, 28)
    assert images.dtype == np.uint8
    assert labels.shape == (COUNT,)
    assert labels.dtype == np.int64
    assert (images.max(axis=(1, 2)) == 255).all()
    assert (images[:, 0] == 0).all(), "the border is paper"
    assert 0.06 < images.mean() / 255 < 0.2


def test_pictures_are_normalised_as_mnist_is(drawn: strokes.Pictures) -> None:
    images = drawn[0].astype(np.float64)
    index = np.arange(28)
    mass = images.sum(axis=(1, 2))
    across = (images.sum(axis=1) * index).sum(axis=1) / mass
    down = (images.sum(axis=2) * index).sum(axis=1) / mass
    for middle in (across, down):
        # Half a pixel is rounding; a sign too long on one side cannot leave the frame.
        assert np.quantile(np.abs(middle - 14), 0.98) <= 0.5
    inked = images > 0
    heights = inked.any(axis=2).sum(axis=1)
    widths = inked.any(axis=1).sum(axis=1)
    longest = np.maximum(heights, widths)
    assert longest.max() <= 20
    assert (longest >= 19).mean() > 0.97


def test_classes_are_balanced_and_their_order_is_shuffled(drawn: strokes.Pictures) -> None:
    labels = drawn[1]
    assert np.ptp(np.bincount(labels, minlength=10)) <= 1
    assert not np.array_equal(labels[:10], labels[10:20])


def test_a_shorter_drawing_is_the_beginning_of_a_longer_one(drawn: strokes.Pictures) -> None:
    for count in (0, 1, 137, strokes.CHUNK, strokes.CHUNK + 1):
        images, labels = strokes.draw(count, seed=3)
        assert np.array_equal(images, drawn[0][:count])
        assert np.array_equal(labels, drawn[1][:count])


def test_chunks_drawn_in_any_order_by_threads_are_the_same_bytes(drawn: strokes.Pictures) -> None:
    with ThreadPoolExecutor(3) as pool:
        parts = list(pool.map(lambda index: strokes.chunk(index, 3), (2, 0, 1)))
    images = np.concatenate([parts[1][0], parts[2][0], parts[0][0]])[:COUNT]
    assert np.array_equal(images, drawn[0])


@pytest.mark.parametrize("threads", ["1", "4"])
def test_other_processes_with_other_thread_counts_draw_the_same_bytes(
    drawn: strokes.Pictures, threads: str
) -> None:
    code = (
        "import hashlib; from edgedigits.datasets.strokes import strokes;"
        f"i, l = strokes.draw({COUNT}, 3);"
        "print(hashlib.sha256(i.tobytes() + l.astype('<i8').tobytes()).hexdigest())"
    )
    counts = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
    printed = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **counts},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == digest(*drawn)


def test_other_processor_kinds_draw_the_same_bytes(drawn: strokes.Pictures) -> None:
    """OpenBLAS and NumPy are told to use the oldest instructions they know."""
    code = (
        "import hashlib; from edgedigits.datasets.strokes import strokes;"
        f"i, l = strokes.draw({COUNT}, 3);"
        "print(hashlib.sha256(i.tobytes() + l.astype('<i8').tobytes()).hexdigest())"
    )
    oldest = {
        "OPENBLAS_CORETYPE": "Prescott",
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512_SKX",
    }
    printed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, **oldest},
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == digest(*drawn)


def test_seeds_epochs_and_splits_share_no_picture() -> None:
    small = strokes.load(samples=200, seed=0)
    pictures = [
        small.train.images,
        small.validation.images,
        small.test.images,
        strokes.draw(200, seed=1)[0],
        strokes.chunk(0, 0, epoch=1)[0],
    ]
    everything = np.concatenate(pictures).reshape(-1, 784)
    assert len(np.unique(everything, axis=0)) == len(everything)


def test_labels_asked_for_are_drawn_and_others_vary_alike() -> None:
    wanted = np.array([7, 7, 1, 0, 3] * 30, np.int64)
    images, labels = strokes.draw(len(wanted), seed=5, labels=wanted)
    assert np.array_equal(labels, wanted)
    changed = wanted.copy()
    changed[0] = 2
    other, _ = strokes.draw(len(wanted), seed=5, labels=changed)
    assert not np.array_equal(other[0], images[0])
    assert np.array_equal(other[1:], images[1:]), "one label changes one picture"


@pytest.mark.parametrize(
    ("count", "seed", "labels"),
    [
        (-1, 0, None),
        (1, -1, None),
        (2, 0, np.array([1])),
        (1, 0, np.array([10])),
        (1, 0, np.array([0.5])),
    ],
)
def test_impossible_requests_are_refused(
    count: int, seed: int, labels: NDArray[np.int64] | None
) -> None:
    with pytest.raises(WrongUse):
        strokes.draw(count, seed, labels=labels)


@pytest.mark.parametrize("batch", [64, strokes.CHUNK, strokes.CHUNK + 77])
def test_a_stream_is_the_drawing_in_batches(drawn: strokes.Pictures, batch: int) -> None:
    batches = list(strokes.stream(3, 0, COUNT, batch))
    assert {len(labels) for _, labels in batches[:-1]} <= {batch}
    assert np.array_equal(np.concatenate([images for images, _ in batches]), drawn[0])
    assert np.array_equal(np.concatenate([labels for _, labels in batches]), drawn[1])


def test_each_epoch_streams_other_pictures() -> None:
    first, _ = next(strokes.stream(0, 0, 50, 50))
    second, _ = next(strokes.stream(0, 1, 50, 50))
    assert (first != second).any(axis=(1, 2)).all()


def test_streaming_keeps_memory_flat() -> None:
    import tracemalloc

    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in strokes.stream(0, 0, count, 100):
            pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(strokes.CHUNK)
    assert peak(8 * strokes.CHUNK) < 1.2 * peak(2 * strokes.CHUNK)


def test_loading_more_samples_keeps_the_test_pictures_and_the_first_samples() -> None:
    small, large = strokes.load(samples=100, seed=4), strokes.load(samples=1_500, seed=4)
    assert small.name == "strokes"
    assert [len(small.train), len(small.validation), len(small.test)] == [100, 10, 10_000]
    assert [len(large.train), len(large.validation)] == [1_500, 150]
    assert np.array_equal(small.test.images, large.test.images)
    assert np.array_equal(small.train.images, large.train.images[:100])
    assert small.fingerprint != large.fingerprint


def test_too_few_samples_are_refused() -> None:
    with pytest.raises(WrongUse, match="ten digits"):
        strokes.load(samples=9)


def test_drawing_needs_neither_tensorflow_nor_files() -> None:
    code = (
        "import sys; from edgedigits.datasets.strokes import strokes; strokes.draw(10, 0);"
        "print({'tensorflow', 'PIL', 'scipy', 'pooch'} & set(sys.modules))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "set()"


def test_two_threads_may_make_the_first_drawing_at_once() -> None:
    strokes.digits.cache_clear()
    results: list[NDArray[np.uint8]] = []
    threads = [
        threading.Thread(target=lambda: results.append(strokes.draw(20, 9)[0])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(np.array_equal(result, results[0]) for result in results)


def test_more_than_fits_into_memory_is_refused_at_once() -> None:
    with pytest.raises(WrongUse, match="1,000,000,000,000 samples do not fit"):
        strokes.load(10**12)
