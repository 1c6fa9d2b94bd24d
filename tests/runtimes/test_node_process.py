"""Node's process uses the backend it says, keeps its deadlines, and never outlives us."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from converted import Converted

from edgedigits.errors import EdgeDigitsError
from edgedigits.runtimes.tfjs.node_process import RUNNER, NodeGraphModel

READY = (
    'process.stdout.write(JSON.stringify({backend: "wasm", version: "4", node: "v22", '
    'input: {name: "x", shape: [1, 28, 28, 1]}, output: {name: "y", shape: [1, 10]}}) + "\\n");'
)


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
