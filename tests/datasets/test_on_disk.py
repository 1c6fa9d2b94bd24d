"""Pictures in a file answer as an array does, and take no memory of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edgedigits.datasets import dataset, on_disk
from edgedigits.datasets.dataset import Split, blocks
from edgedigits.errors import DataBad

SHAPE = (50, 4, 3)


@pytest.fixture
def images() -> np.ndarray:  # type: ignore[type-arg]
    return np.random.default_rng(0).integers(0, 256, SHAPE, dtype=np.uint8)


@pytest.fixture
def held(images: np.ndarray, tmp_path: Path) -> on_disk.Held:  # type: ignore[type-arg]
    np.save(tmp_path / "a.npy", images)
    return on_disk.Held(tmp_path / "a.npy")


@pytest.mark.parametrize(
    "which", [3, -1, slice(None), slice(5, 9), slice(40, 99), np.array([7, 7, 1]), [2, 3]], ids=str
)
def test_it_answers_as_an_array_does(held: on_disk.Held, images: np.ndarray, which: object) -> None:  # type: ignore[type-arg]
    found = held.all()
    assert (found.shape, found.ndim, len(found)) == (SHAPE, 3, 50)
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found[which], images[which])  # type: ignore[call-overload]
    np.testing.assert_array_equal(np.asarray(found), images)


def test_what_it_does_not_understand_is_refused(held: on_disk.Held) -> None:
    with pytest.raises(IndexError, match="by their places alone"):
        held.all()[..., ::-1]


def test_what_it_gives_is_ones_own(held: on_disk.Held, images: np.ndarray) -> None:  # type: ignore[type-arg]
    held.all()[2:4][:] = 0
    np.testing.assert_array_equal(held.all()[:], images)


def test_parts_of_it_stay_in_the_file(held: on_disk.Held, images: np.ndarray) -> None:  # type: ignore[type-arg]
    split = Split(held.all(), np.zeros(50, np.int64))
    some = split.take(np.array([9, 3, 30])).take(slice(1, None))
    assert isinstance(some.images, on_disk.OnDisk)
    np.testing.assert_array_equal(some.images[:], images[[3, 30]])
    both = on_disk.joined([some.images, split.images])
    assert isinstance(both, on_disk.OnDisk)
    np.testing.assert_array_equal(both[1:4], images[[30, 0, 1]])
    mixed = on_disk.joined([some.images, images])
    np.testing.assert_array_equal(mixed[1:4], images[[30, 0, 1]])


def test_blocks_are_all_of_it_in_order(
    held: on_disk.Held,
    images: np.ndarray,  # type: ignore[type-arg]
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dataset, "BLOCK_BYTES", 12 * 7 + 1)
    parts = list(blocks(held.all()))
    assert {len(part) for part in parts} == {7, 1}
    np.testing.assert_array_equal(np.concatenate(parts), images)


@pytest.mark.parametrize("content", ["cut off", "of another type"])
def test_other_files_are_refused(
    tmp_path: Path,
    images: np.ndarray,  # type: ignore[type-arg]
    content: str,
) -> None:
    path = tmp_path / "b.npy"
    np.save(path, images.astype(np.int16) if content == "of another type" else images)
    if content == "cut off":
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match=r"pictures of int16|fewer than"):
        on_disk.Held(path)


def test_a_file_that_is_cut_off_while_in_use_is_told(held: on_disk.Held) -> None:
    os.truncate(held.path, held.path.stat().st_size - 1)
    assert held.all()[:-1].shape == (49, 4, 3)
    with pytest.raises(DataBad, match=r"a\.npy was cut off"):
        held.all()[-1]


def test_a_file_may_lose_its_name(held: on_disk.Held, images: np.ndarray) -> None:  # type: ignore[type-arg]
    held.path.unlink()
    np.testing.assert_array_equal(held.all()[:], images)


MEASURED = """
import sys
from pathlib import Path
from edgedigits.datasets import on_disk
from edgedigits.datasets.dataset import blocks

def most():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

path = Path(sys.argv[1])
start = on_disk.write_header(path, (4_000, 300, 300))
with path.open("r+b") as file:
    file.truncate(start + 4_000 * 90_000)
before = most()
pictures = on_disk.Held(path).all()
parts = blocks(pictures) if sys.argv[2] == "parts" else [pictures[:]]
total = sum(int(part.max()) for part in parts)
print((most() - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells how much memory was used at most")
@pytest.mark.parametrize("how", ["parts", "at once"])
def test_what_was_looked_at_takes_no_memory(tmp_path: Path, how: str) -> None:
    command = [sys.executable, "-c", MEASURED, str(tmp_path / "a.npy"), how]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    megabytes = int(done.stdout)
    assert megabytes < 100 if how == "parts" else megabytes > 300
