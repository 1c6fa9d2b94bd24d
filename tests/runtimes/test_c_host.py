"""C artifacts compiled here: what the manifest promises is what the sources do."""

from __future__ import annotations

import contextlib
import importlib.util
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from c_damages import (
    MULTIPLIER,
    SHIFT,
    WIDE_MULTIPLIER,
    WIDE_SHIFT,
    before_its_layers,
    changed,
    stored_digest,
)
from command_line import Command
from compiled_c import needs_compiler

from edgedigits.bench import sessions, subjects
from edgedigits.bundle import bundle, golden
from edgedigits.bundle.artifact import Artifact
from edgedigits.errors import DataBad, EdgeDigitsError, ExitCode, MachineLacks
from edgedigits.runtimes.c import c_host, compiler
from edgedigits.runtimes.c.c_host import open_artifact
from edgedigits.runtimes.c.c_model import CModel
from edgedigits.runtimes.c.c_process import CProcess


def artifact(folder: Path, scheme: str = "int8") -> Artifact:
    return {each.scheme: each for each in bundle.read_manifest(folder).artifacts}[scheme]


def opened(folder: Path, found: Artifact | None = None) -> contextlib.closing[CModel]:
    return contextlib.closing(open_artifact("c-host", found or artifact(folder), folder))


def violations(folder: Path, found: Artifact | None = None) -> list[str]:
    with opened(folder, found) as runtime:
        return runtime.contract_violations()


@needs_compiler
def test_the_golden_vectors_come_out_and_no_promise_is_broken(c_bundle: Path) -> None:
    held = golden.read(c_bundle)
    with opened(c_bundle) as runtime:
        assert runtime.contract_violations() == []
        found = runtime.probabilities(held.images)
        assert runtime.backend.device is not None
    assert found.dtype == np.float32
    assert (found.argmax(axis=1) == held.probabilities.argmax(axis=1)).all()
    assert np.abs(found - held.probabilities).max() < 0.2


@needs_compiler
def test_verify_judges_it_by_default(
    c_bundle: Path, pictures: Path, command: Command, tmp_path: Path
) -> None:
    few = ("--max-drop", "3", "--min-agreement", "97", "--allow-inconclusive")
    done = command("verify", c_bundle, "--dataset", pictures, *few, cwd=tmp_path)
    assert done.code == ExitCode.DONE, done.out + done.err
    assert re.search(r"c-int8 +c-host ", done.out)
    assert re.search(r"c-int16x8 +c-host ", done.out)


@needs_compiler
def test_a_multiplier_off_by_one_is_caught(copied: Path) -> None:
    MULTIPLIER(copied)
    (found,) = violations(copied)
    assert found.startswith("model.h is of another model.c")


@needs_compiler
def test_wrong_numbers_in_16_bits_are_caught(copied: Path) -> None:
    found = artifact(copied, "int16x8")
    WIDE_MULTIPLIER(copied)
    said, *others = violations(copied, found)
    assert said.startswith("model.h is of another model.c")
    assert all(each.startswith("its self-test fails: ") for each in others)
    WIDE_SHIFT(copied)
    stored_digest(copied, "int16x8")
    (said,) = violations(copied, found)
    assert re.match(r"its self-test fails: picture \d, class \d: \d+ instead of \d+", said)


@needs_compiler
@pytest.mark.parametrize(
    "damage",
    [
        SHIFT,
        changed(r"layer_3_bias\[15\] = \{", lambda number: number + 20_000),
        changed(r"layer_2 = \{\s+\.window = \{(?:\s+\.\w+ = \d+,){7}\s+\.above =", lambda _: 1),
        changed(r"layer_2 = \{\s+\.window = \{(?:\s+\.\w+ = \d+,){8}\s+\.left =", lambda _: 1),
        changed(r"layer_8 = \{\s+\.classes = \d+,\s+\.multiplier =", lambda number: number // 2),
    ],
    ids=["shift", "bias", "padding above", "padding at the left", "softmax"],
)
def test_wrong_arithmetic_is_caught_by_the_self_test(
    copied: Path, damage: Callable[[Path], None]
) -> None:
    damage(copied)
    stored_digest(copied)
    (found,) = violations(copied)
    assert re.match(r"its self-test fails: picture \d, class \d: \d+ instead of \d+", found)


@needs_compiler
def test_golden_vectors_of_another_bundle_are_caught(copied: Path) -> None:
    path = copied / "c" / "int8" / "golden.h"
    text = path.read_text()
    path.write_text(re.sub(r'(GOLDEN_DIGEST ")\w{8}', r"\g<1>00000000", text))
    (found,) = violations(copied)
    assert "golden.h is of another model.c than model.h" in found
    path.write_text(text.replace("#define GOLDEN_CLASSES 10", "#define GOLDEN_CLASSES 12"))
    with pytest.raises(DataBad, match=r"golden\.h is of another model"):
        violations(copied)


@needs_compiler
@pytest.mark.parametrize("count", [783, 785])
def test_a_header_of_other_pictures_is_told_and_not_waited_for(copied: Path, count: int) -> None:
    header = copied / "c" / "int8" / "model.h"
    header.write_text(header.read_text().replace("MODEL_PIXELS 784", f"MODEL_PIXELS {count}"))
    with opened(copied) as runtime, pytest.raises(DataBad, match=f"takes {count} pixels"):
        runtime.probabilities(np.zeros((3, 28, 28), np.uint8))


@needs_compiler
def test_a_header_without_classes_is_bad_data(copied: Path) -> None:
    header = copied / "c" / "int8" / "model.h"
    header.write_text(header.read_text().replace("MODEL_CLASSES 10", "MODEL_CLASSES 0"))
    with pytest.raises(DataBad):
        open_artifact("c-host", artifact(copied), copied)


@needs_compiler
@pytest.mark.parametrize(
    ("side", "changes", "says"),
    [
        ("output", {"scale": 0.01}, "model.h says (0.00390625, 0) of the output's scale"),
        ("input", {"zero_point": 3}, "model.h says (1.0, 0) of the input's scale"),
        ("output", {"dtype": "int8"}, "the manifest says that it gives int8"),
    ],
)
def test_another_contract_in_the_manifest_is_told(
    c_bundle: Path, side: str, changes: dict[str, object], says: str
) -> None:
    found = artifact(c_bundle)
    told = replace(getattr(found, side), **changes)
    assert says in "\n".join(violations(c_bundle, replace(found, **{side: told})))


@needs_compiler
@pytest.mark.parametrize("said", ["}", "#error no", "void model_answer(void) {}"])
def test_sources_that_do_not_compile_are_bad_data(copied: Path, said: str) -> None:
    path = copied / "c" / "int8" / "model.c"
    path.write_text(path.read_text() + said)
    with pytest.raises(DataBad, match="refuses"):
        open_artifact("c-host", artifact(copied), copied)


@needs_compiler
@pytest.mark.parametrize(
    ("does", "says"),
    [("__builtin_trap();", "ended with status"), ("for (;;) { }", "no answer within 5 s")],
)
def test_a_program_that_crashes_or_hangs_is_told(copied: Path, does: str, says: str) -> None:
    before_its_layers(copied, does)
    process = CProcess(copied / "c" / "int8" / "model.c", c_host.find(), deadline_s=5.0)
    with contextlib.closing(process), pytest.raises(DataBad, match=says):
        process.answers(np.zeros((1, 784), np.uint8))


@needs_compiler
def test_a_closed_runtime_answers_no_more(c_bundle: Path) -> None:
    runtime = open_artifact("c-host", artifact(c_bundle), c_bundle)
    runtime.close()
    runtime.close()
    with pytest.raises(EdgeDigitsError, match="already ended"):
        runtime.probabilities(np.zeros((1, 28, 28), np.uint8))


def test_no_compiler_is_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.delenv("CC", raising=False)
    with pytest.raises(MachineLacks) as caught:
        compiler.find()
    assert str(caught.value).splitlines() == [
        "no C compiler found to run models in C",
        "install one with: pip install ziglang",
    ]


@pytest.mark.skipif(shutil.which("gcc") is None, reason="needs gcc")
def test_the_environments_compiler_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", "gcc -O1")
    assert compiler.find().command == ("gcc", "-O1")
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(MachineLacks, match="CC=no-such-compiler is no C compiler that runs"):
        compiler.find()


def test_bench_says_that_it_does_not_time_it(
    c_bundle: Path, command: Command, tmp_path: Path
) -> None:
    chosen = subjects.chosen(bundle.read(c_bundle), None, None, None)
    assert sessions.untimed(chosen) == ["c-int8", "c-int16x8"]
    done = command("bench", c_bundle, cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert done.error[0].endswith("runs on litert or tfjs-node or tfjs-browser")
    done = command("bench", c_bundle, "--runtime", "c-host", cwd=tmp_path)
    assert done.error[0] == "error: runtime c-host is not timed"
