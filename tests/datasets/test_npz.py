from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from synthetic import make_pictures

from edgedigits.datasets import npz
from edgedigits.errors import DataBad


def write(path: Path, **arrays: NDArray[Any]) -> None:
    np.savez_compressed(path, **arrays)


def test_keras_names_make_the_official_test_split(tmp_path: Path) -> None:
    train, test = make_pictures(100, 1), make_pictures(20, 2)
    write(tmp_path / "a.npz", x_train=train[0], y_train=train[1], x_test=test[0], y_test=test[1])
    dataset = npz.load(tmp_path / "a.npz", 0)
    assert dataset.official_test
    assert (dataset.test.images == test[0]).all()
    assert (dataset.test.labels == test[1]).all()
    assert len(dataset.train) == 90


@pytest.mark.parametrize(("images", "labels"), [("images", "labels"), ("x", "y"), ("X", "Y")])
def test_other_names_are_divided(tmp_path: Path, images: str, labels: str) -> None:
    pictures, digits = make_pictures(100)
    arrays: dict[str, NDArray[Any]] = {images: pictures, labels: digits}
    write(tmp_path / "a.npz", **arrays)
    dataset = npz.load(tmp_path / "a.npz", 0)
    assert not dataset.official_test
    assert [len(dataset.train), len(dataset.validation), len(dataset.test)] == [80, 10, 10]


def test_unknown_names_are_listed(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", pictures=np.zeros(3), answers=np.zeros(3))
    with pytest.raises(DataBad, match="it holds answers, pictures"):
        npz.load(tmp_path / "a.npz", 0)


def test_python_objects_are_never_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "sprung",))  # type: ignore[return-value]

    pictures = np.empty(2, dtype=object)
    pictures[:] = [Trap(), Trap()]
    np.savez(tmp_path / "a.npz", images=pictures, labels=np.zeros(2, np.int64))
    with pytest.raises(DataBad, match="it holds no numbers"):
        npz.load(tmp_path / "a.npz", 0)
    assert not (tmp_path / "sprung").exists()


def test_forged_size_reserves_no_memory(tmp_path: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(  # type: ignore[no-untyped-call]
        header, {"descr": "|u1", "fortran_order": False, "shape": (10**9, 28, 28)}
    )
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("images.npy", header.getvalue())
        archive.writestr("labels.npy", header.getvalue())
    with pytest.raises(DataBad, match=r"\[1000000000, 28, 28\]"):
        npz.load(tmp_path / "a.npz", 0)


def test_truncated_archive_is_refused(tmp_path: Path) -> None:
    images, labels = make_pictures(20)
    path = tmp_path / "a.npz"
    np.savez_compressed(path, images=images, labels=labels)
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(DataBad, match="no NumPy archive"):
        npz.load(path, 0)


def test_truncated_array_is_refused(tmp_path: Path) -> None:
    images, labels = make_pictures(20)
    whole = io.BytesIO()
    np.save(whole, images)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("images.npy", whole.getvalue()[:-1])
        whole = io.BytesIO()
        np.save(whole, labels)
        archive.writestr("labels.npy", whole.getvalue())
    with pytest.raises(DataBad, match="array images"):
        npz.load(tmp_path / "a.npz", 0)


def test_flipped_bit_is_refused(tmp_path: Path) -> None:
    images, labels = make_pictures(20)
    path = tmp_path / "a.npz"
    np.savez(path, images=images, labels=labels)
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataBad, match="array images is damaged"):
        npz.load(path, 0)


def test_count_mismatch_is_refused(tmp_path: Path) -> None:
    images, labels = make_pictures(20)
    np.savez(tmp_path / "a.npz", x=images, y=labels[:-1])
    with pytest.raises(DataBad, match="20 pictures but 19 labels"):
        npz.load(tmp_path / "a.npz", 0)


def test_a_shape_that_the_archive_is_too_small_for_reserves_no_memory(tmp_path: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(  # type: ignore[no-untyped-call]
        header, {"descr": "|u1", "fortran_order": False, "shape": (10**6, 28, 28)}
    )
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("images.npy", header.getvalue())
        archive.writestr("labels.npy", header.getvalue())
    with pytest.raises(DataBad, match="it is cut off: 784,000,000 bytes in its header, 128 in"):
        npz.load(tmp_path / "a.npz", 0)
