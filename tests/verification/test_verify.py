"""`edgedigits verify`: too few pictures are no pass, and every report tells the same."""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import tampering
from command_line import Command, Finished, heed_ctrl_c

from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import ExitCode
from edgedigits.runtimes.tfjs import node_process, tfjs_node
from edgedigits.verification import verify
from edgedigits.verification.parity import BUDGETS

FEW = ("--limit", "200", "--min-agreement", "80", "--max-difference", "0.9")


@pytest.fixture
def few(full_bundle: Path, pictures: Path, command: Command, tmp_path: Path) -> Finished:
    """Two artifacts verified on 200 pictures, with reports written."""
    return verified(full_bundle, pictures, command, tmp_path, "tflite-int8", "tfjs-float32")


def verified(
    full: Path, pictures: Path, command: Command, place: Path, *ids: str, more: tuple[str, ...] = ()
) -> Finished:
    copy = place / "bundle"
    if not copy.exists():
        shutil.copytree(full, copy)
        content = tampering.manifest(copy)
        content["artifacts"] = [tampering.entry(content, each) for each in ids]
        tampering.seal(copy, content)
    reports = ("--json", "found.json", "--junit", "found.xml")
    return command("verify", "bundle", "--dataset", pictures, *FEW, *reports, *more, cwd=place)


def document(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "found.json").read_text())
    return found


def test_too_few_pictures_are_no_pass_and_the_number_needed_is_said(
    few: Finished, tmp_path: Path
) -> None:
    assert few.code == ExitCode.BUDGET_BROKEN
    assert "not enough pictures: at least " in few.out
    int8, float32 = document(tmp_path)["results"]
    assert int8["verdict"]["status"] == "not enough pictures"
    needed = int8["verdict"]["pictures_needed"]
    assert needed > 200
    assert f"at least {needed:,} pictures needed, 200 given" in re.sub(r"\s+", " ", few.out)
    assert float32["verdict"] == {
        "status": "pass", "passed": True, "reasons": [], "pictures_needed": None,
    }  # fmt: skip


def test_letting_few_pictures_pass_is_the_users_word_and_not_the_verdicts(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    more = ("--allow-inconclusive",)
    done = verified(full_bundle, pictures, command, tmp_path, "tflite-int8", more=more)
    assert done.code == ExitCode.DONE
    assert document(tmp_path)["passed"] is False
    assert "0 of 1 passed" in done.out


def test_the_letter_of_the_user_does_not_excuse_a_broken_artifact(
    copied_bundle: Path, pictures: Path, command: Command
) -> None:
    content = tampering.manifest(copied_bundle)
    path = copied_bundle / tampering.entry(content, "tflite-int8")["files"][0]["path"]
    tampering.patch(path, tampering.zero_weights)
    tampering.seal(copied_bundle, content, keep="tflite-int8")
    options = ("--dataset", pictures, "--limit", "200", "--allow-inconclusive")
    done = command("verify", ".", *options, cwd=copied_bundle)
    assert done.code == ExitCode.BUDGET_BROKEN


def test_table_json_and_junit_agree(few: Finished, tmp_path: Path) -> None:
    results = document(tmp_path)["results"]
    suite = ElementTree.parse(tmp_path / "found.xml").getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    cases = suite.findall("testcase")
    for result, case in zip(results, cases, strict=True):
        (row,) = [line for line in few.out.splitlines() if line.startswith(result["artifact"])]
        assert case.get("name") == result["artifact"]
        assert case.get("classname") == f"edgedigits.{result['runtime']}"
        assert f"{result['parity']['accuracy']['percent']:.2f}" in row
        assert f"{result['parity']['drop_upper_points']:.2f}" in row
        failure = case.find("failure")
        assert (failure is None) == result["verdict"]["passed"]
        if failure is not None:
            assert failure.get("type") == result["verdict"]["status"]
            assert failure.text == "\n".join(result["verdict"]["reasons"])
    assert document(tmp_path)["dataset"]["pictures"] == 200


def test_flips_in_the_json_are_the_pictures_that_changed(few: Finished, tmp_path: Path) -> None:
    assert few.out
    for result in document(tmp_path)["results"]:
        parity = result["parity"]
        changed = round(200 * (1 - parity["agreement_percent"] / 100))
        assert len(parity["flips"]) == changed
        assert sum(digit["pictures"] for digit in parity["digits"]) == 200
        assert all(flip["float_digit"] != flip["artifact_digit"] for flip in parity["flips"])


def test_reports_that_cannot_be_written_are_told_in_two_lines(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    options = ("--dataset", pictures, *FEW, "--runtime", "tfjs-node", "--allow-inconclusive")
    done = command("verify", full_bundle, *options, "--json", "file/found.json", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert len(done.error) == 2


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


def test_a_budget_file_and_options_decide_the_command_line_last(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "budget.toml").write_text("[tfjs-float32]\nmin_agreement = 100\nmax_drop = 9\n")
    options = ("--dataset", pictures, "--limit", "100", "--runtime", "tfjs-node")
    files = ("--budget", "budget.toml", "--max-drop", "20", "--json", "found.json")
    command("verify", full_bundle, *options, *files, cwd=tmp_path)
    budgets = {each["artifact"]: each["budget"] for each in document(tmp_path)["results"]}
    assert budgets["tfjs-float32"]["max_drop_points"] == 20
    assert budgets["tfjs-float32"]["min_agreement_percent"] == 100
    assert budgets["tfjs-uint8"]["max_drop_points"] == 20
    assert budgets["tfjs-uint8"]["min_agreement_percent"] == 99.5


def test_limits_of_probabilities_and_of_a_class_are_options_and_reported(
    full_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    limits = ("--max-variation", "0", "--max-temperature", "1.5", "--max-class-drop", "7")
    done = verified(full_bundle, pictures, command, tmp_path, "tflite-int8", more=limits)
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "mean variation of the probabilities" in done.out
    (result,) = document(tmp_path)["results"]
    names = ("max_variation", "max_temperature", "max_class_drop_points")
    assert [result["budget"][name] for name in names] == [0, 1.5, 7]
    found = result["parity"]
    assert 0 < found["mean_variation"] < 0.05
    assert found["temperature"]["low"] <= found["temperature"]["value"]
    assert found["sums"]["improper"] == 0
    told = (tmp_path / "found.xml").read_text()
    assert f"temperature {found['temperature']['value']:.3g}" in told
    assert f"mean variation {found['mean_variation']:.3g}" in told


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[int9]\nmax_drop = 1", "did you mean int8?"),
        ("[int8]\nmax_dropp = 1", "did you mean max_drop?"),
        ("[int8]\nmax_drop = -1", "not a number of 0 or more"),
        ("[int8]\nmax_drop = nan", "not a number of 0 or more"),
        ("[int8]\nmax_drop = true", "not a number of 0 or more"),
        ("[int8]\nmax_temperature = 0.8", "not a number of 1 or more"),
        ("int8 = 3", "int8 is no table"),
        ("not toml", "is not readable"),
    ],
)
def test_a_budget_file_with_a_mistake_is_refused(
    full_bundle: Path, command: Command, tmp_path: Path, text: str, says: str
) -> None:
    (tmp_path / "budget.toml").write_text(text)
    done = command("verify", full_bundle, "--budget", "budget.toml", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert says in done.error[0]


def test_budgets_go_from_general_to_particular(full_bundle: Path) -> None:
    budgets = verify.budgets_from(
        {"default": {"max_drop_points": 1.0}, "tflite-int8": {"max_drop_points": 2.0}}
    )
    drops = {a.id: budgets(a).max_drop_points for a in bundle.read_manifest(full_bundle).artifacts}
    assert drops["tflite-int8"] == 2.0
    assert drops["tfjs-uint8"] == 1.0


def test_every_artifact_has_its_schemes_budget(full_bundle: Path) -> None:
    artifacts: tuple[Artifact, ...] = bundle.read_manifest(full_bundle).artifacts
    assert len(artifacts) == 9
    assert all(verify.default_budget(each) == BUDGETS[each.scheme] for each in artifacts)


def test_another_data_set_than_the_bundles_own_is_noticed(
    copied_bundle: Path, command: Command
) -> None:
    content = tampering.manifest(copied_bundle)
    content["dataset"]["fingerprint"] = "0" * 64
    tampering.seal(copied_bundle, content)
    done = command("verify", ".", cwd=copied_bundle)
    assert done.code == ExitCode.DATA_BAD
    assert "strokes is no" in done.error[0]
    assert "the data set" in done.error[0]
    assert len(done.error) == 2


@pytest.mark.parametrize(
    ("options", "says", "hint"),
    [
        ("--runtime tfjs-browser --backend webgpuu", "did you mean webgpu?", "wasm, cpu, webgl"),
        ("--backend webgl", "runtime tfjs-node has no backend webgl", "--runtime tfjs-browser"),
        ("--runtime litert --backend cpu", "is for runtimes of TensorFlow.js", "tfjs-browser"),
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
