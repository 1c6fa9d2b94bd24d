from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from synthetic import write_idx

from edgedigits.datasets import datasets, mnist, mnist_download
from edgedigits.errors import DataBad, ExitCode

FILES = tuple(mnist.CONTENT_SHA256)


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that neither names a data folder nor has a cache."""
    monkeypatch.delenv(mnist.DATA_VARIABLE, raising=False)
    monkeypatch.setattr(mnist, "cache_folder", lambda: tmp_path / "cache")


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def fill(folder: Path, names: tuple[str, ...] = FILES, ending: str = "") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}{ending}").write_bytes(b"")
    return folder


def test_a_named_folder_goes_before_the_variable_and_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, variable, cache = (fill(tmp_path / name) for name in ("named", "variable", "cache"))
    monkeypatch.setenv(mnist.DATA_VARIABLE, str(variable))
    folders = []
    for data_dir in (named, None):
        place = mnist.locate(data_dir)
        assert place is not None
        folders.append(place.folder)
    monkeypatch.delenv(mnist.DATA_VARIABLE)
    place = mnist.locate()
    assert place is not None
    assert [*folders, place.folder] == [named, variable, cache]


def test_an_empty_cache_means_a_download() -> None:
    assert mnist.locate() is None


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize("below", [".", "mnist", "MNIST/raw"])
def test_usual_layouts_are_found(tmp_path: Path, below: str, ending: str) -> None:
    fill(tmp_path / "data" / below, ending=ending)
    assert mnist.find(tmp_path / "data") is not None


def test_dotted_names_and_npz_are_found(tmp_path: Path) -> None:
    fill(tmp_path / "a", tuple(name.replace("-idx", ".idx") for name in FILES))
    fill(tmp_path / "b", ("mnist.npz",))
    assert mnist.find(tmp_path / "a") is not None
    assert mnist.find(tmp_path / "b") is not None


@pytest.mark.parametrize("by_variable", [False, True])
def test_a_named_folder_without_mnist_is_refused_naming_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_variable: bool
) -> None:
    folder = fill(tmp_path / "part", FILES[:3])
    if by_variable:
        monkeypatch.setenv(mnist.DATA_VARIABLE, str(folder))
    with pytest.raises(DataBad) as caught:
        datasets.load("mnist", data_dir=None if by_variable else folder)
    message, hint = caught.value.message, caught.value.hint
    assert FILES[3] in message
    assert FILES[0] not in message
    assert (mnist.DATA_VARIABLE in message) == by_variable
    assert hint is not None
    assert "--data-dir" in hint
    assert "--dataset strokes" in hint
    assert caught.value.exit_code == ExitCode.DATA_BAD


def test_a_named_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataBad, match="does not exist"):
        datasets.load("mnist", data_dir=tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(DataBad, match="is no folder"):
        datasets.load("mnist", data_dir=tmp_path / "file")


@pytest.mark.parametrize("as_npz", [False, True])
def test_other_pictures_under_the_name_of_mnist_are_refused(tmp_path: Path, as_npz: bool) -> None:
    arrays = {name: np.zeros((10, 28, 28) if "images" in name else 10, np.uint8) for name in FILES}
    if as_npz:
        named = {mnist.NPZ_ARRAYS[name]: array for name, array in arrays.items()}
        np.savez(tmp_path / "mnist.npz", **named)
    else:
        for name, array in arrays.items():
            write_idx(tmp_path / name, array)
    with pytest.raises(DataBad, match="content is not MNIST's train-images") as caught:
        datasets.load("mnist", data_dir=tmp_path)
    assert caught.value.exit_code == ExitCode.DATA_BAD


def test_a_damaged_cache_says_how_to_fetch_it_anew(tmp_path: Path) -> None:
    fill(tmp_path / "cache")
    with pytest.raises(DataBad) as caught:
        datasets.load("mnist")
    assert caught.value.hint is not None
    assert caught.value.hint.endswith(f"rm {tmp_path / 'cache' / FILES[0]}")


@pytest.mark.mnist
def test_downloaded_once_then_read_from_the_cache(
    mnist_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = mnist.locate(mnist_dir)
    assert place is not None
    served = tmp_path / "served"
    served.mkdir()
    for name, path in place.files.items():
        shutil.copy(path, served / f"{name}.gz")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serve(served) as address:
        monkeypatch.setattr(mnist_download, "MIRRORS", (address,))
        downloaded = datasets.load("mnist", progress=False)
    assert mnist.locate() is not None
    # The server is gone: this can only come from the cache.
    assert datasets.load("mnist").fingerprint == downloaded.fingerprint
    assert downloaded.fingerprint == datasets.load("mnist", data_dir=mnist_dir).fingerprint


@pytest.mark.mnist
def test_mnist_is_divided_55000_5000_10000_without_overlap(mnist_dir: Path) -> None:
    dataset = datasets.load("mnist", data_dir=mnist_dir)
    splits = (dataset.train, dataset.validation, dataset.test)
    assert list(map(len, splits)) == [55_000, 5_000, 10_000]
    assert all(split.missing == [] for split in splits)
    assert dataset.train.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert dataset.official_test
    contents = [set(map(bytes, split.images)) for split in splits]
    assert sum(map(len, contents)) == len(set().union(*contents))


@pytest.mark.mnist
def test_npz_gives_the_same_data_set(mnist_dir: Path, tmp_path: Path) -> None:
    place = mnist.locate(mnist_dir)
    assert place is not None
    arrays = {
        mnist.NPZ_ARRAYS[name]: mnist.read_part(path, name) for name, path in place.files.items()
    }
    np.savez(tmp_path / "mnist.npz", **arrays)
    from_npz = datasets.load("mnist", data_dir=tmp_path)
    assert from_npz.fingerprint == datasets.load("mnist", data_dir=mnist_dir).fingerprint


@pytest.mark.mnist
def test_one_changed_label_is_noticed(mnist_dir: Path, tmp_path: Path) -> None:
    place = mnist.locate(mnist_dir)
    assert place is not None
    for path in place.files.values():
        shutil.copy(path, tmp_path / path.name)
    name = FILES[3]
    labels = mnist.read_part(place.files[name], name).copy()
    labels[9_999] ^= 1
    changed = write_idx(tmp_path / place.files[name].name, labels)
    with pytest.raises(DataBad, match="SHA-256 differs") as caught:
        datasets.load("mnist", data_dir=tmp_path)
    assert str(changed) in caught.value.message
    assert "--data-dir" in (caught.value.hint or "")
