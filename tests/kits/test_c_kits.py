"""The kits of C compile without a warning, as C and as Arduino does, and see what is wrong."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import compiled_c
import kit_rules
import pytest
from command_line import Command

from edgedigits.bundle import bundle
from edgedigits.errors import ExitCode, WrongUse
from edgedigits.kits import kits

pytestmark = [
    compiled_c.needs_compiler,
    pytest.mark.skipif(not shutil.which("make"), reason="make"),
]

ARDUINO_H = """
#include <stdio.h>
static struct {
    void begin(long) {}
    void println(const char *text) { puts(text); }
} Serial;
static void delay(int) {}
"""
SWIFT = """
#include "CClassifier.h"
#include <stdio.h>

int main(void) {
    static uint8_t rgba[4 * 40 * 30], work[100000];
    float probabilities[10];
    const char *wrong = cclassifier_selftest();
    const int classes = cclassifier_classes();
    if (wrong) return puts(wrong), 0;
    /* A photo of one colour holds no ink. */
    if (cclassifier_work_bytes(40, 30) > sizeof work) return 1;
    if (cclassifier_classify(rgba, 40, 30, work, sizeof work, probabilities) != 1) return 1;
    printf("%d classes, the last %s: all is well\\n", classes, cclassifier_label(classes - 1));
    return 0;
}
"""
SKETCH = '#include "Arduino.h"\n#include "SelfTest.ino"\nint main() { setup(); loop(); }\n'


@pytest.fixture(scope="module")
def c_kit(c_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kits") / "c"
    kits.write(bundle.read(c_bundle), "c", folder)
    return folder


def test_numbers_of_16_bits_are_refused_by_name(c_bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="c-int16x8 takes or gives int16, which is not in this kit"):
        kits.write(bundle.read(c_bundle), "c", tmp_path / "kit", "int16x8")
    assert kits.write(bundle.read(c_bundle), "c", tmp_path / "kit").scheme == "int8"


def made(kit: Path) -> subprocess.CompletedProcess[str]:
    """What its Makefile says, with warnings as errors."""
    command = ["make", f"CC={' '.join(compiled_c.compiler())}", "CFLAGS=-O0 -Werror -Wshadow"]
    return subprocess.run(command, cwd=kit, capture_output=True, text=True)


def test_its_self_test_passes(c_kit: Path, tmp_path: Path) -> None:
    done = made(shutil.copytree(c_kit, tmp_path / "kit"))
    assert done.returncode == 0, done.stderr
    assert "4 photos are prepared, 8 golden pictures answered to the byte" in done.stdout


@pytest.mark.parametrize(
    ("name", "right", "wrong", "words"),
    [
        ("src/picture.c", "BOX = 20", "BOX = 19", "a photo is prepared otherwise"),
        (
            "test/golden.h",
            'GOLDEN_DIGEST "',
            'GOLDEN_DIGEST "0',
            "golden.h is of another model.c than model.h",
        ),
        ("test/golden.h", " 0,", " 1,", "a golden picture is answered otherwise"),
        (
            "src/classifier.c",
            "= (contract_input)level",
            "= (uint8_t)(255 - level)",
            "the model is given other numbers",
        ),
    ],
)
def test_what_is_wrong_fails_its_self_test(
    c_kit: Path, tmp_path: Path, name: str, right: str, wrong: str, words: str
) -> None:
    kit = shutil.copytree(c_kit, tmp_path / "kit")
    text = (kit / name).read_text()
    assert right in text
    (kit / name).write_text(text.replace(right, wrong))
    done = made(kit)
    assert done.returncode != 0
    assert words in done.stdout


def test_answers_are_rejected_as_by_edgedigits(c_bundle: Path, tmp_path: Path) -> None:
    rows = kit_rules.answers(10)
    opened, _ = kit_rules.ruled(bundle.read(c_bundle), rows[:-3])
    kits.write(opened, "c", tmp_path / "kit")
    done = made(tmp_path / "kit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert kit_rules.said_in_c(tmp_path / "kit", rows, "src/model.c") == kit_rules.by(opened, rows)


def test_the_sketch_of_arduino_says_that_all_is_right(c_bundle: Path, tmp_path: Path) -> None:
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        pytest.skip("needs a C++ compiler")
    kits.write(bundle.read(c_bundle), "arduino", tmp_path / "kit")
    sources = tmp_path / "kit" / "src"
    (tmp_path / "Arduino.h").write_text(ARDUINO_H)
    (tmp_path / "sketch.cpp").write_text(SKETCH)
    folders = (f"-I{place}" for place in (tmp_path, sources, tmp_path / "kit/examples/SelfTest"))
    command = [
        *compiled_c.compiler(),
        "-c",
        "-O0",
        "-std=c99",
        *map(str, sorted(sources.glob("*.c"))),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    objects = map(str, sorted(tmp_path.glob("*.o")))
    command = [compiler, "-Wall", "-Wextra", "-Werror", *folders, "sketch.cpp", *objects, "-o", "s"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    said = subprocess.run([tmp_path / "s"], capture_output=True, text=True).stdout.splitlines()
    assert said[0] == "photos are prepared and golden pictures answered to the byte"
    assert said[1] in [str(digit) for digit in range(10)]


def test_the_c_of_the_swift_package_passes_its_self_test_and_can_fail(
    c_bundle: Path, tmp_path: Path
) -> None:
    kits.write(bundle.read(c_bundle), "ios", tmp_path / "kit")
    sources = tmp_path / "kit" / "Sources" / "CClassifier"
    # Only what Swift sees, compiled from outside.
    (tmp_path / "main.c").write_text(SWIFT)
    said = []
    for box in ("BOX = 20", "BOX = 19"):
        text = (sources / "picture.c").read_text()
        (sources / "picture.c").write_text(text.replace("BOX = 20", box))
        command = [*compiled_c.compiler(), *compiled_c.STRICT, f"-I{sources / 'include'}", "main.c"]
        command += [*map(str, sorted(sources.glob("*.c"))), "-lm", "-o", "program"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        said.append(subprocess.run([tmp_path / "program"], capture_output=True, text=True).stdout)
    assert said == ["10 classes, the last 9: all is well\n", "a photo is prepared otherwise\n"]


def test_a_bundle_without_c_is_told_how_to_get_it(
    command: Command, full_bundle: Path, tmp_path: Path
) -> None:
    done = command("kit", full_bundle, "--for", "c", cwd=tmp_path)
    assert done.code == ExitCode.WRONG_USE
    assert "has no artifact of target c" in done.error[0]
    assert done.error[1] == "make one: edgedigits export MODEL --target c --out FOLDER"
    assert not list(tmp_path.iterdir())


def test_photos_in_colour_are_framed_and_stored_as_the_contract_says(
    colour_in_c: Path, tmp_path: Path
) -> None:
    kits.write(bundle.read(colour_in_c), "c", tmp_path / "kit")
    assert "CONTRACT_SAME_LEVELS 0" in (tmp_path / "kit/src/contract.h").read_text()
    done = made(tmp_path / "kit")
    assert done.returncode == 0, done.stderr
    assert "2 photos are prepared" in done.stdout
