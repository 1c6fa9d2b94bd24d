"""A model is exported and verified on a folder of pictures that stay in their file."""

from __future__ import annotations

import json
import threading
import weakref
from pathlib import Path
from typing import Any

import colours
import numpy as np
import pytest
from command_line import Command
from numpy.typing import NDArray
from PIL import Image

from edgedigits.bundle import bundle
from edgedigits.datasets import album, dataset, datasets
from edgedigits.datasets.on_disk import OnDisk
from edgedigits.errors import ExitCode
from edgedigits.picture.form import Form
from edgedigits.verification.running import asked_again, execution, floats

COUNT, UNREADABLE = 700, 2
FEW = ("--max-drop", "3", "--min-agreement", "95", "--allow-inconclusive")


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(album, "HELD_BYTES", 1)
    images, labels = colours.draw(COUNT, seed=12)
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        path = tmp_path / "photos" / colours.CLASSES[label] / f"{number:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)
        if number < UNREADABLE:
            path.write_bytes(b"")
    (tmp_path / "labels.txt").write_text("\n".join(colours.CLASSES))
    return tmp_path / "photos"


class InMemory:
    """Bytes of pictures of a file that are alive, and the most that ever were."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.most = 0
        self._lock = threading.RLock()
        read = OnDisk.__getitem__

        def watched(pictures: OnDisk, which: Any) -> NDArray[np.uint8]:
            found = read(pictures, which)
            weakref.finalize(found, self._count, -found.nbytes)
            self._count(found.nbytes)
            return found

        monkeypatch.setattr(OnDisk, "__getitem__", watched)

    def _count(self, size: int) -> None:
        with self._lock:
            self.now += size
            self.most = max(self.most, self.now)


def test_it_is_verified_on_what_did_not_calibrate_it(
    colour_model: Path,
    photos: Path,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = ("--dataset", photos, "--labels", "labels.txt", *colours.CONTRACT)
    schemes = ("--target", "all", "--scheme", "float32,int8,uint8")
    page = ("--html", "report.html")
    done = command("export", colour_model / "model", *asked, *schemes, *page, *FEW, cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.out + done.err
    assert "tfjs-uint8" in (tmp_path / "report.html").read_text("utf-8")
    assert "2 of 700 pictures" in done.err
    manifest = bundle.read(tmp_path / "bundle").manifest
    calibrated = manifest.facts["calibration"]["count"]
    form = Form(colours.HEIGHT, colours.WIDTH, 3, "stretch")
    loaded = datasets.load(photos, form=form, classes=colours.CLASSES)
    assert isinstance(loaded.train.images, OnDisk)
    assert manifest.dataset["fingerprint"] == loaded.fingerprint
    for module, name in (
        (dataset, "BLOCK_BYTES"),
        (floats, "AT_ONCE_BYTES"),
        (execution, "PIECE_BYTES"),
    ):
        monkeypatch.setattr(module, name, 20_000)
    monkeypatch.setattr(asked_again, "MOST", 4)
    memory = InMemory(monkeypatch)
    done = command("verify", "bundle", *FEW, "--json", "found.json", cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.out + done.err
    found = json.loads((tmp_path / "found.json").read_text())
    assert calibrated > 450
    # Two threads with a piece each, the float model with a block, and the fingerprint's before.
    assert 0 < memory.most < 100_000 < len(loaded.everything()) * colours.HEIGHT * colours.WIDTH
    assert {each["parity"]["pictures"] for each in found["results"]} == {
        COUNT - UNREADABLE - calibrated
    }
    assert all(each["parity"]["float_accuracy"]["percent"] > 90 for each in found["results"])


@pytest.mark.parametrize("emptied", ["removed", "unreadable"])
def test_a_class_without_pictures_is_refused_in_two_lines(
    colour_model: Path, photos: Path, command: Command, tmp_path: Path, emptied: str
) -> None:
    for path in (photos / "red bar").iterdir():
        path.unlink() if emptied == "removed" else path.write_bytes(b"")
    done = command("export", colour_model / "model", "--dataset", photos, cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert len(done.error) == 2, done.err
    assert "red bar" in done.error[0]
