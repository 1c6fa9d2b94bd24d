"""The Kotlin of the Android kit, on a JVM: the twins' bytes, and a self-test that can fail.

It compares some dozens of random pictures. For 5,000 of each kind:

    EDGEDIGITS_RANDOM_PICTURES=5000 pytest tests/kits/test_android_kit.py
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import framing
import kit_rules
import numpy as np
import pytest
from numpy.typing import NDArray
from random_pictures import (
    RGBA,
    Task,
    hostile_picture,
    random_picture,
    random_task,
    specks_far_apart,
)

from edgedigits.bundle import bundle
from edgedigits.kits import android, kits
from edgedigits.picture import picture
from edgedigits.picture.frame import Mode
from edgedigits.runtimes import quantization

pytestmark = [
    pytest.mark.skipif(
        not (shutil.which("kotlinc") and shutil.which("java")),
        reason="needs Kotlin: sudo apt-get install kotlin default-jre-headless",
    ),
    pytest.mark.xdist_group("kotlin"),  # compiled once
]
GOLDEN = Path(__file__).parents[1] / "golden" / "pictures"
ANSWERS: dict[str, str | None] = json.loads((GOLDEN / "prepared.json").read_text())
MANY = int(os.environ.get("EDGEDIGITS_RANDOM_PICTURES", "24"))
FITS = ("digit", "stretch", "crop", "pad")
DIGIT = {"height": 28, "width": 28, "channels": 1, "mode": "digit", "fill": [0, 0, 0]}
# Quick to start rather than quick in the end, as these programs are short.
JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xss4m"


@pytest.fixture(scope="module")
def kotlin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of the kit's Kotlin that needs no Android, and `trial.kt`, as a program."""
    return compiled(tmp_path_factory.mktemp("kotlin"), android.sources())


def compiled(folder: Path, sources: dict[str, bytes]) -> Path:
    sources = {**sources, "trial.kt": Path(__file__).with_name("trial.kt").read_bytes()}
    del sources["LiteRtModel.kt"]
    for name, content in sources.items():
        (folder / name).write_bytes(content)
    done = subprocess.run(
        ["kotlinc", *sources, "-include-runtime", "-d", "trial.jar"],
        cwd=folder,
        env={**os.environ, "JAVA_OPTS": JAVA},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "warning: " not in done.stderr.replace("OpenJDK 64-Bit Server VM warning: ", "")
    return folder / "trial.jar"


def said(program: Path, *words: str | Path, sent: bytes = b"") -> list[str]:
    command = ["java", *JAVA.split(), "-cp", program, "edgedigits.TrialKt", *words]
    done = subprocess.run(command, input=sent, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


def by_kotlin(program: Path, tasks: Sequence[Task]) -> list[str | None]:
    sent = b"".join(
        b"\1"
        + np.array(
            [
                *(rgba.shape[1], rgba.shape[0], FITS.index(wanted["mode"])),
                *(wanted["height"], wanted["width"], wanted["channels"], *wanted["fill"]),
            ],
            ">i4",
        ).tobytes()
        + np.ascontiguousarray(rgba[..., [3, 0, 1, 2]]).tobytes()
        for rgba, wanted in tasks
    )
    return [None if line == "none" else line for line in said(program, "prepare", sent=sent)]


def digit_by_python(rgba: RGBA) -> str | None:
    try:
        return picture.prepare(rgba).tobytes().hex()
    except picture.NoInk:
        return None


def compare_digits(program: Path, pictures: Sequence[RGBA]) -> list[str | None]:
    found = by_kotlin(program, [(rgba, DIGIT) for rgba in pictures])
    expected = [digit_by_python(rgba) for rgba in pictures]
    for n, (theirs, ours) in enumerate(zip(found, expected, strict=True)):
        assert theirs == ours, f"picture {n}: {pictures[n].shape}"
    return expected


def opaque(pixels: NDArray[np.uint8]) -> RGBA:
    if pixels.shape[2] == 4:
        return pixels
    rgba: RGBA = np.full((*pixels.shape[:2], 4), 255, np.uint8)
    rgba[..., :3] = pixels
    return rgba


def test_golden_digits_give_the_golden_bytes(kotlin: Path) -> None:
    pictures = [picture.read(GOLDEN / f"{name}.png") for name in ANSWERS]
    assert by_kotlin(kotlin, [(rgba, DIGIT) for rgba in pictures]) == list(ANSWERS.values())


@pytest.mark.parametrize("draw", [random_picture, hostile_picture])
def test_random_digits_give_identical_bytes(
    kotlin: Path, draw: Callable[[np.random.Generator], NDArray[np.uint8]]
) -> None:
    answers: list[str | None] = []
    for first in range(0, MANY, 250):
        numbers = range(first, min(MANY, first + 250))
        drawn = [opaque(draw(np.random.default_rng([12, n]))) for n in numbers]
        answers += compare_digits(kotlin, drawn)
    blanks = sum(each is None for each in answers)
    assert 0 < blanks < len(answers) * 3 / 4  # both kinds of answer were compared


def test_extreme_sizes_give_identical_bytes(kotlin: Path) -> None:
    pictures = [specks_far_apart()]
    for height, width in ((1, 1), (1, 2000), (2000, 1), (2, 2), (1500, 2000)):
        rgba = np.full((height, width, 4), 255, np.uint8)
        rgba[height // 3 : height // 2 + 1, width // 4 : width // 2 + 1, :3] = 10
        pictures.append(rgba)
    compare_digits(kotlin, pictures)


def test_golden_photos_are_framed_as_they_shall_be(kotlin: Path) -> None:
    tasks, framed = framing.golden_tasks()
    assert by_kotlin(kotlin, tasks) == framed


def test_random_photos_are_framed_to_identical_bytes(kotlin: Path) -> None:
    for first in range(0, MANY, 250):
        numbers = range(first, min(MANY, first + 250))
        tasks = [random_task(np.random.default_rng([13, n]), list(Mode)[n % 3]) for n in numbers]
        assert by_kotlin(kotlin, tasks) == framing.by_python(tasks)


def table(kit: Path, home: Path, scheme: str) -> Path:
    """What LiteRT answers to all that a kit's self-test gives the model."""
    from ai_edge_litert.interpreter import Interpreter

    opened = bundle.read(home)
    artifact = opened.artifact(f"tflite-{scheme}")
    model = Interpreter(str(kit / "assets/edgedigits/model.tflite"))
    model.allocate_tensors()
    (taken,), (given,) = model.get_input_details(), model.get_output_details()
    lines = []
    for line in (kit / "assets/edgedigits/golden.txt").read_text().splitlines():
        words = line.split()
        pixels = np.frombuffer(bytes.fromhex(words[{"photo": 4, "picture": 1}[words[0]]]), np.uint8)
        images = pixels.reshape(1, *artifact.pixels.form.shape)
        stored = quantization.stored(images, artifact.pixels, artifact.input)
        stored = quantization.as_taken(stored, artifact.input).reshape(taken["shape"])
        model.set_tensor(taken["index"], stored)
        model.invoke()
        answer = model.get_tensor(given["index"])
        lines.append(f"{stored.tobytes().hex()} {answer.tobytes().hex()}")
    (kit / "table.txt").write_text("\n".join(lines))
    return kit / "table.txt"


@pytest.mark.parametrize("scheme", ["int8", "float32"])
def test_its_self_test_passes_with_the_answers_of_litert(
    kotlin: Path, full_bundle: Path, tmp_path: Path, scheme: str
) -> None:
    kit = tmp_path / "kit"
    kits.write(bundle.read(full_bundle), "android", kit, scheme)
    answers = table(kit, full_bundle, scheme)
    assert said(kotlin, "selftest", kit / "assets/edgedigits", answers) == ["all is well"]


def test_photos_in_colour_pass_it_too(kotlin: Path, colour_bundle: Path, tmp_path: Path) -> None:
    kit = tmp_path / "kit"
    kits.write(bundle.read(colour_bundle), "android", kit, "int8")
    answers = table(kit, colour_bundle, "int8")
    assert said(kotlin, "selftest", kit / "assets/edgedigits", answers) == ["all is well"]


def test_answers_are_rejected_as_by_edgedigits(
    kotlin: Path, full_bundle: Path, tmp_path: Path
) -> None:
    rows = kit_rules.answers(10)
    opened, _ = kit_rules.ruled(bundle.read(full_bundle), rows[:-3])
    kits.write(opened, "android", tmp_path / "kit", "int8")
    contract = tmp_path / "kit/assets/edgedigits/contract.txt"
    sent = "\n".join(" ".join(f"{p:.9g}".replace("nan", "NaN") for p in row) for row in rows)
    found = said(kotlin, "rejects", contract, sent=sent.encode())
    assert found == kit_rules.by(opened, rows)


def test_what_is_wrong_fails_its_self_test(kotlin: Path, full_bundle: Path, tmp_path: Path) -> None:
    kit = tmp_path / "kit"
    kits.write(bundle.read(full_bundle), "android", kit, "int8")
    answers = table(kit, full_bundle, "int8")
    file = kit / "assets/edgedigits/golden.txt"
    lines = file.read_text().splitlines()
    photos = [line for line in lines if line.startswith("photo")]
    words = [line.split() for line in lines if line.startswith("picture")]
    turned = [" ".join([*each[:2], *each[3:], each[2]]) for each in words]
    # The answers of a model whose classes are in another order.
    file.write_text("\n".join([*photos, *turned]))
    asked = ("selftest", kit / "assets/edgedigits", answers)
    assert said(kotlin, *asked) == ["a golden picture is answered otherwise"]
    # What another preparation would have made of the photos.
    pieces = [line.split() for line in photos]
    other = [" ".join([*each[:4], pieces[n - 1][4]]) for n, each in enumerate(pieces)]
    file.write_text("\n".join(other))
    assert "a photo is prepared otherwise" in said(kotlin, *asked)
