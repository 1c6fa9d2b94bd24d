"""Damages to a model's files, or to what the manifest says of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import tampering
from tampering import entry, patch

from damages import contents, graphs, schemes
from damages.damage import Break, Damage, path_of, said, shard, tflite

SHUFFLED = list("1203456789")


def another_training(content: bytearray) -> bytes:
    """The weights of a model of the same layout that has learned something else."""
    values = np.frombuffer(content, "<f4").copy()
    # The shapes of reshapings lie among the weights; as float32 they are next to nothing.
    weights = np.abs(values) > 1e-9
    values[weights] = np.random.default_rng(3).permutation(values[weights])
    return values.tobytes()


def shard_of(scheme: str, other: str) -> Break:
    def change(content: dict[str, Any], folder: Path) -> None:
        taken = path_of(content, folder, f"tfjs-{other}", 1).read_bytes()
        path_of(content, folder, f"tfjs-{scheme}", 1).write_bytes(taken)

    return change


def both_scales(content: dict[str, Any], folder: Path) -> None:
    patch(path_of(content, folder, "tflite-int8"), tampering.input_scale(0.5))
    entry(content, "tflite-int8")["input"]["scale"] /= 2


def coarse(factor: int) -> Break:
    """So wide a step that few greys are left, in the file as in the manifest."""

    def change(content: dict[str, Any], folder: Path) -> None:
        patch(path_of(content, folder, "tflite-int8"), tampering.input_scale(factor))
        entry(content, "tflite-int8")["input"]["scale"] *= factor

    return change


def labels_inside(files: dict[str, bytes]) -> None:
    files["labels.txt"] = "\n".join(SHUFFLED).encode()


def range_inside(files: dict[str, bytes]) -> None:
    facts = json.loads(files["contract.json"])
    facts["input"]["value_range"] = [0.0, 2.0]
    files["contract.json"] = json.dumps(facts).encode()


def labels_in_manifest(artifact_id: str) -> Break:
    def change(content: dict[str, Any], _: Path) -> None:
        found = entry(content, artifact_id)
        first, second, third, *others = found["labels"]
        found["labels"] = [second, third, first, *others]

    return change


def renamed_input(content: dict[str, Any], folder: Path) -> None:
    path = path_of(content, folder, "tfjs-uint8")
    model = json.loads(path.read_text())
    (found,) = model["signature"]["inputs"].values()
    model["signature"]["inputs"] = {"image": found}
    path.write_text(json.dumps(model))


DAMAGES: list[Damage] = [
    Damage("weights zeroed", "tflite-int8", tflite(tampering.zero_weights), "answers changed"),
    Damage(
        "NaN in tflite", "tflite-float32", tflite(tampering.nan_weights, "float32"), "not finite"
    ),
    Damage("NaN in tfjs", "tfjs-float32", shard(tampering.with_nan, "float32"), "not finite"),
    Damage(
        "scale in the file halved",
        "tflite-int8",
        tflite(tampering.input_scale(0.5)),
        "the file's input has scale ",
    ),
    Damage(
        "scale in the file off a little",
        "tflite-int8",
        tflite(tampering.input_scale(1.01)),
        "the file's input has scale ",
    ),
    Damage(
        "scale in the manifest off",
        "tflite-int8",
        said("tflite-int8", "input", scale=2.0),
        "the manifest says 2.0",
    ),
    Damage(
        "zero point in the manifest off",
        "tflite-int8",
        said("tflite-int8", "input", zero_point=-3),
        ", the manifest says -3",
    ),
    Damage(
        "output scale in the manifest off",
        "tflite-int8",
        said("tflite-int8", "output", scale=0.5),
        "the file's output has scale",
    ),
    Damage(
        "scale off in both", "tflite-int8", both_scales, "of 256 grey levels are stored wrongly"
    ),
    Damage("32 grey levels", "tflite-int8", coarse(8), " of 256 grey levels stay apart"),
    Damage("4 grey levels", "tflite-int8", coarse(64), "only 5 of 256 grey levels stay apart"),
    Damage(
        "range in the manifest",
        "tflite-float32",
        said("tflite-float32", "input", range=[0, 2]),
        "the range inside the file",
    ),
    Damage(
        "range in the manifest, tfjs",
        "tfjs-uint8",
        said("tfjs-uint8", "input", range=[0, 2]),
        "the range inside the file",
    ),
    Damage(
        "range in the file",
        "tflite-int8",
        tflite(tampering.embedded(range_inside)),
        "the range inside the file: 0.0 2.0; the manifest says: 0.0 ",
    ),
    Damage(
        "probabilities called logits",
        "tfjs-uint8",
        said("tfjs-uint8", "output", kind="logits"),
        "the kind of output inside the file: probabilities",
    ),
    Damage(
        "labels in the manifest",
        "tflite-int8",
        labels_in_manifest("tflite-int8"),
        "the labels inside",
    ),
    Damage(
        "labels in the manifest, tfjs",
        "tfjs-float32",
        labels_in_manifest("tfjs-float32"),
        "the labels inside the file: ",
    ),
    Damage(
        "labels in the file",
        "tflite-dynamic",
        tflite(tampering.embedded(labels_inside), "dynamic"),
        "the labels inside the file are 1 2 0 3",
    ),
    Damage(
        "shard of another training",
        "tfjs-float32",
        shard(another_training, "float32"),
        "answers changed",
    ),
    Damage(
        "shard of another scheme", "tfjs-float16", shard_of("float16", "uint16"), "answers changed"
    ),
    Damage(
        "shard of another size", "tfjs-float32", shard_of("float32", "uint8"), "it does not run"
    ),
    Damage(
        "shard cut off",
        "tfjs-uint8",
        shard(lambda content: content[:-1], "uint8"),
        "it does not run",
    ),
    Damage("no model at all", "tflite-int8", tflite(lambda _: b"not a model"), "it does not run"),
    Damage(
        "no JSON at all",
        "tfjs-uint8",
        lambda c, f: path_of(c, f, "tfjs-uint8").write_text("{"),
        "it does not run",
    ),
    Damage("other names", "tfjs-uint8", renamed_input, "the file's input is named 'image'"),
    *contents.TFLITE,
    *graphs.TFJS,
    *schemes.SCHEMES,
]
