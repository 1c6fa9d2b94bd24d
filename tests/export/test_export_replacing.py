"""The old bundle or the new one, whole, and the same bytes every time."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from command_line import Command

from edgedigits.bundle import bundle
from edgedigits.errors import ExitCode

QUICK = ("--target", "tflite", "--scheme", "float32")


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_former_bundle_is_byte_for_byte_what_it_was_when_the_new_one_fails(
    export: Command, tmp_path: Path
) -> None:
    assert export(*QUICK).code == ExitCode.DONE
    before = digests(tmp_path / "bundle")
    done = export("--target", "tflite", "--scheme", "float32,int8")
    assert done.code == ExitCode.BUDGET_BROKEN
    assert "the former bundle in bundle is as it was" in done.out
    after = digests(tmp_path / "bundle")
    assert {name: d for name, d in after.items() if not name.startswith("rejected/")} == before
    assert "rejected/tflite-int8/model-int8.tflite" in after
    assert export(*QUICK).code == ExitCode.DONE
    assert not (tmp_path / "bundle" / "rejected").exists()


def test_a_bundle_is_replaced_as_a_whole(export: Command, tmp_path: Path) -> None:
    export("--target", "tflite", "--scheme", "float16,float32", "--no-verify")
    assert export("--target", "tfjs", "--scheme", "uint8", "--no-verify").code == ExitCode.DONE
    assert not (tmp_path / "bundle" / "tflite").exists()
    bundle.read(tmp_path / "bundle")


@pytest.mark.parametrize("where", ["notes.txt", "bundle/notes.txt", "bundle/tflite/mine.tflite"])
def test_a_folder_with_things_of_the_users_is_refused(
    export: Command, tmp_path: Path, where: str
) -> None:
    out = "bundle" if where.startswith("bundle/") else "."
    if out == "bundle":
        assert export(*QUICK, "--no-verify").code == ExitCode.DONE
    (tmp_path / where).write_text("mine")
    before = digests(tmp_path)
    done = export(*QUICK, "--no-verify", "--out", out)
    assert done.code == ExitCode.WRONG_USE
    assert len(done.error) == 2
    assert digests(tmp_path) == before


def test_a_file_in_the_place_of_the_bundle_is_refused(export: Command, tmp_path: Path) -> None:
    (tmp_path / "bundle").write_text("mine")
    done = export(*QUICK, "--no-verify")
    assert (done.code, done.error[0]) == (ExitCode.WRONG_USE, "error: bundle is a file")


def test_two_exports_of_a_run_differ_in_their_time_alone(
    full_bundle: Path, strokes_run: Path, edgedigits: Command, tmp_path: Path
) -> None:
    # By different processes.
    options = "--target all --scheme all --no-verify"
    assert edgedigits("export", strokes_run, *options.split(), cwd=tmp_path).code == ExitCode.DONE
    folders = (tmp_path / "bundle", full_bundle)
    ours, theirs = map(digests, folders)
    del ours["manifest.json"], theirs["manifest.json"]
    assert {"golden.json", "golden.npz"} < set(ours)
    assert ours == theirs
    manifests: list[dict[str, Any]] = [
        json.loads((folder / "manifest.json").read_text()) for folder in folders
    ]
    for manifest in manifests:
        manifest.pop("created")
    assert manifests[0] == manifests[1]


def start(model: Path, pictures: Path, cwd: Path, *options: str) -> subprocess.Popen[str]:
    fixed = ("--dataset", str(pictures), "--input-range", "0,1", "--no-verify")
    return subprocess.Popen(
        [sys.executable, "-m", "edgedigits", "export", model, *fixed, *options],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path, process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 120
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.005)


def test_killed_in_the_middle_the_former_bundle_stays_and_the_next_export_clears_up(
    export: Command, unit_model: Path, pictures: Path, tmp_path: Path
) -> None:
    assert export(*QUICK, "--no-verify").code == ExitCode.DONE
    before = digests(tmp_path / "bundle")
    process = start(unit_model, pictures, tmp_path, "--target", "tflite", "--scheme", "all")
    staged = tmp_path / ".bundle.staging"
    wait_for(staged / "tflite" / "model-float32.tflite", process)
    process.send_signal(signal.SIGSTOP)
    # While one is at work, however slowly, a second one is refused.
    done = export(*QUICK, "--no-verify")
    assert done.code == ExitCode.WRONG_USE
    assert "another process is writing" in done.error[0]
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert digests(tmp_path / "bundle") == before
    assert staged.is_dir()
    assert export(*QUICK, "--no-verify").code == ExitCode.DONE
    assert os.listdir(tmp_path) == ["bundle"]  # noqa: PTH208
