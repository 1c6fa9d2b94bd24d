"""Many pictures in folders: decoded once over all cores, kept on disk, and the same ones."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import albums
import numpy as np
import pytest

from edgedigits.datasets import album, datasets, decoding, picture_cache
from edgedigits.datasets.dataset import Dataset
from edgedigits.datasets.on_disk import OnDisk
from edgedigits.errors import DataBad, ExitCode, MachineLacks


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return picture_cache.folder()


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return albums.make(tmp_path / "photos")


def load(path: Path) -> Dataset:
    return datasets.load(path, form=albums.FORM)


def nothing_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    def decode(*_: object, **__: object) -> None:
        raise AssertionError("it is decoded again")

    monkeypatch.setattr(decoding, "decode", decode)


def assert_same(one: Dataset, other: Dataset) -> None:
    for name in ("train", "validation", "test"):
        ours, theirs = getattr(one, name), getattr(other, name)
        np.testing.assert_array_equal(ours.images, theirs.images)
        np.testing.assert_array_equal(ours.labels, theirs.labels)
    assert one.fingerprint == other.fingerprint


def test_many_pictures_are_those_of_one_process(
    photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = load(photos)
    assert len(list(picture_cache.folder().iterdir())) == 1
    monkeypatch.setattr(album, "FEW", 1000)
    assert_same(kept, load(photos))
    assert kept.classes == albums.CLASSES


def test_nothing_is_decoded_twice(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load(photos)
    nothing_is_decoded(monkeypatch)
    assert_same(first, load(photos))


def test_a_picture_that_changed_is_seen(photos: Path) -> None:
    first = load(photos)
    changed = photos / "owl" / "0002.png"
    content = (photos / "owl" / "0005.png").read_bytes()
    changed.write_bytes(content)
    assert load(photos).fingerprint != first.fingerprint


@pytest.mark.parametrize("other", [{"seed": 1}, {"classes": ("owl", "dog", "cat")}])
def test_another_question_has_another_answer(photos: Path, other: dict[str, object]) -> None:
    asked = {"form": albums.FORM, **other}
    first, second = load(photos), datasets.load(photos, **asked)  # type: ignore[arg-type]
    assert first.fingerprint != second.fingerprint
    assert len(list(picture_cache.folder().iterdir())) == 2


def test_large_sets_stay_in_their_file(photos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_memory = load(photos)
    assert isinstance(in_memory.train.images, np.ndarray)
    monkeypatch.setattr(album, "HELD_BYTES", 1)
    for on_disk in (load(photos), load(photos)):
        assert isinstance(on_disk.train.images, OnDisk)
        assert_same(in_memory, on_disk)
        everything, some = in_memory.everything([0, 7]), on_disk.everything([0, 7])
        assert isinstance(some.images, OnDisk)
        np.testing.assert_array_equal(some.images[5:100], everything.images[5:100])
        np.testing.assert_array_equal(some.labels, everything.labels)


@pytest.mark.parametrize("damage", ["flipped", "truncated", "no record", "other parts", "no file"])
def test_what_is_damaged_is_made_again(photos: Path, damage: str, cache: Path) -> None:
    first = load(photos)
    (kept,) = cache.iterdir()
    pictures, record = kept / album.PICTURES, kept / album.RECORD
    content = pictures.read_bytes()
    if damage == "flipped":
        pictures.write_bytes(content[:-50] + bytes([content[-50] ^ 1]) + content[-49:])
    elif damage == "truncated":
        pictures.write_bytes(content[:-1])
    elif damage == "no record":
        record.unlink()
    elif damage == "other parts":
        record.write_text(record.read_text().replace('"parts": [', '"parts": [2, '))
    else:
        pictures.unlink()
    assert_same(first, load(photos))
    assert (kept / album.PICTURES).read_bytes() == content


KILLED = """
import os, signal, sys
from edgedigits.datasets import datasets, splits
from edgedigits.picture.form import Form
splits.parts = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
datasets.load(sys.argv[1], form=Form(12, 10, 3, "stretch"))
"""


def test_what_a_killed_process_leaves_is_not_believed(photos: Path, cache: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, photos])
    assert done.returncode == -9
    (left,) = cache.iterdir()
    assert left.name.startswith(".part-")
    whole = load(photos)
    assert len(whole.everything()) == 120
    assert len([each for each in cache.iterdir() if each.name[0] != "."]) == 1


def test_pictures_that_cannot_be_read_are_named_and_left_out(
    photos: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = [photos / "cat" / f"{number:04}.png" for number in range(0, 36, 3)]
    for path in bad:
        path.write_bytes(path.read_bytes()[:40])
    first = load(photos)
    said = capsys.readouterr().err
    assert "12 of 120 pictures" in said
    assert [str(path) in said for path in bad] == [True] * 10 + [False] * 2
    assert len(first.everything()) == 108
    assert "12 left out" in first.origin
    nothing_is_decoded(monkeypatch)
    assert_same(first, load(photos))
    assert capsys.readouterr().err == said
    monkeypatch.setattr(album, "FEW", 1000)
    assert_same(first, load(photos))
    assert capsys.readouterr().err == said


def test_a_class_that_cannot_be_read_is_refused(photos: Path, cache: Path) -> None:
    for path in (photos / "dog").iterdir():
        path.write_bytes(b"no picture")
    with pytest.raises(DataBad, match=r"no picture of dog can be read: .*0001\.png") as caught:
        load(photos)
    assert caught.value.hint is not None
    assert list(cache.iterdir()) == []


def test_an_empty_folder_of_a_class_is_refused(photos: Path) -> None:
    (photos / "emu").mkdir()
    with pytest.raises(DataBad, match="emu: holds no pictures of its class") as caught:
        load(photos)
    assert caught.value.hint == "put some there, or remove the folder"


CRASHING = """
import os
from edgedigits.datasets import decoding_worker, folder
read = folder.read_picture
folder.read_picture = lambda file, form: os.abort() if file.stem == "0007" else read(file, form)
decoding_worker.main()
"""


def test_a_picture_that_crashes_the_decoder_is_one_that_cannot_be_read(
    photos: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "crashing.py").write_text(CRASHING)
    monkeypatch.setattr(decoding, "WORKER", tmp_path / "crashing.py")
    assert len(load(photos).everything()) == 119
    said = capsys.readouterr().err
    assert "1 of 120 pictures" in said
    assert "0007.png: it ends what decodes pictures" in said


def test_processes_that_do_not_start_are_no_fault_of_the_pictures(
    photos: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cache: Path
) -> None:
    (tmp_path / "broken.py").write_text("raise SystemExit(1)")
    monkeypatch.setattr(decoding, "WORKER", tmp_path / "broken.py")
    with pytest.raises(MachineLacks, match="broken, a process beside this one, does not start"):
        load(photos)
    assert list(cache.iterdir()) == []


def test_a_full_disk_is_told_and_nothing_is_left(
    photos: Path, monkeypatch: pytest.MonkeyPatch, tiny_disk: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tiny_disk))
    larger = albums.make(photos, 300)
    with pytest.raises(MachineLacks, match="No space left") as caught:
        load(larger)
    assert caught.value.exit_code == ExitCode.MACHINE_LACKS
    assert "XDG_CACHE_HOME" in str(caught.value.hint)
    assert list(picture_cache.folder().iterdir()) == []


def test_digits_are_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    from edgedigits.datasets.strokes import strokes

    for number, (image, label) in enumerate(zip(*strokes.draw(110, 0), strict=True)):
        place = tmp_path / "digits" / str(label)
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(255 - np.kron(image, np.ones((2, 2), np.uint8))).save(
            place / f"{number}.png"
        )
    kept = datasets.load(tmp_path / "digits")
    assert isinstance(kept.train.images, np.ndarray)
    monkeypatch.setattr(album, "FEW", 1000)
    assert_same(kept, datasets.load(tmp_path / "digits"))
