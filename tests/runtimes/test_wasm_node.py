"""WebAssembly artifacts in Node: what the manifest promises is what the files do."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import Command
from wasm_bundle import PLACE, artifact, constants, exchange

from converters.c.step import Structure, Table
from edgedigits.bundle import bundle, golden
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad, EdgeDigitsError, ExitCode
from edgedigits.runtimes import base, runtimes
from edgedigits.runtimes.tfjs.node import find_node
from edgedigits.runtimes.wasm.wasm_node import WasmNode, open_artifact

TRIED = """
import { readFile } from 'node:fs/promises';
import { labels, load, pixels } from 'a-model';

const picture = new Uint8Array(JSON.parse(process.argv[2]));
const place = new URL('node_modules/a-model/model.wasm', import.meta.url);
const bytes = await readFile(place);
const response = (type) => new Response(bytes, { headers: { 'Content-Type': type } });
const ways = [undefined, place, place.href, bytes, response('application/wasm'),
  response('application/octet-stream'), Promise.resolve(response('application/wasm'))];
const answers = [];
for (const way of ways) answers.push(Array.from((await load(way)).answer(picture)));
const model = await load();
const refused = [];
const missing = new Response('', { status: 404 });
for (const wrong of [() => load(missing), () => model.answer(new Uint8Array(783))]) {
  try { await wrong(); } catch (error) { refused.push(error.message); }
}
const { output } = model;
const stored = Array.from(model.answerStored(picture));
console.log(JSON.stringify({ labels, pixels, answers, stored, refused, output }));
"""


@pytest.fixture
def copied(wasm_bundle: Path, tmp_path: Path) -> Path:
    """A copy to break on purpose."""
    return Path(shutil.copytree(wasm_bundle, tmp_path / "bundle"))


def opened(folder: Path, found: Artifact | None = None) -> contextlib.closing[WasmNode]:
    return contextlib.closing(open_artifact("wasm-node", found or artifact(folder), folder))


def violations(folder: Path, found: Artifact | None = None) -> list[str]:
    with opened(folder, found) as runtime:
        return runtime.contract_violations()


def test_it_answers_as_the_file_that_it_was_made_from(wasm_bundle: Path) -> None:
    held = golden.read(wasm_bundle)
    tflite = next(a for a in bundle.read_manifest(wasm_bundle).artifacts if a.target == "tflite")
    with contextlib.closing(
        runtimes.open_runtime("litert-reference", tflite, wasm_bundle)
    ) as other:
        expected = other.probabilities(held.images)
    with opened(wasm_bundle) as runtime:
        assert runtime.contract_violations() == []
        found = runtime.probabilities(held.images)
        assert str(runtime.backend.device).startswith("Node v")
    assert found.dtype == np.float32
    # LiteRT computes softmax in another way than microcontrollers do, by one step at most.
    assert np.abs(found - expected).max() <= 1 / 256
    assert (found == expected).mean() > 0.95


def test_verify_judges_it_by_default(
    wasm_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    few = ("--max-drop", "3", "--min-agreement", "97", "--allow-inconclusive")
    done = command("verify", wasm_bundle, "--dataset", pictures, *few, cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.out + done.err
    assert re.search(r"wasm-int8 +wasm-node ", done.out)


def test_a_program_for_node_imports_it_as_a_package(wasm_bundle: Path, tmp_path: Path) -> None:
    shutil.copytree(wasm_bundle / PLACE, tmp_path / "node_modules" / "a-model")
    (tmp_path / "program.mjs").write_text(TRIED)
    picture = golden.read(wasm_bundle).images[3]
    command = [str(find_node()), "program.mjs", json.dumps(picture.ravel().tolist())]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    said = json.loads(done.stdout)
    with opened(wasm_bundle) as runtime:
        expected = runtime.probabilities(picture[np.newaxis])[0]
    assert (said["labels"], said["pixels"]) == ([str(digit) for digit in range(10)], 784)
    assert len(said["answers"]) == 7
    for answer in said["answers"]:
        np.testing.assert_array_equal(np.float32(answer), expected)
    np.testing.assert_array_equal(np.float32(said["stored"]) / 256, expected)
    assert said["refused"] == [
        "model.wasm cannot be fetched: 404",
        "a picture has 784 bytes, and this one 783",
    ]
    assert said["output"] == {"scale": 1 / 256, "zeroPoint": 0}


def test_its_self_test_is_a_program(copied: Path) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        command = [find_node(), copied / PLACE / "selftest.js"]
        return subprocess.run(command, capture_output=True, text=True)

    assert run().stdout == "8 golden pictures are answered byte for byte\n"
    exchange(copied, *shifted(copied, "layer_2_shifts"), told=True)
    assert re.search(r"picture \d, class \d: \d+ instead of \d+", run().stderr)


def test_probabilities_are_made_of_logits(copied: Path) -> None:
    images = golden.read(copied).images
    with opened(copied) as runtime:
        expected = base.softmax(runtime.probabilities(images))
    path = copied / PLACE / "model.js"
    path.write_text(path.read_text().replace("isLogits = false", "isLogits = true"))
    with opened(copied) as runtime:
        np.testing.assert_allclose(runtime.probabilities(images), expected, atol=1e-6)


def values(folder: Path, name: str) -> np.ndarray:  # type: ignore[type-arg]
    found = constants(folder)[name]
    assert isinstance(found, Table)
    return found.values.copy()


def shifted(folder: Path, name: str, by: int = 1) -> tuple[bytes, bytes]:
    """A table as it is, and with its first number changed."""
    before = values(folder, name)
    after = before.copy()
    after[0] += by
    return before.tobytes(), after.tobytes()


def padded(folder: Path) -> tuple[bytes, bytes]:
    """A window as it is, and with the padding above it changed."""
    layer = constants(folder)["layer_2"]
    assert isinstance(layer, Structure)
    window = layer.fields["window"]
    assert isinstance(window, dict)
    numbers = [window[name] for name in list(window)[:11]]
    place = list(window).index("above")
    other = [*numbers[:place], numbers[place] + 1, *numbers[place + 1 :]]
    return struct.pack("<11i", *numbers), struct.pack("<11i", *other)


def test_a_multiplier_off_by_one_is_caught(copied: Path) -> None:
    exchange(copied, *shifted(copied, "layer_2_multipliers"), told=False)
    (found,) = violations(copied)
    assert found.startswith("model.wasm was changed: it tells ")


@pytest.mark.parametrize("damage", ["shift", "bias", "padding"])
def test_wrong_arithmetic_is_caught_by_the_self_test(copied: Path, damage: str) -> None:
    before, after = {
        "shift": lambda: shifted(copied, "layer_2_shifts"),
        "bias": lambda: shifted(copied, "layer_3_bias", by=20_000),
        "padding": lambda: padded(copied),
    }[damage]()
    exchange(copied, before, after, told=True)
    (found,) = violations(copied)
    assert re.match(r"its self-test fails: picture \d, class \d: \d+ instead of \d+", found)


def test_the_module_of_another_model_is_refused(wasm_bundle: Path, copied: Path) -> None:
    exchange(copied, *shifted(copied, "layer_2_multipliers"), told=True)
    assert violations(copied) == []
    shutil.copy(wasm_bundle / PLACE / "model.wasm", copied / PLACE / "model.wasm")
    with pytest.raises(DataBad, match=r"model\.wasm is of another model than model\.js"):
        violations(copied)


def test_golden_vectors_of_another_model_are_caught(copied: Path) -> None:
    path = copied / PLACE / "selftest.js"
    path.write_text(re.sub(r"(digest = ')\w{8}", r"\g<1>00000000", path.read_text()))
    assert violations(copied) == ["selftest.js is of another model than model.wasm"]


@pytest.mark.parametrize(
    ("side", "changes", "says"),
    [
        ("output", {"scale": 0.01}, "model.wasm says (0.00390625, 0) of the output's scale"),
        ("input", {"zero_point": 3}, "model.wasm says (1.0, 0) of the input's scale"),
        ("output", {"dtype": "int8"}, "the manifest says that it gives int8"),
    ],
)
def test_another_contract_in_the_manifest_is_told(
    wasm_bundle: Path, side: str, changes: dict[str, object], says: str
) -> None:
    found = artifact(wasm_bundle)
    told = replace(getattr(found, side), **changes)
    assert says in "\n".join(violations(wasm_bundle, replace(found, **{side: told})))


def test_other_labels_in_the_script_are_told(copied: Path) -> None:
    path = copied / PLACE / "model.js"
    path.write_text(path.read_text().replace('["0", "1", ', '["1", "0", '))
    assert violations(copied) == ["the labels in model.js are not those of the manifest"]


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("throw new Error('no model here');", "no model here"),
        ("process.kill(process.pid, 'SIGSEGV'); for (;;);", "ended with status"),
        ("for (;;);", "no answer within 2 s"),
    ],
)
def test_a_script_that_fails_or_hangs_is_told(copied: Path, does: str, says: str) -> None:
    path = copied / PLACE / "model.js"
    path.write_text(path.read_text() + does)
    with pytest.raises(DataBad, match=says):
        WasmNode(artifact(copied), copied, deadline_s=2.0)


def test_a_closed_runtime_answers_no_more(wasm_bundle: Path) -> None:
    runtime = open_artifact("wasm-node", artifact(wasm_bundle), wasm_bundle)
    runtime.close()
    runtime.close()
    with pytest.raises(EdgeDigitsError, match="already ended"):
        runtime.probabilities(np.zeros((1, 28, 28), np.uint8))
