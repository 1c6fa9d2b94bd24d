"""A folder of C from an export: a photo goes in, and the answer is the one that Python has."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import compiled_c
import numpy as np
import pytest
from command_line import Command
from numpy.typing import NDArray

from edgedigits.bundle import bundle
from edgedigits.picture import picture
from edgedigits.picture.frame import Mode, frame
from edgedigits.runtimes import runtimes

SIDES = 90, 70
DIGIT = """
#include "model.h"
#include "picture.h"
#include <stdio.h>

static uint8_t photo[70 * 90 * 4], work[PICTURE_DIGIT_WORK_BYTES(70, 90)];

int main(void)
{
    uint8_t pixels[PICTURE_DIGIT_BYTES], answer[MODEL_CLASSES];

    if (fread(photo, 1, sizeof photo, stdin) != sizeof photo) return 1;
    if (picture_digit(photo, 70, 90, 4, work, sizeof work, pixels) != PICTURE_OK) return 2;
    model_answer(pixels, answer);
    for (int n = 0; n < MODEL_CLASSES; n++) printf("%d\\n", answer[n]);
    return 0;
}
"""
FRAME = """
#include "model.h"
#include "picture.h"
#include <stdio.h>

static uint8_t photo[70 * 90 * 4], pixels[MODEL_PIXELS];

int main(void)
{
    const picture_photo given = {photo, 70, 90, 4};
    const uint8_t fill[3] = {0, 0, 0};

    if (fread(photo, 1, sizeof photo, stdin) != sizeof photo) return 1;
    if (picture_frame(&given, PICTURE_STRETCH, fill, WIDTH, HEIGHT, 3, pixels) != PICTURE_OK)
        return 2;
    for (int n = 0; n < MODEL_PIXELS; n++) printf("%d\\n", pixels[n]);
    return 0;
}
"""


def texts(folder: Path, program: str) -> dict[str, str]:
    """The sources of a model, and a program that uses them."""
    names = ("model.c", "model.h", "picture.c", "picture.h")
    found = {name: (folder / "c" / "int8" / name).read_text("utf-8") for name in names}
    return {**found, "program.c": program}


def a_photo() -> NDArray[np.uint8]:
    """A dark stroke on paper that is not evenly lit."""
    rows, columns = np.mgrid[: SIDES[0], : SIDES[1]]
    levels = 200 + columns // 3 - 150 * ((abs(columns - 30 - rows // 8) < 4) & (rows % 80 > 15))
    colours = np.clip(levels[..., None] - np.array([0, 5, 10]), 0, 255)
    return np.dstack([colours, np.full(SIDES, 255)]).astype(np.uint8)


def test_a_photo_of_a_digit_is_answered_as_in_python(c_bundle: Path, tmp_path: Path) -> None:
    program = compiled_c.compiled(tmp_path, texts(c_bundle, DIGIT))
    photo = a_photo()
    found = np.array(compiled_c.lines_of(program, photo.tobytes()), np.uint8)
    artifact = bundle.read(c_bundle).artifact("c-int8")
    runtime = runtimes.open_runtime("c-host", artifact, c_bundle)
    expected = runtime.probabilities(picture.prepare(photo)[None])[0]
    runtime.close()
    np.testing.assert_allclose(found / 256, expected, atol=1e-6)
    assert expected.max() > 0.5


def test_a_photo_is_framed_as_in_python(colour_in_c: Path, tmp_path: Path) -> None:
    artifact = bundle.read(colour_in_c).artifact("c-int8")
    form = artifact.pixels.form
    sides = f"#define WIDTH {form.width}\n#define HEIGHT {form.height}\n"
    program = compiled_c.compiled(tmp_path, texts(colour_in_c, sides + FRAME))
    found = np.array(compiled_c.lines_of(program, a_photo().tobytes()), np.uint8)
    expected = frame(a_photo(), form.height, form.width, Mode.STRETCH)
    np.testing.assert_array_equal(found.reshape(expected.shape), expected)


@pytest.mark.skipif(not shutil.which("make") or not compiled_c.compiler(), reason="needs make, cc")
def test_its_makefile_compiles_all_of_it_and_runs_the_self_test(
    c_bundle: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(c_bundle / "c" / "int8", tmp_path / "model")
    done = subprocess.run(["make"], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr
    assert "golden pictures are answered byte for byte" in done.stdout
    assert (folder / "picture.o").is_file()
    if shutil.which("size"):
        sized = subprocess.run(["make", "size"], cwd=folder, capture_output=True, text=True)
        assert sized.returncode == 0, sized.stderr
        assert "model.o" in sized.stdout


@compiled_c.needs_compiler
def test_targets_of_the_same_numbers_quantize_once(
    command: Command, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tensorflow as tf

    made: list[bytes] = []
    convert = tf.lite.TFLiteConverter.convert

    def counted(converter: Any) -> bytes:
        made.append(convert(converter))
        return made[-1]

    monkeypatch.setattr(tf.lite.TFLiteConverter, "convert", counted)
    options = "--target c,wasm --no-verify --out bundle"
    done = command("export", "ready:nano", "--dataset", pictures, *options.split(), cwd=tmp_path)
    assert done.code == 0, done.err
    assert len(made) == 1
