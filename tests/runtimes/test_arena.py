"""How much memory a file needs on a microcontroller: measured at export, proven by verification."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import tampering
from command_line import Command, Finished

from edgedigits.bundle import bundle
from edgedigits.bundle.artifact import Artifact
from edgedigits.bundle.bundle import Bundle
from edgedigits.errors import DataBad, ExitCode
from edgedigits.runtimes.micro import arena, micro_process
from edgedigits.runtimes.micro.micro_process import MicroProcess

NEEDED = "needs tflite-micro, which has wheels for Linux on x86-64 alone"
needs_the_wheel = pytest.mark.skipif(not micro_process.is_here(), reason=NEEDED)
SCHEMES = ("int8", "int16x8")


def artifact(folder: Path, scheme: str) -> Artifact:
    return Bundle(folder, bundle.read_manifest(folder)).artifact(f"tflite-{scheme}")


def with_arena(nano_bundle: Path, place: Path, arena_bytes: int | None) -> Path:
    """A copy of the bundle with the int8 file alone, whose manifest says so many bytes."""
    folder = place / "bundle"
    shutil.copytree(nano_bundle, folder)
    content = tampering.manifest(folder)
    entry = tampering.entry(content, "tflite-int8")
    entry.pop("arena_bytes", None)
    if arena_bytes is not None:
        entry["arena_bytes"] = arena_bytes
    tampering.seal(folder, content, keep="tflite-int8")
    return folder


def verify(command: Command, folder: Path, pictures: Path) -> Finished:
    options = "--limit 200 --max-drop 30 --min-agreement 95 --max-difference 0.9"
    asked = ("--dataset", pictures, "--runtime", "tflite-micro", *options.split())
    return command("verify", ".", *asked, cwd=folder)


@needs_the_wheel
@pytest.mark.parametrize("scheme", SCHEMES)
def test_an_export_says_the_smallest_arena_that_works(nano_bundle: Path, scheme: str) -> None:
    found = artifact(nano_bundle, scheme)
    assert found.arena_bytes is not None
    assert found.arena_bytes % arena.STEP_BYTES == 0
    # A picture and the features made of it have to fit.
    assert 2000 < found.arena_bytes < 20_000
    path = nano_bundle / found.entry
    MicroProcess(path, found.arena_bytes).close()
    for less in (16, 160, 1600):
        few = found.arena_bytes - less
        with pytest.raises(DataBad, match=f"with an arena of {few:,} bytes refuses .*: Failed to"):
            MicroProcess(path, few)


@needs_the_wheel
def test_the_manifest_says_what_measured_it(nano_bundle: Path) -> None:
    libraries = bundle.read_manifest(nano_bundle).facts["tool"]["libraries"]
    assert libraries["tflite-micro"].startswith("0.dev")


@needs_the_wheel
def test_float_files_and_those_it_does_not_run_have_none(nano_bundle: Path, tmp_path: Path) -> None:
    assert artifact(nano_bundle, "float32").arena_bytes is None
    (tmp_path / "odd.tflite").write_bytes((nano_bundle / "golden.npz").read_bytes())
    odd = replace(artifact(nano_bundle, "int8"), entry="odd.tflite")
    assert arena.smallest_bytes(odd, tmp_path) is None


@needs_the_wheel
def test_verification_runs_in_the_arena_that_the_manifest_says(
    nano_bundle: Path, tmp_path: Path, pictures: Path, command: Command
) -> None:
    enough = artifact(nano_bundle, "int8").arena_bytes
    assert enough is not None
    folder = with_arena(nano_bundle, tmp_path / "enough", enough)
    assert verify(command, folder, pictures).code == ExitCode.DONE
    folder = with_arena(nano_bundle, tmp_path / "less", enough - arena.STEP_BYTES)
    done = verify(command, folder, pictures)
    assert done.code == ExitCode.BUDGET_BROKEN
    said = " ".join(done.out.split())
    assert f"it does not run: tflite-micro with an arena of {enough - 16:,} bytes refuses" in said
    assert "Failed to allocate" in said


@needs_the_wheel
def test_a_bundle_that_does_not_say_is_verified_in_plenty(
    nano_bundle: Path, tmp_path: Path, pictures: Path, command: Command
) -> None:
    folder = with_arena(nano_bundle, tmp_path, None)
    assert artifact(folder, "int8").arena_bytes is None
    assert verify(command, folder, pictures).code == ExitCode.DONE


def test_without_the_wheel_nothing_is_said(
    nano_bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(micro_process, "PACKAGE", "no_such_package")
    assert arena.smallest_bytes(artifact(nano_bundle, "int8"), nano_bundle) is None


@pytest.mark.parametrize("arena_bytes", [0, -16, 6081, 1 << 40])
def test_an_arena_that_none_can_be_is_refused(
    nano_bundle: Path, tmp_path: Path, arena_bytes: int
) -> None:
    with pytest.raises(DataBad, match="arena_bytes"):
        bundle.read_manifest(with_arena(nano_bundle, tmp_path, arena_bytes))


def test_bench_shows_it(nano_bundle: Path, tmp_path: Path, command: Command) -> None:
    folder = with_arena(nano_bundle, tmp_path, 123_456)
    options = ("--seconds", "0.02", "--runtime", "litert", "--json", "found.json")
    done = command("bench", ".", *options, cwd=folder)
    assert done.code == ExitCode.DONE, done.err
    assert any(line.endswith(" 123,456") for line in done.out.splitlines())
    assert "machines of 32 bits need no more" in " ".join(done.out.split())
    (entry,) = json.loads((folder / "found.json").read_text())["results"]
    assert entry["arena_bytes"] == 123_456
