"""Every reader of other people's files: a good sample of what it reads, and how it reads it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import fuzz_samples as samples
import numpy as np
from fuzz_mutators import Mutator, bytewise, graphwise, gzipped, jsonwise, textual, zipwise

from edgedigits.bundle import artifact, bundle, golden, own_folder, run
from edgedigits.bundle.artifact import InputContract
from edgedigits.datasets import datasets
from edgedigits.models import ready, weights_text
from edgedigits.page import page_models
from edgedigits.reading import file_facts, inputs
from edgedigits.reports import plotting
from edgedigits.training import checkpoint, training
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


def _read_bundle(path: Path) -> None:
    opened = bundle.read(path.parent)
    assert opened.manifest.recorded
    opened.manifest.as_json()


def _read_run(path: Path) -> None:
    from edgedigits.training import qat

    opened = run.open_run(path.parent)
    assert opened.dataset
    qat.tuning("int4", opened)
    _ = f"{opened.card['test']['accuracy']['percent']:.2f} {opened.card['test']['pictures']:,}"


def _read_history(path: Path) -> None:
    plotting._epochs(run.open_run(path.parent))


def _read_checkpoint(path: Path) -> None:
    checkpoint.read(path.parent)
    training.interrupted_plan(path.parent.parent)


def _load(path: Path) -> None:
    loaded = datasets.load(path)
    assert loaded.fingerprint


def _read_shards(path: Path) -> None:
    loaded = datasets.load(path.parent, test_alone=True)
    assert loaded.fingerprint
    assert len(loaded.test.images[:]) == len(loaded.test)


def _read_reference(path: Path) -> None:
    from edgedigits.runtimes.tensorflow.float_model import FloatModel

    card = ready.read("nano").card
    file = artifact.FileRecord("graph.pb", 0, 0, "")
    shape = tuple(card["input_shape"])
    reference = bundle.Reference(file, card["input_name"], card["output_name"], shape)
    model = FloatModel(reference, path.parent, InputContract(0.0, 255.0), logits=False)
    model.probabilities(np.zeros((1, 28, 28), np.uint8))


def _read_ready(path: Path) -> None:
    usual, ready.FOLDER = ready.FOLDER, path.parent
    try:
        assert ready.read("nano").dataset
    finally:
        ready.FOLDER = usual


def _read_page(path: Path) -> None:
    found = page_models.from_page(path.parent)
    found.only([found.default["scheme"]]).all_files()


BYTES, TEXT, JSON, ZIP = (bytewise,), (textual, bytewise), (jsonwise, jsonwise, bytewise), (
    zipwise, zipwise, bytewise,
)  # fmt: skip

READERS = (
    Reader("manifest.json", samples.write_manifest, _read_bundle, JSON, 0.3),
    Reader("golden.npz", samples.golden_writer("golden.npz"), lambda p: golden.read(p.parent), ZIP),
    Reader(
        "golden.json", samples.golden_writer("golden.json"),
        lambda p: golden.read_json(p.parent), JSON,
    ),
    Reader("run.json", samples.write_run, _read_run, JSON),
    Reader("history.json", samples.write_history, _read_history, JSON),
    Reader("checkpoint", samples.write_checkpoint, _read_checkpoint, ZIP),
    Reader("npz", samples.write_npz, _load, ZIP),
    Reader("index.json of shards", samples.write_shards, _read_shards, JSON),
    Reader("idx", samples.write_idx, _load, BYTES),
    Reader("idx, gzipped", samples.write_idx_zipped, _load, (bytewise, gzipped(bytewise)), 0.5),
    Reader("csv", samples.write_csv, _load, TEXT, 0.5),
    Reader("csv, gzipped", samples.write_csv_zipped, _load, (bytewise, gzipped(textual)), 0.3),
    *(
        Reader(
            f"picture {suffix}", samples.picture_writer(suffix, mode),
            inputs.read_digits, BYTES, 0.5,
        )
        for suffix, mode in (
            ("png", "RGBA"), ("jpg", "RGB"), ("gif", "P"), ("bmp", "RGB"), ("webp", "RGB"),
            ("tif", "L"),
        )
    ),
    Reader("weights.txt", samples.write_weights, lambda p: weights_text.read(p.parent), TEXT, 0.3),
    Reader("const.txt", samples.write_constants, lambda p: weights_text.read(p.parent), TEXT, 0.3),
    Reader("budget.toml", samples.write_budget_toml, budget_file.read, TEXT),
    Reader("budget.json", samples.write_budget_json, budget_file.read, JSON),
    Reader("ready-made card", samples.write_ready_card, _read_ready, JSON),
    Reader("model.json", samples.write_graph_model, file_facts.signature, JSON),
    Reader("page.json", samples.write_page, _read_page, JSON),
    Reader("digests of a page", samples.write_digests, own_folder.read_digests, TEXT),
    Reader(
        "reference graph", samples.write_reference,
        _read_reference, (bytewise, graphwise, graphwise), 0.02,
    ),
)  # fmt: skip
