"""Every reader of other people's files: a good sample of what it reads, and how it reads it."""

from __future__ import annotations

import dataclasses
import gzip
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from fuzz_mutators import Mutator, bytewise, graphwise, gzipped, jsonwise, textual, zipwise
from numpy.typing import NDArray
from PIL import Image

from converters.base import Tensor
from edgedigits.bundle import artifact, bundle, golden, run
from edgedigits.bundle.artifact import Artifact, InputContract
from edgedigits.datasets import datasets
from edgedigits.datasets.strokes import strokes
from edgedigits.models import ready, weights_text
from edgedigits.page import demo, page_models
from edgedigits.reading import bare_file, inputs
from edgedigits.reports import plotting
from edgedigits.training import checkpoint, plan, training
from edgedigits.verification import budget_file


@dataclasses.dataclass(frozen=True)
class Reader:
    """A way from a file to what the package makes of it.

    Attributes:
        name: for the report.
        make: writes a good sample into an empty folder; gives the file to damage.
        read: reads what lies at that file's path, and around it.
        mutators: what may be done to it.
        share: how often it gets an input, beside one for the others; slow ones get less.
    """

    name: str
    make: Callable[[Path], Path]
    read: Callable[[Path], object]
    mutators: tuple[Mutator, ...]
    share: float = 1.0


def _written(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _golden(folder: Path) -> None:
    images, labels = golden.pictures()
    answers = np.full((golden.COUNT, 10), 0.1, np.float32)
    golden.write(golden.Golden(images, labels, answers), folder)


def _manifest(folder: Path) -> Path:
    """A bundle with everything in its manifest; its models are words."""
    _golden(folder)
    model = _written(folder / "tflite/model-int8.tflite", b"model")
    graph = artifact.record(_written(folder / "reference/graph.pb", b"graph"), folder)
    taken = Tensor("pixels", "uint8", (1, 28, 28, 1), 1.0, 0)
    given = Tensor("probabilities", "uint8", (1, 10), 1 / 256, 0)
    files = (artifact.record(model, folder),)
    only = Artifact(
        "tflite", "int8", files[0].path, files, taken, given, InputContract(0.0, 255.0)
    )  # fmt: skip
    dataset = {"name": "mnist", "spec": "mnist", "fingerprint": "0" * 64, "trained_on": True,
               "samples": None, "seed": 0}  # fmt: skip
    counted = {"pictures": 100, "percent": 1.0}
    share = {"percent": 99.0, "low": 98.0, "high": 99.5}
    record = {
        "status": "pass", "runtime": "litert", "dataset": "mnist", "fingerprint": "0" * 64,
        "pictures": 100, "float_accuracy": share, "accuracy": share, "drop_points": 0.0,
        "drop_upper_points": 0.1, "agreement_percent": 100.0, "max_difference": 0.0,
        "mean_difference": 0.0,
    }  # fmt: skip
    facts = {
        "tool": {"name": "edgedigits", "version": "1", "python": "3", "libraries": {"numpy": "2"}},
        "source": {"kind": "run", "name": "a", "model": "cnn", "signature": "serving_default",
                   "graph_sha256": graph.sha256},
        "calibration": {"split": "train", "count": 3, "seed": 0, "indices": [1, 2, 3]},
        "reject": {"temperature": 1.0, "threshold": 0.5, "digits_rejected": counted,
                   "fitted_on": {"dataset": "mnist", "pictures": 9, "held_out": True},
                   "accepted": {"letters": counted}},
    }  # fmt: skip
    vectors = tuple(
        artifact.record(folder / name, folder) for name in ("golden.npz", "golden.json")
    )
    reference = bundle.Reference(graph, "pixels", "probabilities", (28, 28, 1))
    whole = bundle.Manifest(
        "2026-01-01T00:00:00+00:00", True, reference, vectors, (only,), dataset,
        {only.id: record}, facts,
    )  # fmt: skip
    bundle.write_manifest(whole, folder)
    bundle.read(folder)
    return folder / bundle.MANIFEST


def _read_bundle(path: Path) -> None:
    opened = bundle.read(path.parent)
    assert opened.manifest.recorded
    opened.manifest.as_json()


def _in_golden(name: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        _golden(folder)
        return folder / name

    return make


def run_card() -> dict[str, Any]:
    """What a finished training says of itself."""
    asked = plan.plan("softmax", "strokes", samples=1000)
    return {
        "schema_version": 1, "model": "softmax", "parameters": 7850, "trained_on_logits": True,
        "dataset": {"name": "strokes", "spec": "strokes", "fingerprint": "0" * 64, "seed": 0,
                    "samples": 1000},
        "seed": 0, "recipe": dataclasses.asdict(asked.recipe), "steps": 100,
        "training_pictures": 1000, "fresh_pictures_every_epoch": True, "validation_pictures": 100,
        "test": {"pictures": 100, "accuracy": {"percent": 90.0, "low": 89.0, "high": 91.0}},
    }  # fmt: skip


def _run(folder: Path) -> Path:
    return _written(folder / run.CARD, json.dumps(run_card()))


def _read_run(path: Path) -> None:
    from edgedigits.training import qat

    opened = run.open_run(path.parent)
    assert opened.dataset
    qat.tuning("int4", opened)
    _ = f"{opened.card['test']['accuracy']['percent']:.2f} {opened.card['test']['pictures']:,}"


def _history(folder: Path) -> Path:
    _run(folder)
    epochs = [{"epoch": 1, "step": 10, "loss": 0.1, "accuracy": 0.9, "seconds": 1.5},
              {"epoch": 2, "step": 20, "loss": None, "accuracy": 0.9, "seconds": 1.5}]  # fmt: skip
    return _written(folder / run.HISTORY, json.dumps({"model": "softmax", "epochs": epochs}))


def _read_history(path: Path) -> None:
    plotting._epochs(run.open_run(path.parent))


def _checkpoint(folder: Path) -> Path:
    started = {"plan": plan.plan("softmax", "strokes", samples=1000).as_json(), "fingerprint": "0"}
    history = [{"epoch": 1.0, "step": 10, "loss": 0.1, "seconds": 1.0}]
    values: list[NDArray[Any]] = [
        np.zeros((784, 10), np.float32),
        np.zeros(10, np.float32),
        np.array(3, np.int64),
    ]
    checkpoint.write(checkpoint.Checkpoint(started, history, values), folder / run.CHECKPOINT)
    return folder / run.CHECKPOINT / checkpoint.FILE


def _read_checkpoint(path: Path) -> None:
    checkpoint.read(path.parent)
    training.interrupted_plan(path.parent.parent)


def _few() -> tuple[Any, Any]:
    return strokes.draw(40, seed=5)


def _npz(folder: Path) -> Path:
    images, labels = _few()
    np.savez(folder / "few.npz", images=images, labels=labels)
    return folder / "few.npz"


def _idx(folder: Path) -> Path:
    images, labels = _few()
    head = struct.pack(">BBBBI", 0, 0, 8, 1, 40)
    _written(folder / "few-labels-idx1-ubyte", head + labels.astype(np.uint8).tobytes())
    head = struct.pack(">BBBBIII", 0, 0, 8, 3, 40, 28, 28)
    return _written(folder / "few-images-idx3-ubyte", head + images.tobytes())


def _idx_zipped(folder: Path) -> Path:
    plain = _idx(folder)
    content = gzip.compress(plain.read_bytes(), mtime=0)
    plain.unlink()
    return _written(folder / "few-images-idx3-ubyte.gz", content)


def _csv(folder: Path) -> Path:
    images, labels = strokes.draw(12, seed=5)
    rows = np.column_stack([labels, images.reshape(len(images), -1)])
    return _written(folder / "few.csv", "\n".join(",".join(map(str, row)) for row in rows.tolist()))


def _csv_zipped(folder: Path) -> Path:
    return _written(folder / "few.csv.gz", gzip.compress(_csv(folder).read_bytes(), mtime=0))


def _load(path: Path) -> None:
    loaded = datasets.load(path)
    assert loaded.fingerprint


def _picture(suffix: str, mode: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        drawn = Image.fromarray(255 - _few()[0][3]).resize((48, 40)).convert(mode)
        exif = Image.Exif()
        exif[0x0112] = 6
        path = folder / f"digit.{suffix}"
        drawn.save(path, exif=exif) if suffix in ("jpg", "png", "webp") else drawn.save(path)
        return path

    return make


def _weights(folder: Path) -> Path:
    values = np.linspace(-1, 1, 7850, dtype=np.float32)
    held = weights_text.SoftmaxWeights(values[:7840].reshape(784, 10), values[7840:])
    return weights_text.write(held, folder)[0]


def _constants(folder: Path) -> Path:
    return _weights(folder).with_name(weights_text.CONSTANTS)


def _budget_toml(folder: Path) -> Path:
    return _written(folder / "b.toml", "[default]\nmax_drop = 0.5\n[int8]\nmin_agreement = 98\n")


def _budget_json(folder: Path) -> Path:
    return _written(folder / "b.json", '{"int8": {"max_drop": 0.5}, "default": {"max_drop": 1}}')


def _reference(folder: Path) -> Path:
    return _written(folder / "graph.pb", ready.read("nano").graph)


def _read_reference(path: Path) -> None:
    from edgedigits.runtimes.tensorflow.float_model import FloatModel

    card = ready.read("nano").card
    file = artifact.FileRecord("graph.pb", 0, 0, "")
    shape = tuple(card["input_shape"])
    reference = bundle.Reference(file, card["input_name"], card["output_name"], shape)
    model = FloatModel(reference, path.parent, InputContract(0.0, 255.0), logits=False)
    model.probabilities(np.zeros((1, 28, 28), np.uint8))


def _ready_card(folder: Path) -> Path:
    found = ready.read("nano")
    _written(folder / "nano.pb", found.graph)
    return _written(folder / "nano.json", json.dumps(found.card))


def _read_ready(path: Path) -> None:
    usual, ready.FOLDER = ready.FOLDER, path.parent
    try:
        assert ready.read("nano").dataset
    finally:
        ready.FOLDER = usual


def _graph_model(folder: Path) -> Path:
    tensors = {
        part: {
            name: {"dtype": "DT_FLOAT", "tensorShape": {"dim": [{"size": str(n)} for n in size]}}
        }
        for part, name, size in (("inputs", "x", (1, 28, 28, 1)), ("outputs", "y", (1, 10)))
    }
    model = {"format": "graph-model", "modelTopology": {}, "signature": tensors}
    return _written(folder / "model.json", json.dumps(model))


def _page(folder: Path) -> Path:
    _golden(folder)
    model = json.dumps(
        {
            "format": "graph-model",
            "modelTopology": {"node": []},
            "signature": {"inputs": {}, "outputs": {}},
            "weightsManifest": [{"paths": ["group1-shard1of1.bin"], "weights": []}],
        }
    )
    _written(folder / "tfjs/uint8/model.json", model)
    _written(folder / "tfjs/uint8/group1-shard1of1.bin", b"weights")
    one = {"id": "tfjs-uint8", "scheme": "uint8", "path": "tfjs/uint8/model.json",
           "size_bytes": len(model) + 7, "gzip_bytes": 60}  # fmt: skip
    page = {
        "schema_version": page_models.PAGE_VERSION, "default": "tfjs-uint8", "models": [one],
        "input": {"name": "x", "shape": [1, 28, 28, 1], "range": [0, 255]},
        "output": {"kind": "probabilities"}, "labels": list("0123456789"),
        "golden": "golden.json", "reject": {"temperature": 1.0, "threshold": 0.5},
    }  # fmt: skip
    return _written(folder / page_models.PAGE_JSON, json.dumps(page))


def _read_page(path: Path) -> None:
    found = page_models.from_page(path.parent)
    found.only([found.default["scheme"]]).all_files()


def _digests(folder: Path) -> Path:
    return _written(folder / demo.DIGESTS, demo.digests({"index.html": b"", "a b": b"x"}))


BYTES, TEXT, JSON, ZIP = (bytewise,), (textual, bytewise), (jsonwise, jsonwise, bytewise), (
    zipwise, zipwise, bytewise,
)  # fmt: skip

READERS = (
    Reader("manifest.json", _manifest, _read_bundle, JSON, 0.3),
    Reader("golden.npz", _in_golden("golden.npz"), lambda p: golden.read(p.parent), ZIP),
    Reader("golden.json", _in_golden("golden.json"), lambda p: golden.read_json(p.parent), JSON),
    Reader("run.json", _run, _read_run, JSON),
    Reader("history.json", _history, _read_history, JSON),
    Reader("checkpoint", _checkpoint, _read_checkpoint, ZIP),
    Reader("npz", _npz, _load, ZIP),
    Reader("idx", _idx, _load, BYTES),
    Reader("idx, gzipped", _idx_zipped, _load, (bytewise, gzipped(bytewise)), 0.5),
    Reader("csv", _csv, _load, TEXT, 0.5),
    Reader("csv, gzipped", _csv_zipped, _load, (bytewise, gzipped(textual)), 0.3),
    *(
        Reader(f"picture {suffix}", _picture(suffix, mode), inputs.read_digits, BYTES, 0.5)
        for suffix, mode in (
            ("png", "RGBA"), ("jpg", "RGB"), ("gif", "P"), ("bmp", "RGB"), ("webp", "RGB"),
            ("tif", "L"),
        )
    ),
    Reader("weights.txt", _weights, lambda p: weights_text.read(p.parent), TEXT, 0.3),
    Reader("const.txt", _constants, lambda p: weights_text.read(p.parent), TEXT, 0.3),
    Reader("budget.toml", _budget_toml, budget_file.read, TEXT),
    Reader("budget.json", _budget_json, budget_file.read, JSON),
    Reader("ready-made card", _ready_card, _read_ready, JSON),
    Reader("model.json", _graph_model, bare_file._signature, JSON),
    Reader("page.json", _page, _read_page, JSON),
    Reader("digests of a page", _digests, demo.read_digests, TEXT),
    Reader("reference graph", _reference, _read_reference, (bytewise, graphwise, graphwise), 0.02),
)  # fmt: skip
