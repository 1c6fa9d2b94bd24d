"""What many tests start from: MNIST where it is, and a small model trained and exported once."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import colours
import compiled_c
import numpy as np
import pytest
from command_line import Command, in_a_process, in_this_process
from drawings import Drawn, draw_once
from kept_gpu import started_once
from PIL import Image
from worker_groups import group_for_workers

from edgedigits import quiet
from edgedigits.datasets.strokes import strokes
from edgedigits.errors import MachineLacks
from edgedigits.runtimes.litert.gpu_process import GpuProcess

# Commands ask TensorFlow for determinism as they import it; a test that imports it by itself would
# otherwise get answers that differ in the last bit from those of a command.
os.environ["TF_DETERMINISTIC_OPS"] = "1"
os.environ["TF_NUM_INTRAOP_THREADS"] = "1"


# First, so that pytest-xdist sees the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get("PYTEST_XDIST_WORKER"):
        group_for_workers(items)
    if os.environ.get("EDGEDIGITS_DATA"):
        return
    skip = pytest.mark.skip(reason="needs the real MNIST files: EDGEDIGITS_DATA is their folder")
    for item in items:
        if item.get_closest_marker("mnist"):
            item.add_marker(skip)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """One worker after another: what the first one compiles, the others find."""
    with Path(__file__).open() as lock:
        if os.environ.get("PYTEST_XDIST_WORKER"):
            fcntl.flock(lock, fcntl.LOCK_EX)
        return (yield)


def pytest_collection_finish() -> None:
    """What is there before the first test stays: nobody looks for garbage among it again."""
    if os.environ.get("PYTEST_XDIST_WORKER"):
        # Sooner or later every worker needs it; imported by the commands' own way, it takes less.
        quiet.import_tensorflow()
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """What commands of tests ask for again and again."""
    with draw_once(), started_once():
        yield


@pytest.fixture(scope="session")
def mnist_dir() -> Path:
    """The folder that holds the real MNIST files."""
    return Path(os.environ["EDGEDIGITS_DATA"]).resolve()


@pytest.fixture(scope="session")
def edgedigits() -> Command:
    """Runs the command line in a process of its own, as a user does."""
    return in_a_process


@pytest.fixture(scope="session")
def command() -> Command:
    """Runs the command line in this process: quick, and open to monkeypatching."""
    return in_this_process


def _made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` fills, once for all of pytest-xdist's workers."""
    base = factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / name
    with (shared / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / "made").touch()
    return folder


def _run(*words: str | Path, cwd: Path) -> None:
    done = in_this_process(*words, cwd=cwd)
    assert done.code == 0, done.out + done.err


@pytest.fixture(scope="session")
def strokes_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A `cnn` trained for one epoch on 20,000 drawn digits. Not to be written to."""

    def make(folder: Path) -> None:
        options = "--model cnn --dataset strokes --samples 20000 --epochs 1 --no-plots"
        _run("train", *options.split(), "--out", "runs/small", cwd=folder)

    return _made_once(tmp_path_factory, "run", make) / "runs" / "small"


@pytest.fixture(scope="session")
def letters_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An `edge` trained for three epochs on 8,000 drawn letters. Not to be written to."""

    def make(folder: Path) -> None:
        options = "--model edge --dataset letters --samples 8000 --epochs 3 --out runs/letters"
        _run("train", *options.split(), cwd=folder)

    return _made_once(tmp_path_factory, "letters-run", make) / "runs" / "letters"


@pytest.fixture(scope="session")
def letters_bundle(tmp_path_factory: pytest.TempPathFactory, letters_run: Path) -> Path:
    """Two artifacts of `letters_run`, verified. Not to be written to."""

    def make(folder: Path) -> None:
        options = "--target all --limit 8000 --allow-inconclusive --out bundle"
        _run("export", letters_run, *options.split(), cwd=folder)

    return _made_once(tmp_path_factory, "letters-exported", make) / "bundle"


@pytest.fixture(scope="session")
def full_bundle(tmp_path_factory: pytest.TempPathFactory, strokes_run: Path) -> Path:
    """All nine artifacts of `strokes_run`, unverified. Not to be written to."""

    def make(folder: Path) -> None:
        options = "--target all --scheme all --no-verify --out bundle"
        _run("export", strokes_run, *options.split(), cwd=folder)

    return _made_once(tmp_path_factory, "exported", make) / "bundle"


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An NPZ of 600 digits drawn as usual: a small data set to calibrate and verify on."""

    def make(folder: Path) -> None:
        images, labels = strokes.USUAL.draw(600, seed=77)
        np.savez(folder / "pictures.npz", images=images, labels=labels)

    return _made_once(tmp_path_factory, "pictures", make) / "pictures.npz"


@pytest.fixture(scope="session")
def c_bundle(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Path:
    """The ready-made `nano` in C in all schemes, unverified. Not to be written to."""
    compiled_c.skip_without_compiler()

    def make(folder: Path) -> None:
        options = ("--target", "c", "--scheme", "all", "--no-verify", "--out", "bundle")
        _run("export", "ready:nano", "--dataset", pictures, *options, cwd=folder)

    return _made_once(tmp_path_factory, "c-exported", make) / "bundle"


@pytest.fixture(scope="session")
def nano_bundle(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Path:
    """The ready-made `nano` in float32 and microcontrollers' schemes, unverified. Read only."""

    def make(folder: Path) -> None:
        options = "--target tflite --scheme float32,int8,int16x8 --no-verify --out bundle"
        data = ("--dataset", pictures)
        _run("export", "ready:nano", *data, *options.split(), cwd=folder)

    return _made_once(tmp_path_factory, "nano-exported", make) / "bundle"


@pytest.fixture(scope="session")
def drawn() -> Drawn:
    """Twenty drawn digits, two of each, and their labels."""
    return strokes.draw(20, seed=3)


@pytest.fixture(scope="session")
def album(tmp_path_factory: pytest.TempPathFactory, drawn: Drawn) -> Path:
    """The pictures of `drawn` in folders, with a hidden file and a text. Not to be written to."""

    def make(folder: Path) -> None:
        for index, image in enumerate(drawn[0]):
            place = folder / "album" / f"page-{index // 8}" / f"{index:02}.png"
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(place)
        (folder / "album" / ".hidden.png").write_bytes(b"")
        (folder / "album" / "notes.txt").write_text("no picture")

    return _made_once(tmp_path_factory, "pictures-in-folders", make) / "album"


@pytest.fixture(scope="session")
def unit_model(tmp_path_factory: pytest.TempPathFactory, strokes_run: Path) -> Path:
    """The model of `strokes_run` as a SavedModel of somebody else's, who feeds it 0..1."""

    def make(folder: Path) -> None:
        import keras

        trained = keras.models.load_model(strokes_run / "model.keras")
        pixels = keras.Input((28, 28))
        # x (2 - x) makes the greys of 0..1 brighter, and nonsense of any other range.
        bright = keras.layers.Multiply()([pixels, keras.layers.Rescaling(-1.0, 2.0)(pixels)])
        raw = keras.layers.Reshape((28, 28, 1))(keras.layers.Rescaling(255.0)(bright))
        keras.Model(pixels, trained(raw)).export(
            folder / "unit", format="tf_saved_model", verbose=False
        )

    return _made_once(tmp_path_factory, "unit-model", make) / "unit"


@pytest.fixture(scope="session")
def colour_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `model` and `pictures.npz`, see `colours`. Not to be written to."""
    return _made_once(tmp_path_factory, "colour-model", colours.train)


@pytest.fixture(scope="session")
def colour_bundle(tmp_path_factory: pytest.TempPathFactory, colour_model: Path) -> Path:
    """All nine artifacts of `colour_model`, unverified. Not to be written to."""

    def make(folder: Path) -> None:
        asked = ("--dataset", colour_model / "pictures.npz", "--scheme", "all", "--no-verify")
        _run("export", colour_model / "model", *asked, *colours.CONTRACT, cwd=folder)

    return _made_once(tmp_path_factory, "colour-exported", make) / "bundle"


@pytest.fixture(scope="session")
def wasm_bundle(tmp_path_factory: pytest.TempPathFactory, pictures: Path) -> Path:
    """The ready-made `nano` in WebAssembly and `.tflite`, int8, unverified. Read only."""

    def make(folder: Path) -> None:
        options = "--target tflite,wasm --scheme int8 --no-verify --out bundle"
        data = ("--dataset", pictures)
        _run("export", "ready:nano", *data, *options.split(), cwd=folder)

    return _made_once(tmp_path_factory, "wasm-exported", make) / "bundle"


@pytest.fixture(scope="session")
def colour_in_c(tmp_path_factory: pytest.TempPathFactory, colour_model: Path) -> Path:
    """The bundle of `colour_model` in C and WebAssembly, unverified. Not to be written to."""
    compiled_c.skip_without_compiler()

    def make(folder: Path) -> None:
        asked = ("--dataset", colour_model / "pictures.npz", "--target", "c,wasm", "--no-verify")
        _run("export", colour_model / "model", *asked, *colours.CONTRACT, cwd=folder)

    return _made_once(tmp_path_factory, "colour-in-c", make) / "bundle"


@pytest.fixture(scope="session")
def gpu() -> Iterator[GpuProcess]:
    """LiteRT's GPU, or the stand-in for one."""
    try:
        found = GpuProcess()
    except MachineLacks as error:
        pytest.skip(str(error).replace("\n", "; "))
    yield found
    found.close()


@pytest.fixture
def copied_bundle(full_bundle: Path, tmp_path: Path) -> Path:
    """A copy of `full_bundle` to break on purpose."""
    place = tmp_path / "bundle"
    shutil.copytree(full_bundle, place)
    return place


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small file system is not allowed here")
    yield place
    subprocess.run(["umount", place], check=True)
