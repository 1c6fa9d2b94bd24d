"""A model is judged on pictures that neither taught it nor calibrated its files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from edgedigits.bundle import calibration
from edgedigits.bundle.artifact import InputContract
from edgedigits.bundle.run import DatasetCard, Recorded
from edgedigits.datasets import datasets
from edgedigits.datasets.dataset import Dataset
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import DataBad
from edgedigits.verification import unseen


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 200 drawn digits, a folder each."""
    folder = tmp_path_factory.mktemp("own") / "pictures"
    images, labels = strokes.draw(200, seed=3)
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / str(label) / f"{number}.png")
    return folder


def recorded(dataset: Dataset, spec: Path, **more: object) -> Recorded:
    card = DatasetCard(dataset.name, str(spec), dataset.fingerprint, 0, None)
    return Recorded(card, **{"trained_on": False, **more})  # type: ignore[arg-type]


def drawn(dataset: Dataset, seed: int) -> tuple[int, ...]:
    """The calibration pictures of an export."""
    pixels = InputContract(0.0, 255.0)
    return calibration.choose(dataset.train, pixels, count=100, seed=seed).indices


def judged(recorded: Recorded | None, spec: Path | None = None) -> set[bytes]:
    chosen = unseen.choose(recorded, str(spec) if spec else None, data_dir=None, limit=None)
    return as_set(chosen.split.images)


def as_set(images: NDArray[np.uint8]) -> set[bytes]:
    return set(map(bytes, images))


def test_a_model_is_judged_on_what_did_not_train_it(own: Path) -> None:
    dataset = datasets.load(str(own))
    test = as_set(dataset.test.images)
    assert 0 < len(test) < 200
    assert judged(recorded(dataset, own, trained_on=True)) == test
    assert judged(recorded(dataset, own, trained_on=True), own) == test


def test_a_model_that_never_saw_the_set_is_judged_on_all_of_it_but_calibration(own: Path) -> None:
    dataset = datasets.load(str(own))
    everything = as_set(dataset.everything().images)
    assert len(everything) == 200
    assert judged(None, own) == everything
    assert judged(recorded(dataset, own)) == everything
    calibrated = drawn(dataset, seed=5)
    touched = as_set(dataset.train.images[list(calibrated)])
    found = judged(recorded(dataset, own, calibrated=calibrated, calibration_seed=5))
    assert found == everything - touched
    assert len(found) == 100


def test_calibration_pictures_that_no_export_draws_hide_nothing(own: Path) -> None:
    dataset = datasets.load(str(own))
    nines = tuple(np.flatnonzero(dataset.train.labels == 9).tolist())
    for hidden, seed in ((nines, 0), ((*drawn(dataset, 5)[1:], nines[0]), 5), ((10**6,), 0)):
        with pytest.raises(DataBad, match="calibration pictures are not those that an export"):
            judged(recorded(dataset, own, calibrated=hidden, calibration_seed=seed))
    # A model trained on the set is judged on its test split, whatever calibrated it.
    trained = recorded(dataset, own, calibrated=nines, trained_on=True)
    assert judged(trained) == as_set(dataset.test.images)


def test_pictures_of_another_set_calibrated_nothing(own: Path) -> None:
    dataset = datasets.load(str(own))
    other = recorded(datasets.load("strokes", samples=100), Path("strokes"), calibrated=(0, 1))
    assert judged(other, own) == as_set(dataset.everything().images)


def test_a_set_that_changed_is_not_taken_for_the_one_of_the_model(own: Path) -> None:
    changed = datasets.load("strokes", samples=100)
    with pytest.raises(DataBad, match="no longer the data set"):
        judged(recorded(changed, own))
