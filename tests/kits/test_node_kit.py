"""The kit for Node is found as npm installs it, and answers as edgedigits; its test can fail."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import kit_rules
import numpy as np
import pytest

from edgedigits.bundle import bundle
from edgedigits.kits import examples, kits
from edgedigits.runtimes import runtimes
from edgedigits.runtimes.tfjs.node import find_node

ASKED = """
import { Classifier, labels } from 'edgedigits-model';
import { selfTest } from 'edgedigits-model/selftest';
import { readFileSync } from 'node:fs';

const classifier = await Classifier.open();
const photos = JSON.parse(readFileSync('photos.json'));
const blank = classifier.classify(new Uint8Array(400).fill(255), 10, 10);
const answers = photos.map(({ rgba, width, height }) =>
  classifier.classify(Uint8Array.from(rgba), width, height));
const rows = JSON.parse(readFileSync('rows.json')).map((row) => row.map((each) => each ?? NaN));
const judged = rows.map((row) => [classifier.rejects(row), classifier.doubts(row)]);
console.log(JSON.stringify({ answers, labels, blank, judged, wrong: selfTest(classifier) }));
"""


@pytest.fixture(scope="module")
def node_kit(wasm_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kits") / "node"
    kits.write(bundle.read(wasm_bundle), "node", folder)
    return folder


def run(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([find_node(), program], cwd=folder, capture_output=True, text=True)


def test_its_self_test_passes(node_kit: Path) -> None:
    done = run(node_kit, "test.js")
    assert done.returncode == 0, done.stderr
    assert "photos are prepared to the byte" in done.stdout


@pytest.mark.parametrize(
    ("name", "right", "wrong", "words"),
    [
        ("preparation/picture-fit.js", "BOX = 20", "BOX = 19", "photo 0 is prepared otherwise"),
        (
            "golden.js",
            '"probabilities":[',
            '"probabilities":[[0.1,0,0,0,0,0,0,0,0,0.9],',
            "golden picture 0 is answered otherwise",
        ),
        ("classifier.js", ": level;", ": 255 - level;", "golden picture 0 is answered otherwise"),
    ],
)
def test_what_is_wrong_fails_its_self_test(
    node_kit: Path, tmp_path: Path, name: str, right: str, wrong: str, words: str
) -> None:
    kit = Path(shutil.copytree(node_kit, tmp_path / "kit"))
    text = (kit / name).read_text()
    assert right in text
    (kit / name).write_text(text.replace(right, wrong, 1))
    done = run(kit, "test.js")
    assert done.returncode == 1
    assert words in done.stdout.splitlines()


@pytest.mark.parametrize("name", ["wasm_bundle", "colour_in_c"])
def test_photos_are_answered_and_rejected_as_by_edgedigits(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    opened = bundle.read(request.getfixturevalue(name))
    artifact = opened.artifact("wasm-int8")
    form = artifact.pixels.form
    made = examples.make(form, opened_images(opened.folder))
    # Of what stands on its head a model is not as sure.
    photos = [each.photo[:: -1 if number % 2 else 1] for number, each in enumerate(made)]
    runtime = runtimes.open_runtime("wasm-node", artifact, opened.folder)
    expected = runtime.probabilities(np.stack([examples.prepare(each, form) for each in photos]))
    runtime.close()
    opened, judged = kit_rules.ruled(opened, expected)
    kits.write(opened, "node", tmp_path / "node_modules" / "edgedigits-model")
    sent = [
        {
            "rgba": np.dstack([each, np.full(each.shape[:2], 255, np.uint8)]).ravel().tolist(),
            "height": each.shape[0],
            "width": each.shape[1],
        }
        for each in photos
    ]
    (tmp_path / "photos.json").write_text(json.dumps(sent))
    rows = kit_rules.answers(len(artifact.labels))
    (tmp_path / "rows.json").write_text(json.dumps(rows.tolist()).replace("NaN", "null"))
    (tmp_path / "asked.mjs").write_text(ASKED)
    done = run(tmp_path, "asked.mjs")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["wrong"] == []
    assert said["labels"] == list(artifact.labels)
    assert bool(said["blank"]["answers"]) == (form.fit != "digit")
    assert form.fit != "digit" or said["blank"]["rejected"]
    assert [kit_rules.word(*each) for each in said["judged"]] == kit_rules.by(opened, rows)
    assert judged == [kit_rules.word(each["rejected"], each["unsure"]) for each in said["answers"]]
    for reading, row in zip(said["answers"], expected, strict=True):
        found = {each["label"]: each["probability"] for each in reading["answers"]}
        np.testing.assert_allclose([found[label] for label in artifact.classes], row, atol=1e-6)
        assert reading["answers"][0]["probability"] == max(found.values())


def opened_images(folder: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with np.load(folder / "golden.npz") as held:
        images: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] = held["images"]
    return images
