"""Pictures in shards are those that were given, and a shard that is not what it was is named."""

from __future__ import annotations

import json
import os
import pickle
import tarfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.datasets import made
from edgedigits.datasets.dataset import Split, blocks
from edgedigits.datasets.datasets import load
from edgedigits.datasets.shards import index as indices
from edgedigits.datasets.shards import shards, tar_shard, writing
from edgedigits.errors import DataBad, PicturesBad
from edgedigits.picture.form import Form

COUNT, SIZE = 47, 10
FORM = Form(6, 5, 3, "stretch")
NAMES = ("cat", "dog", "eel")


def some(shape: tuple[int, ...] = FORM.shape) -> Split:
    random = np.random.default_rng(5)
    labels = random.integers(0, 3, COUNT)
    return Split(random.integers(0, 256, (COUNT, *shape), dtype=np.uint8), labels, NAMES)


@pytest.fixture(params=indices.KINDS)
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Five shards, the last of seven pictures."""
    place = tmp_path / "shards"
    place.mkdir()
    writing.write(place, some(), request.param, SIZE)
    return place


@pytest.mark.parametrize("kind", indices.KINDS)
@pytest.mark.parametrize("form", [FORM, Form(6, 5, 1, "stretch")], ids=str)
def test_pictures_come_back_bit_for_bit_and_in_order(kind: str, form: Form, tmp_path: Path) -> None:
    index = writing.write(tmp_path, some(form.shape), kind, SIZE)
    assert [shard.pictures for shard in index.shards] == [10, 10, 10, 10, 7]
    found = load(tmp_path, form=form, test_alone=True)
    np.testing.assert_array_equal(found.test.images[:], some(form.shape).images)
    np.testing.assert_array_equal(found.test.labels, some().labels)
    assert (found.classes, found.fingerprint) == (NAMES, index.fingerprint)
    assert found.official_test
    again = tmp_path / "again"
    again.mkdir()
    writing.write(again, some(form.shape), kind, SIZE)
    for file in again.iterdir():
        assert file.read_bytes() == (tmp_path / file.name).read_bytes(), file.name


def test_labels_become_places_in_a_models_classes(folder: Path) -> None:
    wanted = ("eel", "ant", "dog", "cat")
    found = load(folder, form=FORM, classes=wanted, test_alone=True).test
    assert [wanted[label] for label in found.labels] == [NAMES[label] for label in some().labels]
    with pytest.raises(DataBad, match="none of the model's 2"):
        load(folder, form=FORM, classes=("cat", "dog"), test_alone=True)
    with pytest.raises(DataBad, match=r"pictures \[6, 5, 3\], the model takes \[28, 28\]"):
        load(folder, test_alone=True)


def test_few_shards_are_in_memory_at_a_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[weakref.ref[Any]] = []
    most = 0
    as_it_is = shards.Shards.read

    def counted(self: shards.Shards, number: int) -> NDArray[np.uint8]:
        nonlocal most
        found = as_it_is(self, number)
        read.append(weakref.ref(found))
        most = max(most, sum(each() is not None for each in read))
        return found

    monkeypatch.setattr(made, "KEPT_BYTES", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    monkeypatch.setattr(shards.Shards, "read", counted)
    images = load(folder, form=FORM, test_alone=True).test.images
    assert not read
    np.testing.assert_array_equal(np.concatenate(list(blocks(images, 300))), some().images)
    # One a core, and two.
    assert (len(read), most) == (5, 3)


def test_they_are_sent_to_other_processes_unread(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    found = load(folder.name, form=FORM, test_alone=True).test
    sent = pickle.dumps(found.take(np.array([46, 3, 12])).images)
    assert len(sent) < 4_000
    monkeypatch.chdir("/")
    np.testing.assert_array_equal(pickle.loads(sent)[:], some().images[[46, 3, 12]])


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def longer(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"\0")


def other_bytes(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def linked(file: Path) -> None:
    file.rename(file.parent.parent / "elsewhere")
    file.symlink_to(file.parent.parent / "elsewhere")


@pytest.mark.parametrize(
    ("damage", "word"),
    [(Path.unlink, "is missing"), (cut_off, "is cut off"), (longer, "is longer than"),
     (other_bytes, "another SHA-256"), (linked, "is a link")],
)  # fmt: skip
def test_a_shard_that_is_not_what_it_was_is_named(
    damage: Callable[[Path], None], word: str, folder: Path
) -> None:
    (file,) = folder.glob("000002.*")
    damage(file)
    images = load(folder, form=FORM, test_alone=True).test.images
    np.testing.assert_array_equal(images[:20], some().images[:20])
    with pytest.raises(PicturesBad, match=f"{file.name} .*{word}|{file.name} {word}"):
        images[15:25]


@pytest.mark.parametrize("damage", [Path.unlink, cut_off, other_bytes])
def test_labels_that_are_not_what_they_were_are_named(
    damage: Callable[[Path], None], folder: Path
) -> None:
    damage(folder / indices.LABELS)
    with pytest.raises(DataBad, match=indices.LABELS):
        load(folder, form=FORM, test_alone=True)


def resealed(folder: Path, name: str, content: bytes) -> None:
    """Write a shard so that its digest fits."""
    index = json.loads((folder / indices.NAME).read_text())
    for shard in index["shards"]:
        if shard["name"] == name:
            stored = writing._store(folder, name, content)
            shard.update(bytes=stored.bytes, sha256=stored.sha256)
    (folder / indices.NAME).write_text(json.dumps(index))


@pytest.mark.parametrize("count", [9, 11])
def test_a_shard_of_another_number_of_pictures_is_named(count: int, folder: Path) -> None:
    (file,) = folder.glob("000001.*")
    encode = writing.ENCODERS[file.suffix[1:]]
    resealed(folder, file.name, encode(some().images[:count], some().labels[:count]))
    images = load(folder, form=FORM, test_alone=True).test.images
    with pytest.raises(PicturesBad, match=f"{file.name} is damaged.*index.json says"):
        images[:]


def test_a_shard_of_other_labels_or_no_shard_is_named(folder: Path) -> None:
    (file,) = folder.glob("000001.*")
    encode = writing.ENCODERS[file.suffix[1:]]
    resealed(folder, file.name, encode(some().images[10:20], some().labels[11:21]))
    with pytest.raises(PicturesBad, match=f"{file.name} is damaged: its labels"):
        load(folder, form=FORM, test_alone=True).test.images[10]
    resealed(folder, file.name, b"no shard at all")
    with pytest.raises(PicturesBad, match=f"{file.name} is damaged"):
        load(folder, form=FORM, test_alone=True).test.images[10]


def test_a_sparse_file_of_any_size_is_not_read() -> None:
    member = tarfile.TarInfo("000000.png")
    member.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    header[483:495] = b"%011o\0" % (1 << 32)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    with pytest.raises(ValueError, match="neither"):
        tar_shard.decode(bytes(header) + bytes(1024), (1, *FORM.shape))


def _set(*path: Any, to: Any) -> Callable[[Any], None]:
    def change(content: Any) -> None:
        for step in path[:-1]:
            content = content[step]
        content[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (_set("shards", 1, "name", to="../000001.npz"), "no plain name"),
        (_set("shards", 1, "name", to="/etc/passwd"), "no plain name"),
        (_set("shards", 1, "name", to="a\\b"), "no plain name"),
        (_set("labels", "name", to="s3://x"), "no plain name"),
        (_set("labels", "name", to=".."), "no plain name"),
        (_set("shards", 1, "name", to="labels.npy"), "same name"),
        (_set("shards", 1, "pictures", to=9), "equally many"),
        (_set("shards", 4, "pictures", to=11), "equally many"),
        (_set("shards", 4, "pictures", to=0), "equally many"),
        (_set("shards", 4, "pictures", to=6), "for 46 pictures"),
        (_set("shards", 0, "sha256", to="0" * 63), "no size or digest"),
        (_set("shards", 0, "bytes", to=-1), "no size or digest"),
        (_set("shards", 0, "bytes", to=True), "no whole number"),
        (_set("shards", to=[]), "no shards"),
        (_set("kind", to="zip"), "kind 'zip'"),
        (_set("picture", to=[6, 5, 4]), "pictures of shape"),
        (_set("picture", to=[9000, 9000]), "more than can be read"),
        (_set("classes", to=["cat", "cat", "eel"]), "there twice"),
        (_set("schema_version", to=2), "schema_version"),
        (_set("root", to="/"), "'root'"),
    ],
)
def test_a_damaged_index_is_refused(
    change: Callable[[Any], None], word: str, tmp_path: Path
) -> None:
    writing.write(tmp_path, some(), "npz", SIZE)
    content = json.loads((tmp_path / indices.NAME).read_text())
    change(content)
    (tmp_path / indices.NAME).write_text(json.dumps(content))
    with pytest.raises(DataBad, match=word) as raised:
        load(tmp_path, form=FORM, test_alone=True)
    assert str(raised.value).count("\n") == 1
