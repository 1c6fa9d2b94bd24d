from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from synthetic import make_pictures, write_idx

from edgedigits.datasets import datasets
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import DataBad, ExitCode, WrongUse


def test_importing_the_door_is_cheap() -> None:
    use = "from edgedigits.datasets import datasets; datasets.known()"
    code = f"import sys; {use}; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_no_door_opens_onto_tensorflow() -> None:
    home = Path(datasets.__file__).parent
    files = sorted(file for file in home.rglob("*.py") if file.stem != "__init__")
    names = [".".join(file.relative_to(home).with_suffix("").parts) for file in files]
    assert "mnist" in names
    imports = ", ".join(f"edgedigits.datasets.{name}" for name in names)
    code = f"import sys, edgedigits.picture.picture, {imports}; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_names_are_described() -> None:
    assert set(datasets.known()) == {"mnist", "strokes", "letters", "small-letters"}


def test_strokes_need_no_files() -> None:
    dataset = datasets.load("strokes", samples=200, seed=5)
    assert len(dataset.train) == 200
    assert dataset.fingerprint == datasets.load("strokes", samples=200, seed=5).fingerprint
    assert dataset.fingerprint != datasets.load("strokes", samples=200, seed=6).fingerprint


@pytest.mark.parametrize(
    ("typo", "meant"), [("minst", "mnist"), ("MNIST", "mnist"), ("stroke", "strokes")]
)
def test_typo_gets_the_nearest_name(typo: str, meant: str) -> None:
    with pytest.raises(WrongUse, match=f"{typo}: no data set of that name") as caught:
        datasets.load(typo)
    assert caught.value.hint == f"did you mean --dataset {meant}?"
    assert caught.value.exit_code == ExitCode.WRONG_USE


@pytest.mark.parametrize("name", ["nowhere/pictures", "nowhere.npz", "/nowhere"])
def test_nothing_at_a_path_is_missing_data(name: str) -> None:
    with pytest.raises(DataBad, match="there is nothing there") as caught:
        datasets.load(name)
    assert caught.value.exit_code == ExitCode.DATA_BAD


def test_options_of_another_data_set_are_refused_not_ignored(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="belongs to mnist"):
        datasets.load("strokes", data_dir=tmp_path)
    with pytest.raises(WrongUse, match="belongs to strokes"):
        datasets.load("mnist", samples=10)


def test_unknown_kinds_of_file_and_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataBad, match="no folders of pictures, one for each class, and no IDX"):
        datasets.load(tmp_path)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataBad, match="no kind of data set"):
        datasets.load(tmp_path / "a.parquet")


def test_a_folder_that_is_both_is_ambiguous(
    tmp_path: Path,
) -> None:
    images, labels = make_pictures(10)
    write_idx(tmp_path / "train-images-idx3-ubyte", images)
    write_idx(tmp_path / "train-labels-idx1-ubyte", labels.astype(np.uint8))
    (tmp_path / "0").mkdir()
    with pytest.raises(DataBad, match="both IDX files and folders of digits"):
        datasets.load(tmp_path)


def test_the_same_pictures_are_divided_alike_whatever_holds_them(
    tmp_path: Path,
) -> None:
    from PIL import Image

    # Prepared ones: of a folder, others are prepared first.
    images, labels = strokes.draw(100, seed=2)
    write_idx(tmp_path / "images-idx3-ubyte", images)
    write_idx(tmp_path / "labels-idx1-ubyte", labels.astype(np.uint8))
    np.savez(tmp_path / "a.npz", images=images, labels=labels)
    rows = np.column_stack([labels, images.reshape(100, 784)])
    np.savetxt(tmp_path / "a.csv", rows, fmt="%d", delimiter=",")
    for number, (image, label) in enumerate(zip(images, labels.tolist(), strict=True)):
        path = tmp_path / "pictures" / str(label) / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)
    tests = [
        set(map(bytes, datasets.load(tmp_path / name, seed=3).test.images))
        for name in ("images-idx3-ubyte", "a.npz", "a.csv", "pictures")
    ]
    assert tests[0] == tests[1] == tests[2] == tests[3]
