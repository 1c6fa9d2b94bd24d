"""Predicting with models of other pictures than handwritten digits."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import colours
import numpy as np
import pytest
from PIL import Image

from edgedigits.bundle.input_contract import InputContract
from edgedigits.errors import ExitCode
from edgedigits.picture.form import Form
from edgedigits.reading import bare_file, predictor

if TYPE_CHECKING:
    from command_line import Command

INT8 = Path("tflite/model-int8.tflite")
FLOAT32 = Path("tflite/model-float32.tflite")
ENTRY = Path("tfjs/float32/model.json")


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of drawings at twice the model's size, named by what they show."""
    folder = tmp_path_factory.mktemp("photos")
    images, labels = colours.draw(6, seed=21)
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        large = image.repeat(2, axis=0).repeat(2, axis=1)
        Image.fromarray(large).save(folder / f"{number}-{colours.CLASSES[label]}.png")
    return folder


def shown(photo: str) -> str:
    return Path(photo).stem.partition("-")[2]


def test_each_whole_picture_gets_the_name_of_its_class(
    colour_bundle: Path, photos: Path, command: Command, tmp_path: Path
) -> None:
    asked = ("predict", photos, "--model", colour_bundle)
    done = command(*asked, "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["classes"] == list(colours.CLASSES)
    assert len(found["predictions"]) == 6
    opened = predictor.open_predictor(colour_bundle)
    expected = opened.probabilities(colours.draw(6, seed=21)[0])
    opened.close()
    for entry, row in zip(found["predictions"], expected, strict=True):
        assert set(entry) == {"path", "class", "probability", "probabilities"}
        assert entry["class"] == shown(entry["path"])
        np.testing.assert_array_equal(np.float32(entry["probabilities"]), row)
    lines = command(*asked, "--top", "2", cwd=tmp_path).out.splitlines()
    assert [line.split("  ")[-1] for line in lines] == [
        str(path) for path in sorted(photos.iterdir())
    ]
    assert all(line.startswith(shown(line.split("  ")[-1])) for line in lines)
    assert all(line.count("%") == 2 for line in lines)


def test_places_in_a_data_set_are_told_with_their_truth(
    colour_bundle: Path, colour_model: Path, command: Command, tmp_path: Path
) -> None:
    place = f"{colour_model / 'pictures.npz'}:train:5"
    done = command("predict", place, "--model", colour_bundle, "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    (entry,) = json.loads(done.out)["predictions"]
    assert entry["label"] in colours.CLASSES
    assert entry["label"] == entry["class"]
    digits = command("predict", "strokes:test:5", "--model", colour_bundle, cwd=tmp_path)
    assert digits.code == ExitCode.DATA_BAD
    assert "is none of the model's 6" in digits.out


def test_lone_files_of_a_bundle_know_their_pictures_and_classes(
    colour_bundle: Path, tmp_path: Path
) -> None:
    images = colours.draw(20, seed=22)[0]
    expected = predictor.open_predictor(colour_bundle, "tflite-float32")
    table = expected.probabilities(images)
    expected.close()
    for entry in (FLOAT32, ENTRY):
        # Outside of the bundle no manifest can help.
        place = tmp_path / entry
        place.parent.mkdir(parents=True)
        for file in (colour_bundle / entry).parent.iterdir():
            if entry is ENTRY or file.name == entry.name:
                (place.parent / file.name).write_bytes(file.read_bytes())
        opened = predictor.open_predictor(place)
        assert opened.assumed == ()
        assert opened.form == Form(colours.HEIGHT, colours.WIDTH, 3, "stretch")
        assert opened.classes == colours.CLASSES
        np.testing.assert_allclose(opened.probabilities(images), table, atol=1e-5)
        opened.close()


def test_what_is_assumed_of_a_file_of_others_is_said(
    colour_bundle: Path, command: Command, photos: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(colour_bundle / FLOAT32) as archive:
        ends = min(entry.header_offset for entry in archive.infolist())
    bare = tmp_path / "bare.tflite"
    bare.write_bytes((colour_bundle / FLOAT32).read_bytes()[:ends])
    done = command("predict", photos, "--model", bare, "--input-range", "-2,2", cwd=tmp_path)
    assert done.code == 0, done.err
    notes = done.err.splitlines()
    assert notes == [
        "note: bare.tflite: pictures are assumed to be stretched to 20x28 colour in the order "
        "red, green, blue",
        "note: bare.tflite: no labels in it, so its classes are numbered from 0",
    ]
    assert {line.split()[0] for line in done.out.splitlines()} <= set("012345")
    raw = command("predict", photos, "--model", bare, cwd=tmp_path)
    assert "raw pixels 0..255 assumed; if the model takes others: --input-range LOW,HIGH" in raw.err


@pytest.mark.parametrize("option", ["--boxes", "--one", "--no-reject", "--annotate=drawn"])
def test_options_of_finding_digits_are_refused(
    colour_bundle: Path, photos: Path, command: Command, tmp_path: Path, option: str
) -> None:
    done = command("predict", photos, "--model", colour_bundle, option, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert done.error == [
        f"error: tflite-int8 of {colour_bundle} answers for whole pictures, and "
        f"{option.partition('=')[0]} is for digits in one",
        f"leave {option.partition('=')[0]} out",
    ]
    assert list(tmp_path.iterdir()) == []


def test_an_answer_of_many_8_bit_probabilities_is_not_taken_for_logits() -> None:
    many = np.full((2, 1000), 0.0, np.float32)
    many[:, 7] = 0.5
    assert bare_file._are_logits(Path("x"), many) == (False, ())
    many[:, 8] = -4.0
    assert bare_file._are_logits(Path("x"), many)[0]


@pytest.mark.parametrize(
    "change",
    [
        {"size": [0, 28]},
        {"size": [20, 1e9]},
        {"channels": 2},
        {"fit": "zoom"},
        {"fit": "digit"},
        {"mean": [0.5]},
        {"std": [1, 1, 0]},
        {"value_range": [3, 3]},
        {"value_range": [0, float("inf")]},
    ],
    ids=str,
)
def test_nonsense_inside_a_file_counts_as_nothing_said(change: dict[str, object]) -> None:
    from edgedigits.bundle import contract

    pixels = InputContract(0, 1, Form(20, 28, 3, "crop"), mean=(0.5, 0.4, 0.3), bgr=True)
    facts = contract.facts(pixels, colours.CLASSES, logits=False)
    assert contract.pixels(facts) == pixels
    assert contract.pixels({**facts, "input": {**facts["input"], **change}}) is None
