"""What distorted pictures cost a model is counted right, and floors are held."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.bundle.artifact import InputContract
from edgedigits.datasets.dataset import Split
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import WrongUse
from edgedigits.robustness import floors, robustness
from edgedigits.robustness.distortions import DISTORTIONS
from edgedigits.robustness.floors import Floor
from edgedigits.robustness.robustness import CLEAN, WRONG, Changes
from edgedigits.verification import unseen
from edgedigits.verification.unseen import Pictures

Table = NDArray[np.float32]


class Marked:
    """Answers the digit that the position of a picture's brightest row tells: row `2 d + 4` for d.

    Keeps what it was asked.
    """

    pixels = InputContract(0.0, 255.0)

    def __init__(self) -> None:
        self.values: list[Table] = []

    def probabilities(self, images: NDArray[np.uint8]) -> Table:
        digits = np.clip(images.max(axis=2).argmax(axis=1) // 2 - 2, 0, 9)
        table: Table = np.eye(10, dtype=np.float32)[digits]
        return table

    def probabilities_of(self, values: Table) -> Table:
        self.values.append(values)
        return np.full((len(values), 10), np.nan, np.float32)


def marked(count: int = 80) -> Split:
    """Pictures that `Marked` answers right."""
    labels = np.arange(count, dtype=np.int64) % 10
    images = np.zeros((count, 28, 28), np.uint8)
    images[np.arange(count), 2 * labels + 4, 14] = 255
    return Split(images, labels)


def measured(name: str, prepared: int = 0) -> robustness.Score:
    model = Marked()
    changes = robustness.choose(model, [name])
    found = robustness.measure(model, marked(), changes, prepared=prepared)
    assert found.scores[0].name == CLEAN
    return found.scores[1]


def test_clean_pictures_and_changes_that_do_no_harm_score_in_full() -> None:
    model = Marked()
    found = robustness.measure(model, marked(), robustness.choose(model, ["mirrored"]))
    assert (found.clean.right, found.clean.pictures) == (80, 80)
    assert found.clean.accuracy.percent == 100
    assert found.wrong_preparations[0].right == 80


def test_directions_are_scored_by_themselves() -> None:
    # Up or down by two rows is another digit, but for 0 and 9 at the ends; sideways is nothing.
    score = measured("shift-2")
    by_way = {way.name: way for way in score.ways}
    assert {way.pictures for way in score.ways} == {20}
    assert by_way["left"].right == by_way["right"].right == 20
    assert by_way["up"].right < 10
    assert by_way["down"].right < 10
    assert score.right == sum(way.right for way in score.ways)


def test_lost_ink_is_told_where_some_can_be_lost() -> None:
    score = measured("shift-4")
    assert score.ink_lost_percent == 0
    assert score.pictures_cut == 0
    hidden = measured("occlusion-7")
    assert hidden.ink_lost_percent is not None
    assert hidden.ink_lost_percent == pytest.approx(100 * (hidden.pictures_cut or 0) / 80)
    assert measured("inversion").ink_lost_percent is None


def test_answers_that_are_not_finite_are_wrong() -> None:
    assert measured("divided").right == 0


def test_mistakes_of_scale_reach_the_model_as_numbers_that_no_picture_has() -> None:
    model = Marked()
    changes = robustness.choose(model, ["divided", "divided-twice"])
    robustness.measure(model, marked(), changes)
    once, twice = model.values
    assert once.max() == pytest.approx(1)
    assert twice.max() == pytest.approx(1 / 255)


def test_a_model_that_takes_pictures_only_is_not_asked_about_scale() -> None:
    class Plain:
        def probabilities(self, images: NDArray[np.uint8]) -> Table:
            return Marked().probabilities(images)

    names = [case.name for case in robustness.choose(Plain()).wrong_preparations]
    assert "divided" not in names
    assert len(names) == 5


def test_pictures_in_which_preparation_finds_no_ink_count_as_wrong() -> None:
    model, blank = Marked(), np.zeros((4, 28, 28), np.uint8)
    split = Split(blank, np.zeros(4, np.int64))
    found = robustness.measure(model, split, robustness.choose(model, ["inverted"]), prepared=3)
    after = found.clean.prepared
    assert after is not None
    # Blank pictures are answered with 0, which is their label.
    assert (found.clean.right, after.right_as_it_is) == (4, 3)
    assert (after.pictures, after.right, after.blank) == (3, 0, 3)


def test_only_changes_that_preparation_can_undo_are_measured_after_it() -> None:
    changes = robustness.choose(Marked())
    assert "rotation-20" not in changes.prepared_names
    assert "transposed" not in changes.prepared_names
    assert {CLEAN, "shift-4", "scale-0.7", "erosion", "inverted"} < set(changes.prepared_names)
    assert measured("rotation-20", prepared=5).prepared is None
    after = measured("inverted", prepared=5).prepared
    assert after is not None
    assert after.pictures == 5


def test_names_and_families_choose_what_is_measured() -> None:
    model = Marked()
    assert robustness.choose(model, ["rotation"]).names == (
        CLEAN, "rotation-10", "rotation-20", "rotation-30",
    )  # fmt: skip
    assert len(robustness.choose(model, [WRONG]).wrong_preparations) == 7
    assert len(robustness.choose(model).names) == len(set(robustness.choose(model).names))
    assert len(robustness.choose(model).names) == 1 + len(DISTORTIONS) + 7
    with pytest.raises(WrongUse, match="did you mean shift"):
        robustness.choose(model, ["shfit"])


def test_no_pictures_are_refused() -> None:
    with pytest.raises(ValueError, match="no pictures"):
        robustness.measure(Marked(), marked(0), Changes((), ()))


def test_a_floor_is_read_and_held() -> None:
    model = Marked()
    changes = robustness.choose(model, ["shift-2", "mirrored", "inverted"])
    read = floors.read(
        ["shift-2=60", "mirrored=100", "inverted:prepared=0", "clean=99.5"], changes, prepared=True
    )
    assert read[0] == Floor("shift-2", False, 60.0)
    assert read[2] == Floor("inverted", True, 0.0)
    found = robustness.measure(model, marked(), changes, prepared=4)
    held = floors.hold(found, read)
    assert [each.is_kept for each in held] == [False, True, True, True]
    assert held[0].percent == found.distortions[0].accuracy.percent


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shift-2", "is not NAME=PERCENT"),
        ("shift-2=high", "is not NAME=PERCENT"),
        ("shift-2=101", "no percentage"),
        ("shift-2=nan", "no percentage"),
        ("shift-3=90", "did you mean shift-2"),
        ("shift-2:before=90", "'before' is not 'prepared'"),
        ("mirrored:prepared=90", "not measured after preparation"),
    ],
)
def test_a_floor_that_means_nothing_is_refused(text: str, said: str) -> None:
    changes = robustness.choose(Marked(), ["shift-2", "mirrored"])
    with pytest.raises(WrongUse, match=said):
        floors.read([text], changes, prepared=True)


def test_a_floor_after_preparation_needs_preparation() -> None:
    changes = robustness.choose(Marked(), ["inverted"])
    with pytest.raises(WrongUse, match="not measured after preparation"):
        floors.read(["inverted:prepared=90"], changes, prepared=False)


def test_the_first_pictures_are_taken_unless_the_set_is_sorted() -> None:
    images, labels = strokes.draw(100, seed=1)
    mixed, words = unseen.first(Pictures("mixed", "", Split(images, labels)), 40)
    assert words == "the first 40 of 100"
    assert np.array_equal(mixed.split.images, images[:40])
    order = np.argsort(labels, kind="stable")
    ordered = Pictures("sorted", "", Split(images[order], labels[order]))
    some, words = unseen.first(ordered, 40)
    assert words == "40 of 100, drawn at random"
    assert len(some.split) == 40
    assert len(set(some.split.labels)) == 10
    whole, words = unseen.first(ordered, 500)
    assert words == "all 100"
    assert whole is ordered
