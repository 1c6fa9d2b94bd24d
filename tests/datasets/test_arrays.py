from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from synthetic import make_pictures

from edgedigits.datasets import arrays
from edgedigits.errors import DataBad


@pytest.mark.parametrize("shape", [(6, 28, 28), (6, 28, 28, 1), (6, 784)])
def test_shapes_of_28(shape: tuple[int, ...]) -> None:
    pictures, _ = make_pictures(6)
    assert (arrays.to_pictures(pictures.reshape(shape), "here") == pictures).all()


@pytest.mark.parametrize("shape", [(6, 20, 20), (6, 20, 20, 1), (6, 400)])
def test_pictures_of_20_lie_in_the_middle(shape: tuple[int, ...]) -> None:
    pictures, _ = make_pictures(6)
    small = pictures[:, 4:24, 4:24].reshape(shape)
    assert (arrays.to_pictures(small, "here") == pictures).all()


@pytest.mark.parametrize(
    "store",
    [
        lambda x: x.astype(np.int64),
        lambda x: x.astype(np.float64),
        lambda x: (x / 255).astype(np.float32),
        lambda x: x.astype(np.float32) / np.float32(255),
        lambda x: (x / 255).astype(np.float64),
        lambda x: x.astype(">i2"),
    ],
)
def test_exact_grey_levels_of_any_type_are_taken(store: Any) -> None:
    pictures, _ = make_pictures(6)
    assert (arrays.to_pictures(store(pictures), "here") == pictures).all()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda x: x / 256, "fractions that are no grey levels"),
        (lambda x: x + 0.25, "fractions|not in 0..255"),
        (lambda x: x.astype(int) - 1, "pixels from -1 to 254"),
        (lambda x: x.astype(int) + 1, "pixels from 1 to 256"),
        (lambda x: x / 127.5 - 1, "pixels from -1.0 to 1.0"),
        (lambda x: np.where(x == 0, np.nan, x), "NaN"),
        (lambda x: (x > 127).astype(np.uint8), "only 0 and 1"),
        (lambda x: x > 127, "only 0 and 1"),
        (lambda x: x.astype(str), "no numbers"),
        (lambda x: x[:, :27], r"shape \[6, 27, 28\]"),
        (lambda x: np.stack([x] * 3, -1), r"shape \[6, 28, 28, 3\]"),
        (lambda x: x.reshape(6, 784)[:, :783], r"shape \[6, 783\]"),
    ],
)
def test_other_pictures_are_refused_with_the_reason(change: Any, reason: str) -> None:
    pictures, _ = make_pictures(6)
    with pytest.raises(DataBad, match=reason):
        arrays.to_pictures(change(pictures), "here")


@pytest.mark.parametrize("kind", [np.uint8, np.int64, np.float32])
def test_labels_of_any_type_are_taken(kind: Any) -> None:
    labels = arrays.to_labels(np.array([3, 0, 9], dtype=kind), "here")
    assert labels.dtype == np.int64
    assert labels.tolist() == [3, 0, 9]


def test_one_hot_and_column_labels_are_taken() -> None:
    assert arrays.to_labels(np.eye(10)[[3, 0, 9]], "here").tolist() == [3, 0, 9]
    assert arrays.to_labels(np.array([[3], [0]]), "here").tolist() == [3, 0]


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ([0, 10], "label 10"),
        ([0, -1], "label -1"),
        ([0.5, 1], "no whole numbers"),
        ([np.nan, 1], "no whole numbers"),
        (["a", "b"], "no digits"),
        (np.ones((2, 10)), "not one-hot"),
        (np.ones((2, 3)), "no digits"),
    ],
)
def test_other_labels_are_refused_with_the_reason(labels: Any, reason: str) -> None:
    array: NDArray[Any] = np.array(labels)
    with pytest.raises(DataBad, match=reason):
        arrays.to_labels(array, "here")


def test_dark_ink_on_light_paper_is_refused() -> None:
    pictures, labels = make_pictures(6)
    with pytest.raises(DataBad, match="dark ink on light paper") as caught:
        arrays.to_split(255 - pictures, labels, "here")
    assert "255 - x" in (caught.value.hint or "")


def test_no_pictures_are_refused() -> None:
    with pytest.raises(DataBad, match="holds no pictures"):
        arrays.to_split(np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.int64), "here")
