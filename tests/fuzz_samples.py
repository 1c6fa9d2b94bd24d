"""A good sample of each file that the package reads, written into an empty folder."""

from __future__ import annotations

import dataclasses
import gzip
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from converters.base import Tensor
from edgedigits.bundle import artifact, bundle, golden, own_folder, run
from edgedigits.bundle.artifact import Artifact, InputContract
from edgedigits.datasets.dataset import Split
from edgedigits.datasets.shards import index, writing
from edgedigits.datasets.strokes import strokes
from edgedigits.models import ready, weights_text
from edgedigits.page import page_golden, page_json, page_models
from edgedigits.training import checkpoint, plan


def _written(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _golden(folder: Path) -> None:
    images, labels = golden.pictures()
    assert labels is not None
    answers = np.full((golden.COUNT, 10), 0.1, np.float32)
    golden.write(golden.Golden(images, labels, answers), folder)


def write_manifest(folder: Path) -> Path:
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
        "reject": {"temperature": 1.0, "threshold": 0.5, "sure": 0.75, "digits_rejected": counted,
                   "digits_unsure": counted,
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


def golden_writer(name: str) -> Callable[[Path], Path]:
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


def write_run(folder: Path) -> Path:
    return _written(folder / run.CARD, json.dumps(run_card()))


def write_history(folder: Path) -> Path:
    write_run(folder)
    epochs = [{"epoch": 1, "step": 10, "loss": 0.1, "accuracy": 0.9, "seconds": 1.5},
              {"epoch": 2, "step": 20, "loss": None, "accuracy": 0.9, "seconds": 1.5}]  # fmt: skip
    return _written(folder / run.HISTORY, json.dumps({"model": "softmax", "epochs": epochs}))


def write_checkpoint(folder: Path) -> Path:
    started = {"plan": plan.plan("softmax", "strokes", samples=1000).as_json(), "fingerprint": "0"}
    history = [{"epoch": 1.0, "step": 10, "loss": 0.1, "seconds": 1.0}]
    values: list[NDArray[Any]] = [
        np.zeros((784, 10), np.float32),
        np.zeros(10, np.float32),
        np.array(3, np.int64),
    ]
    checkpoint.write(checkpoint.Checkpoint(started, history, values), folder / run.CHECKPOINT)
    return folder / run.CHECKPOINT / checkpoint.FILE


def _few() -> tuple[Any, Any]:
    return strokes.draw(40, seed=5)


def write_npz(folder: Path) -> Path:
    images, labels = _few()
    np.savez(folder / "few.npz", images=images, labels=labels)
    return folder / "few.npz"


def write_shards(folder: Path) -> Path:
    writing.write(folder, Split(*_few()), "npz", 15)
    return folder / index.NAME


def write_idx(folder: Path) -> Path:
    images, labels = _few()
    head = struct.pack(">BBBBI", 0, 0, 8, 1, 40)
    _written(folder / "few-labels-idx1-ubyte", head + labels.astype(np.uint8).tobytes())
    head = struct.pack(">BBBBIII", 0, 0, 8, 3, 40, 28, 28)
    return _written(folder / "few-images-idx3-ubyte", head + images.tobytes())


def write_idx_zipped(folder: Path) -> Path:
    plain = write_idx(folder)
    content = gzip.compress(plain.read_bytes(), mtime=0)
    plain.unlink()
    return _written(folder / "few-images-idx3-ubyte.gz", content)


def write_csv(folder: Path) -> Path:
    images, labels = strokes.draw(12, seed=5)
    rows = np.column_stack([labels, images.reshape(len(images), -1)])
    return _written(folder / "few.csv", "\n".join(",".join(map(str, row)) for row in rows.tolist()))


def write_csv_zipped(folder: Path) -> Path:
    return _written(folder / "few.csv.gz", gzip.compress(write_csv(folder).read_bytes(), mtime=0))


def picture_writer(suffix: str, mode: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        drawn = Image.fromarray(255 - _few()[0][3]).resize((48, 40)).convert(mode)
        exif = Image.Exif()
        exif[0x0112] = 6
        path = folder / f"digit.{suffix}"
        drawn.save(path, exif=exif) if suffix in ("jpg", "png", "webp") else drawn.save(path)
        return path

    return make


def write_weights(folder: Path) -> Path:
    values = np.linspace(-1, 1, 7850, dtype=np.float32)
    held = weights_text.SoftmaxWeights(values[:7840].reshape(784, 10), values[7840:])
    return weights_text.write(held, folder)[0]


def write_constants(folder: Path) -> Path:
    return write_weights(folder).with_name(weights_text.CONSTANTS)


def write_budget_toml(folder: Path) -> Path:
    return _written(folder / "b.toml", "[default]\nmax_drop = 0.5\n[int8]\nmin_agreement = 98\n")


def write_budget_json(folder: Path) -> Path:
    return _written(folder / "b.json", '{"int8": {"max_drop": 0.5}, "default": {"max_drop": 1}}')


def write_reference(folder: Path) -> Path:
    return _written(folder / "graph.pb", ready.read("nano").graph)


def write_ready_card(folder: Path) -> Path:
    found = ready.read("nano")
    _written(folder / "nano.pb", found.graph)
    return _written(folder / "nano.json", json.dumps(found.card))


def write_graph_model(folder: Path) -> Path:
    tensors = {
        part: {
            name: {"dtype": "DT_FLOAT", "tensorShape": {"dim": [{"size": str(n)} for n in size]}}
        }
        for part, name, size in (("inputs", "x", (1, 28, 28, 1)), ("outputs", "y", (1, 10)))
    }
    model = {"format": "graph-model", "modelTopology": {}, "signature": tensors}
    return _written(folder / "model.json", json.dumps(model))


def write_page(folder: Path) -> Path:
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
    one = page_json.entry("tfjs", "uint8", len(model) + 7, 60)
    _written(folder / "tflite/int8/model.tflite", b"TFL3")
    stored = {"input": {"scale": 1.0, "zero_point": 0}, "output": None}
    other = page_json.entry("tflite", "int8", 4, 4)
    other |= {"layout": "channels last", "stored": stored}
    few = page_golden.self_test((folder / "golden.json").read_bytes())
    _written(folder / page_golden.SELF_TEST, few)
    page = {
        "schema_version": page_json.VERSION, "default": "tfjs-uint8",
        "models": [one, other],
        "input": {"name": "x", "shape": [1, 28, 28, 1], **InputContract(0.0, 255.0).as_json()},
        "output": {"kind": "probabilities"}, "labels": list("0123456789"), "golden": "golden.json",
        "golden_bytes": (folder / "golden.json").stat().st_size,
        "self_test": page_golden.SELF_TEST, "self_test_bytes": len(few),
        "reject": {"temperature": 1.0, "threshold": 0.5, "sure": 0.75},
    }  # fmt: skip
    return _written(folder / page_models.PAGE_JSON, json.dumps(page))


def write_digests(folder: Path) -> Path:
    return _written(
        folder / own_folder.DIGESTS, own_folder.digests({"index.html": b"", "a b": b"x"})
    )
