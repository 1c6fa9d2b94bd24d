"""A run of letters as a bundle: labels, contract, golden vectors and verification are its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import tampering
from command_line import Command

from converters.tflite import zip_archive
from edgedigits.bundle import bundle, golden, run
from edgedigits.datasets.strokes import alphabets, strokes
from edgedigits.errors import ExitCode
from edgedigits.export import source
from edgedigits.export.told import Told
from edgedigits.picture.form import DIGIT

LETTERS = alphabets.LETTERS.classes

pytestmark = pytest.mark.xdist_group("signs")


def test_its_labels_are_in_the_manifest_and_in_every_file(letters_bundle: Path) -> None:
    manifest = bundle.read(letters_bundle).manifest
    assert manifest.labels == LETTERS
    assert manifest.form == DIGIT
    assert {artifact.labels for artifact in manifest.artifacts} == {LETTERS}
    content = (letters_bundle / "tflite" / "model-int8.tflite").read_bytes()
    assert zip_archive.labels(content) == LETTERS
    facts = zip_archive.facts(content)
    assert facts is not None
    assert facts["input"]["ink"] == "bright on dark"
    model = json.loads((letters_bundle / "tfjs" / "uint8" / "model.json").read_text())
    assert json.loads(model["userDefinedMetadata"]["edgedigits"])["labels"] == list(LETTERS)


def test_nothing_is_no_digit_where_there_are_no_digits(letters_bundle: Path) -> None:
    assert bundle.read_manifest(letters_bundle).reject is None


def test_it_is_verified_on_its_own_test_pictures(letters_bundle: Path) -> None:
    manifest = bundle.read_manifest(letters_bundle)
    assert manifest.verified
    assert manifest.dataset["spec"] == "letters"
    for entry in manifest.verification.values():
        assert entry["dataset"] == "letters"
        assert entry["accuracy"]["percent"] > 85


def test_its_golden_pictures_are_letters_with_the_models_own_answers(
    letters_bundle: Path,
) -> None:
    held = golden.read(letters_bundle, DIGIT, 26)
    images, labels = alphabets.LETTERS.draw(golden.COUNT, golden.SEED)
    assert np.array_equal(held.images, images)
    assert np.array_equal(held.labels, held.probabilities.argmax(axis=1))
    assert (held.labels == labels).mean() > 0.7
    golden.check(held, letters_bundle, DIGIT, LETTERS)


def test_golden_pictures_of_digits_are_not_those_of_letters(
    letters_bundle: Path, command: Command, tmp_path: Path
) -> None:
    place = tmp_path / "bundle"
    shutil.copytree(letters_bundle, place)
    held = golden.read(place, DIGIT, 26)
    digits, _ = strokes.draw(golden.COUNT, golden.SEED)
    golden.write(golden.Golden(digits, held.labels, held.probabilities), place)
    tampering.seal(place, tampering.manifest(place))
    done = command("verify", place, "--limit", "100", cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert "are not those of every bundle" in done.err


def test_a_run_whose_labels_were_exchanged_is_refused(
    letters_run: Path, command: Command, tmp_path: Path
) -> None:
    shutil.copytree(letters_run, tmp_path / "run")
    card = json.loads((tmp_path / "run" / run.CARD).read_text())
    card["labels"][:2] = ["B", "A"]
    (tmp_path / "run" / run.CARD).write_text(json.dumps(card))
    done = command("export", "run", cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert len(done.error) == 2
    assert "names other classes than letters" in done.err


def test_a_digit_model_is_not_judged_on_letters(command: Command, tmp_path: Path) -> None:
    done = command("export", "ready:edge", "--dataset", "letters", cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert len(done.error) == 2
    assert "is none of the model's 10" in done.err


def test_somebodys_model_of_signs_can_be_fed_as_digits_are(
    letters_run: Path, tmp_path: Path
) -> None:
    (tmp_path / "labels.txt").write_text("\n".join(LETTERS))
    told = Told(fit="digit", labels=tmp_path / "labels.txt")
    opened = source.open_source(letters_run / run.SAVED_MODEL, dataset="letters", told=told)
    assert opened.pixels.form == DIGIT
    assert opened.classes == LETTERS
    assert not opened.of_digits
