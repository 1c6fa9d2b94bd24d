"""Judging answers: each number against a case worked out by hand, or against a plainer program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.bundle import run
from edgedigits.verification.evaluation import BINS, calibrate, evaluate

if TYPE_CHECKING:
    from command_line import Command

Table = NDArray[np.float32]
Labels = NDArray[np.int64]


def answers(*pairs: tuple[int, float]) -> Table:
    """A row for each (digit, probability); the rest is spread over the other digits."""
    table = np.empty((len(pairs), 10), np.float32)
    for row, (digit, probability) in zip(table, pairs, strict=True):
        row[:] = (1 - probability) / 9
        row[digit] = probability
    return table


def labels(*digits: int) -> Labels:
    return np.array(digits, np.int64)


def test_scores_of_a_case_worked_out_by_hand() -> None:
    table = answers((3, 0.9), (3, 0.8), (3, 0.7), (5, 0.6), (5, 0.9))
    found = evaluate(table, labels(3, 3, 5, 5, 3))
    three, five = found.digits[3], found.digits[5]
    assert (three.pictures, three.answered, three.right) == (3, 3, 2)
    assert (five.pictures, five.answered, five.right) == (2, 2, 1)
    assert three.recall is not None
    assert five.precision is not None
    assert three.recall.percent == pytest.approx(100 * 2 / 3)
    assert five.precision.percent == pytest.approx(50)
    assert found.confusion[3][5] == 1
    assert found.confusion[5][3] == 1
    assert sum(map(sum, found.confusion)) == 5
    assert found.accuracy.percent == pytest.approx(60)


def test_any_number_of_classes_is_judged_and_the_commonest_confusions_come_first() -> None:
    table = np.eye(26, dtype=np.float32)[[0, 25, 25, 25, 3, 7, 7]]
    found = evaluate(table, labels(0, 1, 1, 25, 4, 4, 4))
    assert len(found.digits) == len(found.confusion) == 26
    assert (found.right, found.confusion[25][25], found.confusion[1][25]) == (2, 1, 2)
    assert list(found.confusions[:2]) == [(1, 25, 2), (4, 7, 2)]
    assert list(found.confusions[2:]) == [(4, 3, 1)]
    with pytest.raises(ValueError, match="do not fit"):
        evaluate(table, labels(0, 1, 1, 26, 4, 4, 4))


def test_accuracy_carries_the_interval_of_wilson() -> None:
    table = answers(*[(1, 0.9)] * 100)
    found = evaluate(table, labels(*[1] * 90, *[2] * 10))
    # 90 of 100, from Wilson's formula with z = 1.96.
    assert found.accuracy.low == pytest.approx(82.56, abs=0.01)
    assert found.accuracy.high == pytest.approx(94.48, abs=0.01)


def test_what_never_occurs_has_no_share() -> None:
    found = evaluate(answers((1, 0.9)), labels(2))
    assert found.digits[2].precision is None
    assert found.digits[1].recall is None
    assert found.digits[7].recall is None
    assert found.digits[7].precision is None


def test_mistakes_come_most_confident_first_and_ties_in_order() -> None:
    table = answers((1, 0.5), (2, 0.9), (3, 0.7), (4, 0.7), (5, 0.99))
    found = evaluate(table, labels(0, 0, 0, 0, 5))
    assert [mistake.index for mistake in found.mistakes] == [1, 2, 3, 0]
    first = found.mistakes[0]
    assert (first.label, first.digit) == (0, 2)
    assert first.probability == pytest.approx(0.9)
    assert first.label_probability == pytest.approx(0.1 / 9)


def test_an_answer_that_is_not_finite_is_wrong_and_no_digit() -> None:
    table = answers((0, 0.9), (0, 0.9))
    table[1, 4] = np.nan
    found = evaluate(table, labels(0, 0))
    assert (found.non_finite, found.right) == (1, 1)
    assert sum(map(sum, found.confusion)) == 1
    assert found.accuracy.percent == pytest.approx(50)
    assert found.digits[0].recall is not None
    assert found.digits[0].recall.percent == pytest.approx(50)
    assert found.mistakes == ()


def test_nothing_finite_leaves_no_calibration() -> None:
    found = evaluate(np.full((2, 10), np.nan, np.float32), labels(0, 1))
    assert found.calibration is None
    assert found.right == 0


def test_always_right_and_always_sure_is_perfectly_calibrated() -> None:
    table = np.eye(10, dtype=np.float32)
    assert calibrate(table, np.arange(10, dtype=np.int64)).error == 0


def test_overconfidence_is_the_calibration_error() -> None:
    table = answers(*[(1, 0.95)] * 10)
    found = calibrate(table, labels(*[1] * 5, *[2] * 5))
    assert found.error == pytest.approx(0.45, abs=1e-6)
    assert found.probability - found.accuracy == pytest.approx(0.45, abs=1e-6)


def test_bins_are_weighed_by_their_pictures() -> None:
    # Three pictures at 0.95, all right; one at 0.45, wrong.
    table = answers((1, 0.95), (1, 0.95), (1, 0.95), (1, 0.45))
    found = calibrate(table, labels(1, 1, 1, 2))
    assert found.error == pytest.approx(0.75 * 0.05 + 0.25 * 0.45, abs=1e-6)
    assert [part.pictures for part in found.bins] == [1, 3]


def test_errors_of_opposite_sign_in_different_bins_do_not_cancel() -> None:
    table = answers((1, 0.9), (1, 0.4))
    found = calibrate(table, labels(2, 1))
    assert found.error == pytest.approx(0.75, abs=1e-6)


def test_the_upper_end_of_a_bin_belongs_to_it() -> None:
    (only,) = calibrate(answers((1, 1.0)), labels(1)).bins
    assert (only.low, only.high) == (14 / 15, 1.0)


@pytest.mark.parametrize("seed", range(5))
def test_calibration_error_equals_a_plain_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.dirichlet(np.full(10, 0.3), 300).astype(np.float32)
    truth = rng.integers(0, 10, 300)
    error = 0.0
    for index in range(BINS):
        chosen = [
            (float(row.max()), int(row.argmax()) == label)
            for row, label in zip(table, truth, strict=True)
            if index / BINS < row.max() <= (index + 1) / BINS
        ]
        if chosen:
            sure = sum(probability for probability, _ in chosen) / len(chosen)
            right = sum(hit for _, hit in chosen) / len(chosen)
            error += len(chosen) / 300 * abs(right - sure)
    assert calibrate(table, truth).error == pytest.approx(error, abs=1e-6)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        evaluate(answers((1, 0.9)), labels(1, 2))
    with pytest.raises(ValueError, match="no pictures"):
        evaluate(np.empty((0, 10), np.float32), labels())


def test_command_finds_the_accuracy_that_training_wrote_down(
    strokes_run: Path, command: Command, tmp_path: Path
) -> None:
    done = command("evaluate", strokes_run, "--json", "e.json", cwd=tmp_path)
    assert done.code == 0, done.err
    found = json.loads((tmp_path / "e.json").read_text())
    said = run.open_run(strokes_run).card["test"]
    assert found["pictures"] == said["pictures"]
    assert found["accuracy"] == pytest.approx(said["accuracy"])
    assert sum(map(sum, found["confusion"])) == found["pictures"]
    assert len(found["mistakes"]) == found["pictures"] - found["right"]


def test_command_evaluates_one_artifact_of_a_bundle_and_fits_80_columns(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    done = command(
        "evaluate", full_bundle, "--artifact", "tflite-float16", "--limit", "400", cwd=tmp_path
    )
    assert done.code == 0, done.err
    assert done.out.startswith("tflite-float16 of ")
    assert "400 pictures of strokes" in done.out
    assert "calibration error" in done.out
    _, *rest = done.out.splitlines()
    assert max(map(len, rest)) <= 80


def test_command_evaluates_a_file_that_stands_alone_on_other_pictures(
    full_bundle: Path, command: Command, pictures: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.tflite"
    alone.write_bytes((full_bundle / "tflite" / "model-int8.tflite").read_bytes())
    done = command("evaluate", alone, "--dataset", pictures, cwd=tmp_path)
    assert done.code == 0, done.err
    # It has seen none of them, so all 600 count, not only a test split.
    assert "alone.tflite on 600 pictures of pictures" in done.out


def test_command_says_when_there_is_nothing_to_evaluate(command: Command, tmp_path: Path) -> None:
    done = command("evaluate", cwd=tmp_path)
    assert done.code == 2
    assert "there is no bundle" in done.err
    assert "edgedigits export" in done.err
