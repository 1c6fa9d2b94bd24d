"""A model of colour pictures is exported as one of digits is, by its own contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import colours
import numpy as np
import pytest
from command_line import Command

from converters.tflite import metadata, model_reader, zip_archive
from converters.tflite.metadata import NAME as METADATA_NAME
from edgedigits.bundle import bundle, golden
from edgedigits.errors import ExitCode

FEW = "--max-drop 3 --min-agreement 95"
"""What so few pictures can tell."""


@pytest.fixture(scope="module")
def manifest(colour_bundle: Path) -> bundle.Manifest:
    return bundle.read(colour_bundle).manifest


def test_every_artifact_answers_as_the_float_model_and_the_manifest_has_its_contract(
    colour_bundle: Path, colour_model: Path, command: Command, tmp_path: Path
) -> None:
    pictures = colour_model / "pictures.npz"
    done = command(
        "verify", colour_bundle, "--dataset", pictures, *FEW.split(), "--json", "found.json",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.code == ExitCode.DONE, done.out + done.err
    assert "9 of 9 passed" in done.out
    found = json.loads((tmp_path / "found.json").read_text())
    assert all(each["parity"]["float_accuracy"]["percent"] > 90 for each in found["results"])


def test_a_browser_prepares_the_same_numbers(
    colour_bundle: Path, colour_model: Path, command: Command, tmp_path: Path
) -> None:
    pictures = colour_model / "pictures.npz"
    options = ("--runtime", "tfjs-browser", "--limit", "60", "--allow-inconclusive")
    done = command("verify", colour_bundle, "--dataset", pictures, *options, cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.out + done.err


def test_the_contract_is_in_the_manifest_and_inside_every_file(
    manifest: bundle.Manifest, colour_bundle: Path
) -> None:
    assert manifest.labels == colours.CLASSES
    content = json.loads((colour_bundle / bundle.MANIFEST).read_text())
    for entry, artifact in zip(content["artifacts"], manifest.artifacts, strict=True):
        said = entry["input"]
        assert said["range"] == [0, 1]
        assert said["size"] == [colours.HEIGHT, colours.WIDTH]
        assert (said["channels"], said["order"], said["fit"]) == (3, "RGB", "stretch")
        assert (said["mean"], said["std"]) == (list(colours.MEAN), list(colours.STD))
        inside = (colour_bundle / artifact.entry).read_bytes()
        facts: Any
        if artifact.target == "tfjs":
            facts = json.loads(json.loads(inside)["userDefinedMetadata"]["edgedigits"])
            assert facts["labels"] == list(colours.CLASSES)
        else:
            facts = zip_archive.facts(inside)
            assert zip_archive.labels(inside) == colours.CLASSES
            described(inside)
        assert facts["input"]["mean"] == list(colours.MEAN)


def described(content: bytes) -> None:
    """What an app reads in the metadata takes pixels to the model's values."""
    held = dict(model_reader.read(content).metadata)
    (taken,) = metadata.read(held[METADATA_NAME].tobytes()).inputs
    assert taken.size == (colours.WIDTH, colours.HEIGHT)
    assert taken.colours == metadata.RGB
    assert taken.normalization is not None
    means, stds = map(np.array, taken.normalization)
    for pixel in (0, 255):
        meant = (pixel / 255 - np.array(colours.MEAN)) / np.array(colours.STD)
        np.testing.assert_allclose((pixel - means) / stds, meant, atol=1e-5)


def test_golden_pictures_are_nobodys(manifest: bundle.Manifest, colour_bundle: Path) -> None:
    held = golden.read(colour_bundle, manifest.form, len(manifest.labels))
    assert held.images.shape == (golden.COUNT, colours.HEIGHT, colours.WIDTH, 3)
    np.testing.assert_array_equal(held.images, golden.pictures(manifest.form)[0])
    np.testing.assert_array_equal(held.labels, held.probabilities.argmax(axis=1))
    assert len({image.tobytes() for image in held.images}) == golden.COUNT


@pytest.mark.parametrize(
    ("options", "better"),
    [
        ((), "--input-range 0,1 --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225"),
        ((*colours.CONTRACT, "--bgr"), "0.225\n"),
        (("--input-range", "0,1"), "--std 0.229,0.224,0.225"),
    ],
    ids=["raw pixels", "BGR", "mean and std forgotten"],
)
def test_a_contract_that_is_plainly_wrong_is_refused_and_a_better_one_named(
    colour_model: Path,
    command: Command,
    tmp_path: Path,
    options: tuple[str, ...],
    better: str,
) -> None:
    asked = ("--dataset", colour_model / "pictures.npz", "--scheme", "float32", *options)
    done = command("export", colour_model / "model", *asked, cwd=tmp_path)
    assert done.code == ExitCode.BUDGET_BROKEN, done.out
    assert len(done.error) == 2
    assert done.error[1].startswith("say what the model takes: --input-range 0,1")
    assert better in done.err
    assert "--bgr" not in done.err
    assert not (tmp_path / "bundle").exists()


@pytest.mark.parametrize(
    ("names", "code", "says"),
    [
        (colours.CLASSES[:5], ExitCode.DATA_BAD, "names 5 classes"),
        (colours.CLASSES[::-1], ExitCode.BUDGET_BROKEN, "if its classes stood in another order"),
        ((*colours.CLASSES[:5], "a bird"), ExitCode.DATA_BAD, "'blue bar' is none of the model's"),
        ((*colours.CLASSES[:5], "red bar"), ExitCode.DATA_BAD, "'red bar' is there twice"),
    ],
    ids=["too few", "in another order", "others", "twins"],
)
def test_names_of_classes_that_do_not_fit_are_told(
    colour_model: Path,
    command: Command,
    tmp_path: Path,
    names: tuple[str, ...],
    code: ExitCode,
    says: str,
) -> None:
    (tmp_path / "labels.txt").write_text("\n".join(names) + "\n")
    asked = ("--dataset", colour_model / "pictures.npz", "--labels", "labels.txt")
    done = command("export", colour_model / "model", *asked, *colours.CONTRACT, cwd=tmp_path)
    assert done.code == code, done.out + done.err
    assert says in done.err
    assert len(done.error) == 2
