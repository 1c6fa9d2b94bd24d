"""What pixels become, channel by channel, and what a manifest says of it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import Command
from numpy.typing import NDArray

from edgedigits.bundle import bundle, synthetic
from edgedigits.bundle.input_contract import DIGITS_JSON, InputContract
from edgedigits.bundle.reject import Reject
from edgedigits.errors import ExitCode
from edgedigits.picture.form import DIGIT, Form

COLOUR = Form(2, 3, 3, "stretch")
NORMALIZED = InputContract(0.0, 1.0, COLOUR, (0.5, 0.25, 0.0), (0.5, 0.25, 1.0))


def test_each_channel_has_its_own_mean_and_std() -> None:
    image = np.zeros((1, 2, 3, 3), np.uint8)
    image[0, 1, 2] = 255, 51, 102
    values = NORMALIZED.values(image)
    assert values.shape == (1, 2, 3, 3)
    assert values.dtype == np.float32
    np.testing.assert_allclose(values[0, 0, 0], [-1, -1, 0])
    np.testing.assert_allclose(values[0, 1, 2], [1, -0.2, 0.4], atol=1e-6)
    assert NORMALIZED.limits == ((-1, 1), (-1, 3), (0, 1))
    assert NORMALIZED.ends == (-1, 3)


def test_blue_comes_first_where_the_model_wants_it_and_its_mean_is_of_blue() -> None:
    image = np.zeros((1, 2, 3, 3), np.uint8)
    image[..., 2] = 255
    values = replace(NORMALIZED, bgr=True).values(image)
    np.testing.assert_allclose(values[0, 0, 0], [1, -1, 0])


def test_channels_first_are_the_same_numbers_arranged_otherwise() -> None:
    image = np.random.default_rng(0).integers(0, 256, (4, 2, 3, 3), np.uint8)
    first = replace(NORMALIZED, channels_first=True).values(image)
    np.testing.assert_array_equal(first, NORMALIZED.values(image).transpose(0, 3, 1, 2))


CONTRACTS = [
    InputContract(0.0, 255.0),
    NORMALIZED,
    replace(NORMALIZED, bgr=True, channels_first=True, mean=()),
]


@pytest.mark.parametrize("contract", [*CONTRACTS, InputContract(-1.0, 1.0, COLOUR)])
def test_what_is_stored_is_made_of_the_values(contract: InputContract) -> None:
    def store(values: NDArray[np.float32]) -> NDArray[np.int16]:
        stored: NDArray[np.int16] = np.round(values * 100).astype(np.int16)
        return stored

    images = np.random.default_rng(0).integers(0, 256, (5, *contract.form.shape), np.uint8)
    stored = contract.stored(images, store)
    assert stored.dtype == np.int16
    np.testing.assert_array_equal(stored, store(contract.values(images)))


@pytest.mark.parametrize("contract", CONTRACTS)
def test_json_gives_it_back(contract: InputContract) -> None:
    assert InputContract.from_json(json.loads(json.dumps(contract.as_json()))) == contract


@pytest.mark.parametrize("form", [Form(1, 1, 3, "pad"), Form(7, 300, 1, "crop"), COLOUR])
def test_pictures_of_nothing_are_always_the_same_ones(form: Form) -> None:
    drawn = synthetic.draw(form, 5)
    assert drawn.shape == (32, *form.shape)
    assert drawn.dtype == np.uint8
    np.testing.assert_array_equal(drawn, synthetic.draw(form, 5))
    assert (drawn.min(), drawn.max()) == (0, 255)
    if form.height > 1:
        assert not np.array_equal(drawn, synthetic.draw(form, 6))
        assert np.median(drawn.reshape(32, -1).std(axis=1)) > 10


def test_a_manifest_of_the_first_version_is_read_as_one_of_digits(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(full_bundle, folder)
    path = folder / bundle.MANIFEST
    content = json.loads(path.read_text())
    now = bundle.read(folder).manifest
    assert content.pop("labels") == list("0123456789")
    for each in content["artifacts"]:
        for name, said in DIGITS_JSON.items():
            assert each["input"].pop(name) == said
    rule = content["reject"]
    del rule["sure"], rule["digits_unsure"]
    path.write_text(json.dumps({**content, "schema_version": 1}))
    found = bundle.read(folder).manifest
    # What was a digit to it was a sure one.
    assert found.reject == Reject(rule["temperature"], rule["threshold"], rule["threshold"])
    assert replace(found, facts={**found.facts, "reject": now.facts["reject"]}) == now
    assert now.form == DIGIT
    options = "--limit 300 --runtime tfjs-node --max-drop 6 --min-agreement 92 --max-difference 0.9"
    done = command("verify", folder, "--dataset", pictures, *options.split(), cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.out + done.err
    assert "4 of 4 passed" in done.out


def test_artifacts_that_take_different_pictures_are_no_bundle(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(full_bundle, folder)
    path = folder / bundle.MANIFEST
    content = json.loads(path.read_text())
    content["artifacts"][1]["input"]["fit"] = "stretch"
    path.write_text(json.dumps(content))
    done = command("verify", folder, cwd=tmp_path)
    assert done.code == ExitCode.DATA_BAD
    assert "its artifacts take different pictures" in done.err
