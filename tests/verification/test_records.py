"""What a manifest says of an export's verification is held against what is measured now."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.bundle.artifact import FileRecord
from edgedigits.bundle.bundle import Manifest, Reference
from edgedigits.datasets.dataset import Split
from edgedigits.errors import DataBad
from edgedigits.verification import parity, records
from edgedigits.verification.parity import wilson
from edgedigits.verification.unseen import Pictures

SET, OTHER_SET = "a" * 64, "b" * 64
BLANK = np.zeros((1, 28, 28), np.uint8)


def labels(count: int) -> NDArray[np.int64]:
    return np.arange(count) % 10


def pictures(count: int, fingerprint: str = SET) -> Pictures:
    return Pictures("drawn", fingerprint, Split(np.repeat(BLANK, count, axis=0), labels(count)))


def answers(count: int, wrong: int) -> NDArray[np.float32]:
    """Answers of which the first `wrong` are."""
    digits = labels(count)
    digits[:wrong] = (digits[:wrong] + 1) % 10
    return np.eye(10, dtype=np.float32)[digits]


def record(count: int, wrong: int = 0, float_wrong: int = 0, **figures: float) -> dict[str, Any]:
    return {
        "fingerprint": SET,
        "pictures": count,
        "float_accuracy": asdict(wilson(count - float_wrong, count)),
        "accuracy": asdict(wilson(count - wrong, count)),
        "agreement_percent": 0.0,
        "drop_points": 100.0,
        **figures,
    }


def manifest(**verification: dict[str, Any]) -> Manifest:
    file = FileRecord("reference/graph.pb", 0, 0, "0" * 64)
    reference = Reference(file, "pixels", "probabilities", (28, 28, 1))
    dataset = {"fingerprint": SET}
    return Manifest("", True, reference, (), (), dataset, {"tflite-int8": verification["record"]})


def refused(of: dict[str, Any], count: int, wrong: int, fingerprint: str = SET) -> bool:
    try:
        records.check_reference(
            manifest(record=of), pictures(count, fingerprint), answers(count, wrong)
        )
    except DataBad:
        return True
    return False


@pytest.mark.parametrize(
    ("recorded_wrong", "wrong", "is_refused"),
    [(100, 100, False), (100, 108, False), (108, 100, False), (100, 120, True), (120, 100, True)],
)
def test_on_the_same_pictures_the_float_model_must_be_as_good_as_recorded_and_no_better(
    recorded_wrong: int, wrong: int, is_refused: bool
) -> None:
    assert refused(record(10_000, float_wrong=recorded_wrong), 10_000, wrong) is is_refused


@pytest.mark.parametrize(
    ("count", "wrong", "is_refused"), [(300, 3, False), (300, 9, False), (300, 40, True)]
)
def test_on_fewer_pictures_of_the_set_only_what_cannot_be_chance_is_refused(
    count: int, wrong: int, is_refused: bool
) -> None:
    assert refused(record(10_000, float_wrong=100), count, wrong) is is_refused


def test_fewer_pictures_drawn_from_the_recorded_ones_raise_no_alarm() -> None:
    generator = np.random.default_rng(0)
    alarms = 0
    for wrong in (5, 100, 800):
        for _ in range(1000):
            few = int(generator.hypergeometric(wrong, 10_000 - wrong, 300))
            alarms += refused(record(10_000, float_wrong=wrong), 300, few)
    assert alarms == 0


@pytest.mark.parametrize("count", [-5, 0, 10**400])
def test_a_record_of_so_many_pictures_is_none(count: int) -> None:
    assert refused(record(100, float_wrong=1) | {"pictures": count}, 300, 3)


def test_another_set_proves_nothing() -> None:
    assert not refused(record(10_000, float_wrong=100), 10_000, 5000, OTHER_SET)


def test_a_record_of_another_set_than_the_bundles_is_none_of_an_exports() -> None:
    elsewhere = record(100) | {"fingerprint": OTHER_SET}
    with pytest.raises(DataBad, match="record of tflite-int8 is of another data set"):
        records.check_reference(manifest(record=elsewhere), pictures(100), answers(100, 0))


def test_both_figures_are_named() -> None:
    with pytest.raises(DataBad, match=r"99\.00 % of 1,000 pictures .* one of 95\.00 % of 1,000"):
        records.check_reference(
            manifest(record=record(1000, float_wrong=50)), pictures(1000), answers(1000, 10)
        )


@pytest.mark.parametrize("change", [lambda found: found * np.nan, lambda found: found * 5 - 1])
def test_a_float_model_without_probabilities_is_no_reference(change: Any) -> None:
    with pytest.raises(DataBad, match=r"the float model in reference/graph\.pb answers with"):
        records.check_reference(
            manifest(record=record(100)), pictures(100), change(answers(100, 0))
        )


def said(of: dict[str, Any], count: int, wrong: int, fingerprint: str = SET) -> tuple[str, ...]:
    found = parity.compare(answers(count, 0), answers(count, wrong), labels(count))
    return records.violations(of, pictures(count, fingerprint), found)


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        ({"wrong": 10}, "the manifest records accuracy 99.00 on 1,000 pictures, it is 95.00 on"),
        ({"wrong": 90, "agreement_percent": 99.5}, "records agreement 99.50"),
        ({"wrong": 90, "drop_points": 0.1}, "records accuracy drop 0.10"),
        ({"wrong": 90, "drop_points": float("nan")}, "records accuracy drop nan"),
        ({"wrong": 90, "agreement_percent": 1e9}, "records agreement"),
    ],
)
def test_a_figure_recorded_better_than_it_is_is_said(figures: Any, says: str) -> None:
    (found,) = said(record(1000, **figures), 1000, 50)
    assert says in found


def test_what_is_recorded_as_it_is_or_worse_is_fine() -> None:
    honest: Any = {"agreement_percent": 95.0, "drop_points": 5.0}
    assert said(record(1000, 50, **honest), 1000, 50) == ()
    assert said(record(1000, 50, **honest), 1000, 52) == ()
    assert said(record(1000, 500), 1000, 50) == ()
    assert said(record(1000, 0), 1000, 50, OTHER_SET) == ()


def test_on_other_pictures_of_the_set_only_what_cannot_be_chance_is_said() -> None:
    assert said(record(10_000, 100, agreement_percent=99.0), 300, 6) == ()
    accuracy, agreement = said(record(10_000, 100, agreement_percent=99.0), 300, 40)
    assert "accuracy" in accuracy
    assert "agreement" in agreement
