from __future__ import annotations

import gzip
import hashlib
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from synthetic import make_pictures, write_idx

from edgedigits.datasets import idx
from edgedigits.errors import DataBad, ExitCode

IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_reads_what_was_written(tmp_path: Path, ending: str) -> None:
    pictures, _ = make_pictures(7)
    read = idx.read_images(write_idx(tmp_path / f"{IMAGES}{ending}", pictures))
    assert read.dtype == np.uint8
    assert (read == pictures).all()


def test_gzip_is_recognised_by_content_not_by_name(
    tmp_path: Path,
) -> None:
    pictures, _ = make_pictures(3)
    zipped = write_idx(tmp_path / "a.gz", pictures).rename(tmp_path / "a")
    plain = write_idx(tmp_path / "b", pictures).rename(tmp_path / "b.gz")
    assert (idx.read_images(zipped) == idx.read_images(plain)).all()


def test_content_digest_is_that_of_the_uncompressed_file(
    tmp_path: Path,
) -> None:
    pictures, labels = make_pictures(5)
    for array in (pictures, labels.astype(np.uint8)):
        path = write_idx(tmp_path / "file", array)
        assert idx.content_digest(array) == hashlib.sha256(path.read_bytes()).hexdigest()


def header(*shape: int, kind: int = 8) -> bytes:
    return struct.pack(f">4B{len(shape)}I", 0, 0, kind, len(shape), *shape)


BROKEN = {
    "wrong magic": (b"\x89PNG\r\n\x1a\n" + bytes(100), "starts with 89504e47"),
    "floats": (header(1, 28, 28, kind=13) + bytes(784 * 4), "starts with 00000d03"),
    "labels instead": (header(784) + bytes(784), "holds labels, not pictures"),
    "empty file": (b"", "starts with nothing"),
    "cut in its header": (header(2, 28, 28)[:9], "cut off within its header"),
    "truncated": (header(2, 28, 28) + bytes(1567), "cut off after 1,567 of 1,568 bytes"),
    "trailing byte": (header(2, 28, 28) + bytes(1569), "goes on after the 1,568 bytes"),
    "forged count": (header(4_000_000_000, 28, 28), "4000000000 pictures in one file"),
    "huge pictures": (header(1, 60_000, 60_000), "60000x60000 pixels"),
}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("case", BROKEN)
def test_broken_file_is_refused_with_the_reason(tmp_path: Path, case: str, zipped: bool) -> None:
    content, reason = BROKEN[case]
    path = tmp_path / IMAGES
    path.write_bytes(gzip.compress(content) if zipped else content)
    with pytest.raises(DataBad, match=reason) as caught:
        idx.read_images(path)
    assert str(path) in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == ExitCode.DATA_BAD


def test_cut_off_gzip_is_refused(
    tmp_path: Path,
) -> None:
    path = write_idx(tmp_path / f"{IMAGES}.gz", make_pictures(20)[0])
    path.write_bytes(path.read_bytes()[:-5000])
    with pytest.raises(DataBad, match="gzip file is cut off"):
        idx.read_images(path)


def test_damaged_gzip_is_refused(
    tmp_path: Path,
) -> None:
    path = write_idx(tmp_path / f"{IMAGES}.gz", make_pictures(20)[0])
    content = bytearray(path.read_bytes())
    content[-6] ^= 0xFF  # within the checksum
    path.write_bytes(content)
    with pytest.raises(DataBad, match="gzip file is damaged"):
        idx.read_images(path)


def test_gzip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / f"{IMAGES}.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(header(1, 28, 28))
        for _ in range(200):
            file.write(bytes(1 << 20))
    tracemalloc.start()
    with pytest.raises(DataBad, match="goes on after"):
        idx.read_images(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 << 20


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataBad, match="cannot be read"):
        idx.read_images(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        (IMAGES, LABELS),
        (f"{IMAGES}.gz", LABELS),
        (IMAGES, f"{LABELS}.gz"),
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte"),
        ("qmnist-test-images-idx3-ubyte.gz", "qmnist-test-labels-idx1-ubyte.gz"),
    ],
)
def test_single_pair_is_found_as_folder_and_as_file(
    tmp_path: Path, images: str, labels: str
) -> None:
    pictures, digits = make_pictures(100)
    write_idx(tmp_path / images, pictures)
    write_idx(tmp_path / labels, digits.astype(np.uint8))
    as_folder, as_file = idx.load(tmp_path, 0), idx.load(tmp_path / images, 0)
    assert as_folder.fingerprint == as_file.fingerprint
    assert not as_folder.official_test
    assert sorted(map(bytes, as_folder.everything().images)) == sorted(map(bytes, pictures))


def test_train_and_test_pair_make_the_official_test_split(
    tmp_path: Path,
) -> None:
    for part, count, seed in (("train", 100, 1), ("t10k", 30, 2)):
        pictures, digits = make_pictures(count, seed)
        write_idx(tmp_path / f"{part}-images-idx3-ubyte.gz", pictures)
        write_idx(tmp_path / f"{part}-labels-idx1-ubyte.gz", digits.astype(np.uint8))
    dataset = idx.load(tmp_path, 0)
    assert dataset.official_test
    assert (dataset.test.images == make_pictures(30, 2)[0]).all()
    assert (len(dataset.train), len(dataset.validation)) == (90, 10)


def test_several_pairs_are_ambiguous(
    tmp_path: Path,
) -> None:
    for series in ("digits", "mnist"):
        pictures, digits = make_pictures(20)
        write_idx(tmp_path / f"emnist-{series}-train-images-idx3-ubyte", pictures)
        write_idx(tmp_path / f"emnist-{series}-train-labels-idx1-ubyte", digits.astype(np.uint8))
    with pytest.raises(DataBad, match="unclear which is meant") as caught:
        idx.load(tmp_path, 0)
    assert "--dataset" in (caught.value.hint or "")
    assert len(idx.load(tmp_path / "emnist-mnist-train-images-idx3-ubyte", 0).everything()) == 20


def test_emnist_is_turned_upright(
    tmp_path: Path,
) -> None:
    pictures, digits = make_pictures(20)
    write_idx(tmp_path / "emnist-digits-test-images-idx3-ubyte", pictures)
    write_idx(tmp_path / "emnist-digits-test-labels-idx1-ubyte", digits.astype(np.uint8))
    dataset = idx.load(tmp_path, 0)
    upright = set(map(bytes, np.ascontiguousarray(pictures.transpose(0, 2, 1))))
    assert set(map(bytes, dataset.everything().images)) == upright
    assert "turned upright" in dataset.origin


def test_pictures_without_labels_are_refused(
    tmp_path: Path,
) -> None:
    images = write_idx(tmp_path / IMAGES, make_pictures(5)[0])
    with pytest.raises(DataBad, match="no file of labels beside it"):
        idx.load(images, 0)
    with pytest.raises(DataBad, match="no IDX pictures with their labels"):
        idx.load(tmp_path, 0)


def test_count_mismatch_is_refused(
    tmp_path: Path,
) -> None:
    write_idx(tmp_path / IMAGES, make_pictures(20)[0])
    write_idx(tmp_path / LABELS, np.zeros(19, dtype=np.uint8))
    with pytest.raises(DataBad, match="20 pictures but 19 labels"):
        idx.load(tmp_path, 0)


def test_letters_are_refused(
    tmp_path: Path,
) -> None:
    write_idx(tmp_path / IMAGES, make_pictures(20)[0])
    write_idx(tmp_path / LABELS, np.arange(20, dtype=np.uint8))
    with pytest.raises(DataBad, match=r"label 10 \(number 10\) is outside 0\.\.9"):
        idx.load(tmp_path, 0)
