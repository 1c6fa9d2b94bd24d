"""The kit of C on LiteRT runs on LiteRT's own library, here and on arm64, and sees what is wrong.

On arm64 after `make arm64-tools`.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import shutil
import subprocess
from pathlib import Path

import compiled_c
import kit_rules
import pytest

from edgedigits.bundle import bundle
from edgedigits.kits import kits

pytestmark = [
    compiled_c.needs_compiler,
    pytest.mark.skipif(not shutil.which("make"), reason="make"),
]
ARM64 = Path(__file__).parents[2] / "build" / "arm64" / "ai_edge_litert"
SYSTEM = Path("/usr/aarch64-linux-gnu/lib")
EMULATOR = "qemu-aarch64"
# LiteRT asks the kernel about the processor, and crashes on what one of another kind says.
PROCESSOR = """processor\t: 0
Features\t: fp asimd aes crc32 atomics fphp asimdhp asimdrdm lrcpc dcpop asimddp
CPU implementer\t: 0x41
CPU architecture: 8
CPU variant\t: 0x3
CPU part\t: 0xd0b
CPU revision\t: 1
"""
WELL = "photos are prepared to the byte, 8 golden pictures are answered within"
IN_CPP = """
#include "classifier.h"
#include <cstdio>

int main(int, char **words) {
    classifier *model;
    if (classifier_open(words[1], &model)) return 1;
    static uint8_t white[3 * 40 * 30];
    for (uint8_t &each : white) each = 255;
    float row[CLASSIFIER_CLASSES];
    const uint32_t photos[][3] = {{40, 30, 3}, {40, 0, 3}, {70000, 50000, 3}, {40, 30, 2}};
    for (const uint32_t (&each)[3] : photos)
        std::printf("%d ", classifier_classify(model, white, each[0], each[1], each[2], row));
    classifier_close(model);
}
"""


def litert() -> Path:
    """The folder of the library for this machine."""
    found = importlib.util.find_spec("ai_edge_litert")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0])


def made(kit: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    """What its Makefile says, with warnings as errors."""
    command = ["make", "CFLAGS=-O0 -Werror -Wshadow", *asked]
    return subprocess.run(command, cwd=kit, capture_output=True, text=True)


def made_here(kit: Path) -> subprocess.CompletedProcess[str]:
    return made(kit, f"CC={' '.join(compiled_c.compiler())}", f"LITERT={litert()}")


@pytest.fixture(scope="module")
def litert_c_kit(wasm_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit of a model in 8 bits, with its self-test compiled. Not to be written to."""
    kit = tmp_path_factory.mktemp("kits") / "litert-c"
    kits.write(bundle.read(wasm_bundle), "litert-c", kit)
    done = made_here(kit)
    assert done.returncode == 0, done.stdout + done.stderr
    assert WELL in done.stdout
    # It was heard that nothing but a processor is wanted, and errors alone.
    assert "accelerator" not in done.stderr.lower()
    return kit


@pytest.mark.parametrize("scheme", ["float32", "int8"])
def test_photos_in_colour_pass_its_self_test(
    colour_bundle: Path, tmp_path: Path, scheme: str
) -> None:
    kits.write(bundle.read(colour_bundle), "litert-c", tmp_path / "kit", scheme)
    done = made_here(tmp_path / "kit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"2 {WELL}" in done.stdout


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (None, "the model cannot be read"),
        (b"none", "the model cannot be read"),
        ("tflite/model-int8.tflite", "the model is another than that of contract.h"),
    ],
)
def test_another_model_is_refused(
    litert_c_kit: Path, colour_bundle: Path, tmp_path: Path, model: str | bytes | None, words: str
) -> None:
    file = tmp_path / "model.tflite"
    if isinstance(model, str):
        shutil.copyfile(colour_bundle / model, file)
    elif model is not None:
        file.write_bytes(model)
    done = subprocess.run([litert_c_kit / "selftest", file], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, f"{words}\n")


@pytest.mark.parametrize(
    ("name", "right", "wrong", "words"),
    [
        ("src/picture.c", "BOX = 20", "BOX = 19", "a photo is prepared otherwise"),
        (
            "test/golden.h",
            "golden_probabilities[80] = {",
            "golden_probabilities[81] = {0.5f,",
            "a golden picture is answered otherwise",
        ),
        (
            "src/classifier.c",
            "= (contract_input)level",
            "= (uint8_t)(255 - level)",
            "a golden picture is answered otherwise",
        ),
    ],
)
def test_what_is_wrong_fails_its_self_test(
    litert_c_kit: Path, tmp_path: Path, name: str, right: str, wrong: str, words: str
) -> None:
    kit = Path(shutil.copytree(litert_c_kit, tmp_path / "kit"))
    text = (kit / name).read_text()
    assert right in text
    (kit / name).write_text(text.replace(right, wrong))
    done = made_here(kit)
    assert done.returncode != 0
    assert words in done.stdout


def test_answers_are_rejected_as_by_edgedigits(wasm_bundle: Path, tmp_path: Path) -> None:
    rows = kit_rules.answers(10)
    opened, _ = kit_rules.ruled(bundle.read(wasm_bundle), rows[:-3])
    kits.write(opened, "litert-c", tmp_path / "kit")
    linked = (f"-L{litert()}", "-lLiteRt", f"-Wl,-rpath,{litert()}")
    found = kit_rules.said_in_c(tmp_path / "kit", rows, *linked)
    assert found == kit_rules.by(opened, rows)


def test_from_cpp_it_says_what_is_the_matter_with_a_photo(
    litert_c_kit: Path, tmp_path: Path
) -> None:
    compiler = shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        pytest.skip("needs a C++ compiler")
    (tmp_path / "main.cpp").write_text(IN_CPP)
    sources = litert_c_kit / "src"
    files = (sources / "classifier.c", sources / "picture.c")
    subprocess.run([*compiled_c.compiler(), "-c", "-O0", *files], cwd=tmp_path, check=True)
    strict = ("-O0", "-Wall", "-Wextra", "-Werror", f"-I{sources}")
    linked = (f"-L{litert()}", "-lLiteRt", f"-Wl,-rpath,{litert()}", "-lm", "-o", "program")
    command = [compiler, *strict, "main.cpp", "classifier.o", "picture.o", *linked]
    subprocess.run(command, cwd=tmp_path, check=True)
    model = litert_c_kit / "model.tflite"
    done = subprocess.run([tmp_path / "program", model], capture_output=True, text=True)
    # No ink; a side of 0, too many pixels, channels that there are not.
    assert done.stdout == "1 2 2 2 "


def test_it_names_the_version_of_litert_that_it_was_tried_with(litert_c_kit: Path) -> None:
    minor = ".".join(importlib.metadata.version("ai-edge-litert").split(".")[:2])
    assert f"in its version {minor}:" in (litert_c_kit / "src" / "litert.h").read_text()
    assert f"ai-edge-litert=={minor}.*" in (litert_c_kit / "README.md").read_text()


def test_it_runs_on_arm64_and_sees_there_what_is_wrong(litert_c_kit: Path, tmp_path: Path) -> None:
    compiler = shutil.which("aarch64-linux-gnu-gcc")
    if not (compiler and shutil.which(EMULATOR) and (ARM64 / "libLiteRt.so").exists()):
        pytest.skip("needs a compiler, an emulator and LiteRT for arm64: make arm64-tools")
    root = tmp_path / "root"
    (root / "proc").mkdir(parents=True)
    (root / "proc" / "cpuinfo").write_text(PROCESSOR)
    processors = root / "sys/devices/system/cpu"
    processors.mkdir(parents=True)
    for name in ("possible", "present"):
        (processors / name).write_text("0\n")
    (root / "lib").symlink_to(SYSTEM)
    kit = Path(shutil.copytree(litert_c_kit, tmp_path / "kit"))
    (kit / "selftest").unlink()
    asked = (f"CC={compiler}", f"LITERT={ARM64}", f"RUN={EMULATOR} -cpu cortex-a76 -L {root}")
    done = made(kit, *asked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert WELL in done.stdout
    golden = (kit / "test" / "golden.h").read_text()
    wrong = golden.replace("golden_probabilities[80] = {", "golden_probabilities[81] = {0.5f,")
    (kit / "test" / "golden.h").write_text(wrong)
    assert "a golden picture is answered otherwise" in made(kit, *asked).stdout
