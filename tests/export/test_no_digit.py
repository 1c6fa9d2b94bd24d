"""Digits as far other hands write them: what an export fits "not a digit" on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edgedigits.datasets import folder
from edgedigits.export import no_digit

if TYPE_CHECKING:
    from drawings import Drawn


def test_other_hands_write_the_same_digits_in_other_ways(drawn: Drawn) -> None:
    images, _ = drawn
    written, places = no_digit.other_hands(images, 60)
    assert len(written) == len(places) > 50
    assert set(places) == set(range(len(images)))
    assert not any((one == images[place]).all() for one, place in zip(written, places, strict=True))
    opaque = np.full((28, 28), 255, np.uint8)
    kept = [folder.is_prepared(np.dstack([one] * 3 + [opaque])) for one in written]
    assert np.mean(kept) > 0.9
    np.testing.assert_array_equal(no_digit.other_hands(images, 60)[0], written)


def test_what_lost_its_ink_is_none_of_them(drawn: Drawn) -> None:
    images = drawn[0].copy()
    images[::2] = 0
    _, places = no_digit.other_hands(images, 40)
    assert len(places)
    assert (places % 2 == 1).all()
