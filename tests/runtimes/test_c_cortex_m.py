"""C artifacts on emulated microcontrollers: the same answers and verdicts as on this machine."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tampering
from c_damages import MULTIPLIER, SHIFT, before_its_layers, stored_digest
from command_line import Command
from compiled_c import needs_compiler

from edgedigits.bundle import bundle, golden
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad, ExitCode, MachineLacks, WrongUse
from edgedigits.runtimes.c import board, c_host
from edgedigits.runtimes.c.board import BOARDS, USUAL
from edgedigits.runtimes.c.c_cortex_m import open_artifact
from edgedigits.runtimes.c.c_model import CModel
from edgedigits.runtimes.c.c_process import CProcess
from edgedigits.runtimes.runtimes import RUNTIMES, Settings, Shared, settings


def lacking() -> str:
    """What this machine lacks for any of the boards; nothing where it lacks nothing."""
    try:
        board.find("cortex-m55")  # the one that QEMU has had for the shortest time
    except MachineLacks as error:
        return str(error).replace("\n", "; ")
    return ""


needs_boards = pytest.mark.skipif(bool(lacking()), reason=lacking())


def artifact(folder: Path, scheme: str = "int8") -> Artifact:
    return {each.scheme: each for each in bundle.read_manifest(folder).artifacts}[scheme]


def opened(
    folder: Path, processor: str | None = None, found: Artifact | None = None
) -> contextlib.closing[CModel]:
    shared = Shared(Settings(backend=processor))
    found = found or artifact(folder)
    return contextlib.closing(open_artifact("c-cortex-m", found, folder, shared))


def violations(folder: Path, processor: str | None = None, found: Artifact | None = None) -> str:
    with opened(folder, processor, found) as runtime:
        return "\n".join(runtime.contract_violations())


def test_every_board_can_be_chosen() -> None:
    kind = RUNTIMES["c-cortex-m"]
    assert kind.backends == tuple(BOARDS)
    assert kind.backends[0] == USUAL


def test_a_processor_is_for_this_runtime_alone() -> None:
    assert settings(["c-host", "c-cortex-m"], "cortex-m0", False).backend == "cortex-m0"
    with pytest.raises(WrongUse, match="--backend cortex-m3 is for runtime c-cortex-m"):
        settings(["c-host", "litert"], "cortex-m3", False)
    with pytest.raises(WrongUse, match="tfjs-node has no backend cortex-m3") as caught:
        settings(["c-host", "tfjs-node"], "cortex-m3", False)
    assert str(caught.value.hint).endswith("--runtime c-cortex-m --backend cortex-m3")
    with pytest.raises(WrongUse, match="did you mean cortex-m33"):
        settings(["c-cortex-m"], "cortex-m333", False)


@needs_boards
@needs_compiler
@pytest.mark.parametrize(
    ("processor", "scheme"),
    [*((each, "int8") for each in BOARDS), (USUAL, "int16x8"), ("cortex-m0", "int16x8")],
)
def test_its_bytes_are_those_of_this_machine(c_bundle: Path, processor: str, scheme: str) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (6, 28, 28), dtype=np.uint8)
    pictures = np.concatenate([golden.read(c_bundle).images.reshape(-1, 28, 28), noise])
    model_c = c_bundle / "c" / scheme / "model.c"
    # What stands for pixels in 16 bits is some hundred times as large.
    given = pictures if scheme == "int8" else pictures * np.int16(128)
    found = []
    for machine in (c_host.find(), board.find(processor)):
        with contextlib.closing(CProcess(model_c, machine)) as process:
            found.append((process.stated, process.answers(given)))
    (stated, answers), (stated_there, answers_there) = found
    assert stated == stated_there
    assert (answers == answers_there).all()
    assert len(np.unique(answers, axis=0)) > 6


@needs_boards
@pytest.mark.parametrize("processor", [None, "cortex-m0"])
def test_no_promise_is_broken_and_the_board_is_told(c_bundle: Path, processor: str | None) -> None:
    with opened(c_bundle, processor) as runtime:
        assert runtime.contract_violations() == []
        assert runtime.backend.name == (processor or USUAL)
        machine = BOARDS[processor or USUAL].machine
        assert re.match(rf"{machine} of QEMU \d.*arm-none-eabi-gcc", runtime.backend.device or "")


@needs_boards
def test_another_contract_and_another_constant_are_told(copied: Path) -> None:
    found = artifact(copied)
    told = replace(found, output=replace(found.output, scale=0.01))
    assert "model.h says (0.00390625, 0) of the output's scale" in violations(copied, found=told)
    MULTIPLIER(copied)
    assert violations(copied).startswith("model.h is of another model.c")


@needs_boards
def test_verify_fails_wrong_arithmetic(
    copied: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    SHIFT(copied)
    stored_digest(copied)
    tampering.seal(copied, tampering.manifest(copied))
    options = ("--runtime", "c-cortex-m", "--backend", "cortex-m3", "--limit", "40")
    done = command("verify", copied, "--dataset", pictures, *options, cwd=tmp_path)
    assert done.code == ExitCode.BUDGET_BROKEN, done.err
    assert re.search(r"c-int8 +c-cortex-m \(cortex-m3\)", done.out)
    said = " ".join(done.out.split())
    assert re.search(r"its self-test fails: picture \d, class \d: \d+ instead of \d+", said)


@needs_boards
@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("uint8_t more[16000];", r"[\d,]+ bytes of RAM, and there are 16,384"),
        ("const uint8_t more[262144] = {1};", r"[\d,]+ bytes of flash, and there are 262,144"),
    ],
    ids=["RAM", "flash"],
)
def test_what_is_too_big_for_a_board_is_told(copied: Path, more: str, says: str) -> None:
    path = copied / "c" / "int8" / "model.c"
    path.write_text(path.read_text() + more)
    with pytest.raises(DataBad, match=rf"does not fit into microbit .*it takes {says}") as caught:
        opened(copied, "cortex-m0")
    assert "--backend cortex-m4" in str(caught.value.hint)
    with opened(copied):
        pass


@needs_boards
@pytest.mark.parametrize(
    ("does", "deadline_s", "says"),
    [
        ("*(volatile uint8_t *)0xF0000000u = 1;", 60.0, "ended with status"),
        ("for (;;) { }", 3.0, "no answer within 3 s"),
    ],
    ids=["fault", "endless"],
)
def test_a_program_that_faults_or_hangs_is_told_and_ended(
    copied: Path, does: str, deadline_s: float, says: str
) -> None:
    before_its_layers(copied, does)
    model_c = copied / "c" / "int8" / "model.c"
    process = CProcess(model_c, board.find(USUAL), deadline_s)
    pid = process._child.pid
    with contextlib.closing(process), pytest.raises(DataBad, match=says):
        process.answers(np.zeros((1, 784), np.uint8))
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@needs_boards
def test_a_closed_one_leaves_no_emulator_behind(c_bundle: Path) -> None:
    with opened(c_bundle) as runtime:
        pid = runtime._process._child.pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_verify_without_the_tools_ends_with_what_to_install(
    c_bundle: Path,
    pictures: Path,
    command: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    options = ("--dataset", pictures, "--runtime", "c-cortex-m", "--limit", "20")
    done = command("verify", c_bundle, *options, cwd=tmp_path)
    assert done.code == ExitCode.MACHINE_LACKS
    what, hint = done.error
    assert "no arm-none-eabi-gcc and no qemu-system-arm found to run models in C" in what
    assert hint.endswith("apt-get install " + " ".join(board.PACKAGES))


@pytest.mark.parametrize(
    ("compiler_says", "emulator_says", "says"),
    [
        ("rdimon.specs", "mps2-an386 a board", "arm-none-eabi-gcc is without its C library newlib"),
        ("/lib/rdimon.specs", "mps2-an385 a board", "too old: it has no machine mps2-an386"),
    ],
)
def test_tools_that_lack_something_are_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    compiler_says: str,
    emulator_says: str,
    says: str,
) -> None:
    program(tmp_path / board.COMPILER, f"echo {compiler_says}")
    program(tmp_path / board.EMULATOR, f"echo {emulator_says}")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineLacks, match=says):
        board.find(USUAL)
    program(tmp_path / board.EMULATOR, "exit 1")
    with pytest.raises(MachineLacks):
        board.find(USUAL)
