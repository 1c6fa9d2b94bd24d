"""What breaks a bundle of colour pictures is caught as in one of digits, and so is a contract that
only colours have."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import colours
import numpy as np
import pytest
import tampering
from command_line import Command
from damages.damage import Break, Damage, shard, tflite
from damages.files import another_training, both_scales, shard_of
from tampering import entry

from edgedigits.bundle import bundle, golden
from edgedigits.errors import ExitCode

FEW = "--max-drop 3 --min-agreement 95 --limit 400"
IN_ANOTHER_ORDER = [*colours.CLASSES[3:], *colours.CLASSES[:3]]


def of_everything(**changed: Any) -> Break:
    """The manifest says something else of every artifact's input, and so does what is inside."""

    def change(content: dict[str, Any], _: Path) -> None:
        for each in content["artifacts"]:
            each["input"].update(changed)

    return change


def swapped_golden(_: dict[str, Any], folder: Path) -> None:
    form = bundle.read_manifest(folder).form
    held = golden.read(folder, form, len(colours.CLASSES))
    swapped = np.ascontiguousarray(held.images[..., ::-1])
    golden.write(golden.Golden(swapped, held.labels, held.probabilities), folder)


DAMAGES = [
    Damage("weights", "tflite-int8", tflite(tampering.zero_weights), "answers changed"),
    Damage("scales", "tflite-int8", both_scales, "of 256 grey levels are stored wrongly"),
    Damage(
        "scale in the file",
        "tflite-int8",
        tflite(tampering.input_scale(0.5)),
        "the manifest says",
    ),
    Damage(
        "labels permuted",
        "tflite-int8",
        lambda content, _: entry(content, "tflite-int8").update(labels=IN_ANOTHER_ORDER),
        "the labels inside",
    ),
    Damage(
        "labels permuted, tfjs",
        "tfjs-float32",
        lambda content, _: entry(content, "tfjs-float32").update(labels=IN_ANOTHER_ORDER),
        "the labels inside the file",
    ),
    Damage(
        "BGR",
        "tflite-float32",
        of_everything(order="BGR"),
        "the order inside the file: RGB; the manifest says: BGR",
    ),
    Damage(
        "BGR, tfjs",
        "tfjs-uint8",
        of_everything(order="BGR"),
        "the order inside the file: RGB; the manifest says: BGR",
    ),
    Damage(
        "mean and std forgotten",
        "tflite-dynamic",
        of_everything(mean=None, std=None),
        "the mean inside the file: 0.5 0.45 0.4; the manifest says: None",
    ),
    Damage(
        "another std",
        "tfjs-float16",
        of_everything(std=[0.25, 0.2, 0.25]),
        "the std inside the file: 0.25 0.2 0.3; the manifest says: 0.25 0.2 0.25",
    ),
    Damage(
        "height for width",
        None,
        of_everything(size=[colours.WIDTH, colours.HEIGHT]),
        "golden.npz holds pictures uint8 [32, 20, 28, 3]",
        ExitCode.DATA_BAD,
    ),
    Damage(
        "another training", "tfjs-float32", shard(another_training, "float32"), "answers changed"
    ),
    Damage("another shard", "tfjs-float16", shard_of("float16", "uint16"), "answers changed"),
    Damage(
        "grey said",
        None,
        of_everything(channels=1, order=None, mean=None, std=None),
        "no picture of",
        ExitCode.DATA_BAD,
    ),
    Damage(
        "fitted as digits", None, of_everything(fit="digit"), "fits pictures", ExitCode.DATA_BAD
    ),
    Damage(
        "golden pictures swapped",
        None,
        swapped_golden,
        "not those of every bundle",
        ExitCode.DATA_BAD,
    ),
]


@pytest.mark.parametrize("damage", DAMAGES, ids=[damage.name for damage in DAMAGES])
def test_it_is_caught_with_the_right_reason(
    colour_bundle: Path, colour_model: Path, command: Command, tmp_path: Path, damage: Damage
) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(colour_bundle, folder)
    damage.do(folder)
    options = ("--dataset", colour_model / "pictures.npz", *FEW.split())
    done = command("verify", folder, *options, cwd=tmp_path)
    assert done.code == damage.code, done.out + done.err
    told = done.out if damage.code == ExitCode.BUDGET_BROKEN else done.err
    assert damage.says in " ".join(told.split())
