"""`edgedigits verify` runs what is asked for, and says which runtime is missing or late."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import Command, heed_ctrl_c
from verifying import document, verified

from edgedigits.errors import ExitCode
from edgedigits.runtimes.tfjs import node_process, tfjs_node


def test_only_the_runtimes_asked_for_are_run(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    options = ("--dataset", pictures, "--limit", "50", "--runtime", "litert-reference,litert")
    command("verify", full_bundle, *options, "--json", "found.json", cwd=tmp_path)
    found = [(each["artifact"], each["runtime"]) for each in document(tmp_path)["results"]]
    assert len(found) == 10
    assert {runtime for _, runtime in found} == {"litert", "litert-reference"}


def test_a_misspelt_runtime_is_suggested(
    full_bundle: Path, command: Command, tmp_path: Path
) -> None:
    done = command("verify", full_bundle, "--runtime", "tfjs-nod", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "did you mean tfjs-node?" in done.error[0]


@pytest.mark.parametrize(
    ("options", "says", "hint"),
    [
        ("--runtime tfjs-browser --backend webgpuu", "did you mean webgpu?", "wasm, cpu, webgl"),
        ("--backend webgl", "runtime tfjs-node has no backend webgl", "--runtime tfjs-browser"),
        (
            "--runtime litert --backend cpu",
            "is for runtime tfjs-node or tfjs-browser",
            "tfjs-browser",
        ),
        ("--runtime tfjs-browser --half-float", "of WebGL's alone", "--backend webgl"),
        ("--backend cpu --half-float", "of WebGL's alone", "--backend webgl"),
    ],
)
def test_a_backend_that_cannot_be_is_refused_before_anything_runs(
    full_bundle: Path, command: Command, tmp_path: Path, options: str, says: str, hint: str
) -> None:
    done = command("verify", full_bundle, *options.split(), cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert says in done.error[0]
    assert hint in done.error[1]


def test_plain_javascript_in_node_is_told_in_every_report(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    more = ("--runtime", "tfjs-node", "--backend", "cpu", "--limit", "20")
    done = verified(full_bundle, pictures, command, tmp_path, "tfjs-uint8", more=more)
    assert "tfjs-node (cpu)" in done.out
    (result,) = document(tmp_path)["results"]
    assert result["runtime"] == "tfjs-node"
    assert result["backend"]["name"] == "cpu"
    assert result["backend"]["half_float"] is False
    assert 'classname="edgedigits.tfjs-node (cpu)"' in (tmp_path / "found.xml").read_text()


@pytest.mark.browser
@pytest.mark.xdist_group("tfjs-browser")
def test_half_floats_in_a_browser_are_told_in_every_report(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    browser = ("--runtime", "tfjs-browser,tfjs-node,litert")
    more = (*browser, "--backend", "webgl", "--half-float", "--limit", "6")
    done = verified(full_bundle, pictures, command, tmp_path, "tfjs-uint8", more=more)
    assert done.code == ExitCode.WRONG_USE
    assert "runtime tfjs-node has no backend webgl" in done.error[0]
    more = (*more[:1], "tfjs-browser,litert", *more[2:])
    done = verified(full_bundle, pictures, command, tmp_path, "tfjs-uint8", more=more)
    assert "tfjs-browser (webgl, half float)" in done.out
    assert all(len(line) <= 80 for line in done.out.splitlines())
    (result,) = document(tmp_path)["results"]
    assert result["backend"]["name"] == "webgl"
    assert result["backend"]["half_float"] is True
    (name,) = re.findall(r'classname="([^"]*)"', (tmp_path / "found.xml").read_text())
    assert name == "edgedigits.tfjs-browser (webgl, half float)"


@pytest.mark.parametrize("missing", ["browser", "playwright"])
def test_without_a_browser_or_playwright_it_says_how_to_get_one(
    full_bundle: Path,
    pictures: Path,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    missing: str,
) -> None:
    if missing == "browser":
        monkeypatch.setenv("EDGEDIGITS_CHROMIUM", str(tmp_path / "nowhere"))
    else:
        find_spec = importlib.util.find_spec
        monkeypatch.setattr(
            importlib.util,
            "find_spec",
            lambda name, *rest: None if name == "playwright" else find_spec(name, *rest),
        )
    more = ("--runtime", "tfjs-browser", "--limit", "6")
    done = verified(full_bundle, pictures, command, tmp_path, "tfjs-uint8", more=more)
    assert done.code == ExitCode.MACHINE_LACKS
    assert len(done.error) == 2
    assert "install" in done.error[1]
    assert not (tmp_path / "found.json").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals and shell scripts")
def test_ctrl_c_does_not_wait_for_what_is_running(
    full_bundle: Path, pictures: Path, tmp_path: Path
) -> None:
    node = tmp_path / "node"
    node.write_text(
        '#!/bin/sh\nif [ "$1" = --version ]; then echo v22.0.0; exit; fi\n'
        f"touch {tmp_path}/started\nexec cat > /dev/null\n"
    )
    node.chmod(0o755)
    verifying = subprocess.Popen(
        [
            *(sys.executable, "-m", "edgedigits", "verify", str(full_bundle)),
            *("--dataset", str(pictures), "--runtime", "tfjs-node"),
        ],
        cwd=tmp_path,
        env={**os.environ, "EDGEDIGITS_NODE": str(node)},
        preexec_fn=heed_ctrl_c,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (tmp_path / "started").exists():
        assert verifying.poll() is None
        time.sleep(0.05)
    verifying.send_signal(signal.SIGINT)
    # Waiting for Node's answer would end two minutes later, and otherwise.
    _, said = verifying.communicate(timeout=110)
    assert verifying.returncode == ExitCode.INTERRUPTED
    assert said.splitlines()[-1] == "interrupted"


def test_a_node_that_takes_too_long_is_no_broken_artifact(
    full_bundle: Path,
    pictures: Path,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent = tmp_path / "runner.cjs"
    silent.write_text("setInterval(() => {}, 1000);")
    start = functools.partial(node_process.NodeGraphModel, runner=silent, deadline_s=1.0)
    monkeypatch.setattr(tfjs_node, "NodeGraphModel", start)
    more = ("--runtime", "tfjs-node")
    done = verified(full_bundle, pictures, command, tmp_path, "tfjs-uint8", more=more)
    assert done.code == ExitCode.MACHINE_LACKS
    assert "no answer within 1 s" in done.error[0]
    assert "--limit" in done.error[1]
