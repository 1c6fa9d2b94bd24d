"""Parts of the pictures, counted each by itself, add up to the whole, in any order."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import reduce
from itertools import pairwise
from operator import add

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from edgedigits.verification import parity, tally
from edgedigits.verification.parity import Tally
from edgedigits.verification.summaries import ranked
from edgedigits.verification.summaries.exact_sum import ExactSum
from edgedigits.verification.summaries.ranked import Ranked

Table = NDArray[np.float32]


def noisy(count: int, classes: int, seed: int) -> Table:
    generator = np.random.default_rng(seed)
    raised = np.exp(generator.normal(0, 2, (count, classes)))
    found: Table = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


def tables(count: int, classes: int, seed: int) -> tuple[Table, Table, NDArray[np.int64]]:
    """A model, one that answers nearly the same and now and then nothing, and labels."""
    reference = noisy(count, classes, seed)
    candidate = (0.8 * reference + 0.2 * noisy(count, classes, seed + 1)).astype(np.float32)
    candidate[:: max(7, count // 3)] = np.nan
    return reference, candidate, np.random.default_rng(seed).integers(0, classes, count)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 400), st.sampled_from([1, 2, 5, 10, 30]), st.integers(0, 99), st.data())
@pytest.mark.parametrize("held", [100_000, 50])
def test_parts_add_up_to_the_whole_in_any_order(
    held: int, count: int, classes: int, seed: int, data: st.DataObject
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranked, "EXACT", held)
        patch.setattr(tally, "MOST_FLIPS", held)
        reference, candidate, labels = tables(count, classes, seed)
        cuts = sorted(data.draw(st.sets(st.integers(1, count), max_size=6)) | {0, count})
        parts = [
            Tally.of(reference[a:b], candidate[a:b], labels[a:b], 1 / 256, start=a)
            for a, b in pairwise(cuts)
        ]
        mixed = data.draw(st.permutations(parts))
        half = len(mixed) // 2
        # As a tree of two branches, as several workers would add theirs.
        branches = [reduce(add, some) for some in (mixed[:half], mixed[half:]) if some]
        whole = parity.compare(reference, candidate, labels, 1 / 256)
        found = reduce(add, branches).parity()
        assert found == whole
        assert [repr(flip) for flip in found.flips] == [repr(flip) for flip in whole.flips]


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1))
def test_a_sum_is_exact_and_its_mean_rounded_once(numbers: list[float]) -> None:
    found = reduce(add, (ExactSum.of(np.array([number])) for number in numbers))
    assert found == ExactSum.of(np.array(numbers))
    exact = sum(map(Fraction, numbers), Fraction()) / len(numbers)
    assert found.mean() == float(exact)


def test_of_many_numbers_ranks_are_less_than_1_part_in_4096_off_and_memory_is_flat() -> None:
    numbers = np.random.default_rng(0).normal(0, 1, 300_000)
    parts = np.split(numbers, 6)
    found = reduce(add, map(Ranked.of, parts))
    assert found.count == len(numbers)
    ranks = np.array([0, 1, 10, 1000, 150_000, 299_999])
    exact, told = np.sort(numbers)[ranks], found.at(ranks)
    assert (np.sign(told) == np.sign(exact)).all()
    assert (np.abs(told) <= np.abs(exact)).all()
    assert np.allclose(told, exact, rtol=1 / 4096, atol=0)
    assert found.median() == pytest.approx(float(np.median(numbers)), rel=1 / 4096)
    assert len(found.values) < 100_000
    few = reduce(add, map(Ranked.of, parts[:2]))
    assert (few.at(np.arange(100_000)) == np.sort(numbers[:100_000])).all()


def test_all_changed_pictures_are_counted_and_the_worst_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tally, "MOST_FLIPS", 3)
    reference, labels = noisy(50, 10, 0), np.arange(50) % 10
    labels[10:] = reference[10:].argmax(axis=1)
    candidate = np.roll(reference, 1, axis=1)
    found = parity.compare(reference, candidate, labels)
    assert found.changed == found.agreement.changed == 50
    surest = 10 + np.argsort(-reference[10:].max(axis=1))[:3]
    assert [flip.index for flip in found.flips] == sorted(surest.tolist())


def test_what_moved_furthest_is_exact_of_any_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranked, "EXACT", 5)
    reference, candidate = noisy(40, 3, 0), noisy(40, 3, 1)
    found = parity.compare(reference, candidate, np.zeros(40, np.int64))
    exact = float(np.abs(candidate.astype(np.float64) - reference).max())
    assert found.max_difference == found.moved[0].difference == exact
    nothing = parity.compare(reference, candidate * np.nan, np.zeros(40, np.int64))
    assert nothing.max_difference == math.inf
    assert (nothing.sums.least, nothing.sums.largest) == (1.0, 1.0)
