"""An exam has enough of every class, and no class is lost behind a small drop."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tampering
from command_line import Command
from numpy.typing import NDArray

from edgedigits.datasets import datasets
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import ExitCode
from edgedigits.verification import exam, parity
from edgedigits.verification.intervals import drop_upper_points
from edgedigits.verification.parity import FLOAT, QUANTIZED, Status


def table(digits: NDArray[np.int64], classes: int = 10) -> NDArray[np.float32]:
    return np.eye(classes, dtype=np.float32)[digits]


def labels_of(*counts: int) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(counts)), counts)


def judged(
    labels: NDArray[np.int64], lost: int = 0, of: int = 9, budget: parity.Budget = QUANTIZED
) -> parity.Verdict:
    """An artifact that gets the first `lost` pictures of one class wrong, and all else right."""
    classes = int(labels.max()) + 1
    answered = labels.copy()
    answered[np.flatnonzero(labels == of)[:lost]] = (of + 1) % classes
    return parity.judge(
        parity.compare(table(labels, classes), table(answered, classes), labels), budget
    )


def test_59_pictures_of_a_class_show_that_it_lost_less_than_5_points() -> None:
    assert exam.ENOUGH == 59
    assert drop_upper_points(0, 0, 59) < 5 < drop_upper_points(0, 0, 58)


@pytest.mark.parametrize(
    ("pictures", "classes", "least"),
    [
        (1, 10, 1), (200, 10, 2), (300, 10, 3), (1000, 10, 10), (9009, 10, 59), (70_000, 10, 59),
        (1000, 2, 50), (50_000, 1000, 5),
    ],
)  # fmt: skip
def test_how_many_of_each_an_exam_needs(pictures: int, classes: int, least: int) -> None:
    assert exam.least_of_a_class(pictures, classes) == least


@pytest.mark.parametrize(
    ("name", "labels", "says"),
    [
        ("one class only", labels_of(0, 5000, *[0] * 8), "too few of 0 (0), 2 (0)"),
        ("a class hidden", labels_of(*[1000] * 9, 0), "at least 59 pictures of each digit needed"),
        ("18 nines of 9,009", labels_of(*[999] * 9, 18), "too few of 9 (18)"),
        ("a small one with none", labels_of(*[30] * 9, 0), "too few of 9 (0)"),
        ("a small one with hardly any", labels_of(*[60] * 9, 4), "too few of 9 (4)"),
    ],
)
@pytest.mark.parametrize("budget", [FLOAT, QUANTIZED])
def test_classes_missing_or_nearly_so_are_no_pass(
    name: str, labels: NDArray[np.int64], says: str, budget: parity.Budget
) -> None:
    labels = np.concatenate([labels, []]).astype(np.int64)
    verdict = parity.judge(parity.compare(table(labels), table(labels), labels), budget)
    assert verdict.status is Status.INCONCLUSIVE, name
    assert not verdict.passed
    assert says in " ".join(verdict.reasons)


@pytest.mark.parametrize("count", [200, 300, 1000, 10_000])
def test_pictures_drawn_at_random_from_an_even_set_are_an_exam(count: int) -> None:
    generator = np.random.default_rng(count)
    for _ in range(200):
        counts = np.bincount(generator.integers(0, 10, count), minlength=10)
        assert exam.thin_classes(counts).classes == 0


def test_an_uneven_set_of_somebodys_own_is_an_exam() -> None:
    counts = np.array([4000, 3000, 2000, 500, 200, 100, 100, 60, 60, 59])
    assert exam.thin_classes(counts).classes == 0


def test_a_class_answered_wrong_altogether_fails_though_the_drop_is_small() -> None:
    labels = labels_of(*[3000] * 9, 60)
    verdict = judged(labels, lost=60)
    assert verdict.status is Status.FAIL
    (reason,) = verdict.reasons
    assert reason.startswith("digit 9 loses at least 8")
    assert reason.endswith("5 are allowed: of 60 pictures 60 right became 0")
    assert 100 * 60 / len(labels) < 0.3


@pytest.mark.parametrize(
    ("labels", "lost", "status"),
    [
        # A tenth of an even exam: what the whole budget comes to is allowed.
        (labels_of(*[1000] * 10), 20, Status.PASS),
        (labels_of(*[5000] * 9, 100), 3, Status.PASS),
        (labels_of(*[5000] * 9, 100), 9, Status.PASS),
        (labels_of(*[5000] * 9, 100), 20, Status.FAIL),
        # Two classes, one of them rare.
        (labels_of(9900, 100), 3, Status.PASS),
        (labels_of(9900, 100), 20, Status.FAIL),
        # A thousand classes of fifty: one of them dead is 0.1 points.
        (labels_of(*[50] * 1000), 5, Status.PASS),
        (labels_of(*[50] * 1000), 50, Status.FAIL),
    ],
)
def test_a_class_may_lose_a_little_and_not_surely_more(
    labels: NDArray[np.int64], lost: int, status: Status
) -> None:
    of = int(labels.max())
    if of == 999:
        # What is allowed altogether, borne by one class of a thousand, is all of it.
        budget = parity.overridden(QUANTIZED, max_class_drop_points=5.0)
        assert judged(labels, lost, of, budget).status is status
    else:
        assert judged(labels, lost, of).status is status


def test_what_is_allowed_altogether_one_class_may_bear() -> None:
    assert QUANTIZED.class_limit(10) == 5.0
    assert parity.overridden(QUANTIZED, max_drop_points=6.0).class_limit(10) == 60.0
    assert parity.overridden(QUANTIZED, max_class_drop_points=1.0).class_limit(10) == 1.0


def test_classes_that_lose_nothing_raise_an_alarm_once_in_20_exams_at_most() -> None:
    generator = np.random.default_rng(4)
    limit, alarms = 5.0, 0
    for _ in range(2000):
        # Every class truly loses the very limit: 6 % lost, 1 % gained.
        drawn = generator.multinomial(200, [0.06, 0.01, 0.93], 10)
        lower = [
            exam.class_drop_lower_points(int(lost), int(won), 200, 10) for lost, won, _ in drawn
        ]
        alarms += max(lower) > limit
    assert alarms / 2000 <= 0.05


def easy_exam(folder: Path, labels_kept: dict[int, int]) -> Path:
    """A data set of drawn digits with so many of each."""
    images, labels = strokes.draw(3000, seed=12)
    kept = np.concatenate([np.flatnonzero(labels == d)[:n] for d, n in labels_kept.items()])
    path = folder / "easy.npz"
    np.savez(path, images=images[kept], labels=labels[kept])
    return path


@pytest.mark.parametrize(
    ("kept", "says"),
    [({7: 300}, "too few of 0 (0), 1 (0)"), ({**dict.fromkeys(range(9), 280), 9: 18}, "9 (18)")],
)
def test_a_manifest_that_names_an_easy_exam_is_no_pass(
    copied_bundle: Path, command: Command, tmp_path: Path, kept: dict[int, int], says: str
) -> None:
    path = easy_exam(tmp_path, kept)
    content = tampering.manifest(copied_bundle)
    content["dataset"].update(
        name="easy", spec=str(path), trained_on=False, samples=None,
        fingerprint=datasets.load(str(path), seed=content["dataset"]["seed"]).fingerprint,
    )  # fmt: skip
    content["calibration"] = None
    tampering.seal(copied_bundle, content, keep="tflite-float32")
    done = command("verify", ".", cwd=copied_bundle)
    assert done.code == ExitCode.BUDGET_BROKEN, done.out + done.err
    assert "not enough pictures" in done.out
    assert says in " ".join(done.out.split())
    excused = command("verify", ".", "--allow-inconclusive", cwd=copied_bundle)
    assert excused.code == ExitCode.DONE


def test_a_class_hidden_among_the_calibration_pictures_is_bad_data(
    copied_bundle: Path, command: Command, tmp_path: Path
) -> None:
    path = easy_exam(tmp_path, dict.fromkeys(range(10), 100))
    content = tampering.manifest(copied_bundle)
    seed = content["dataset"]["seed"]
    dataset = datasets.load(str(path), seed=seed)
    content["dataset"].update(
        name="easy", spec=str(path), trained_on=False, samples=None,
        fingerprint=dataset.fingerprint,
    )  # fmt: skip
    hidden = np.flatnonzero(dataset.train.labels == 9).tolist()
    content["calibration"] = {
        "split": "train", "count": len(hidden), "seed": 0, "indices": hidden,
    }  # fmt: skip
    tampering.seal(copied_bundle, content, keep="tflite-float32")
    done = command("verify", ".", cwd=copied_bundle)
    assert done.code == ExitCode.DATA_BAD, done.out + done.err
    assert "calibration pictures are not those that an export draws" in done.error[0]
