"""The C sources prepare pictures of one digit to the very bytes that Python does.

They compare a few hundred random pictures. For 5,000, and 100,000 hostile ones with sanitizers:

    EDGEDIGITS_RANDOM_PICTURES=5000 pytest tests/picture/test_digit_in_c.py
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from compiled_c import SANITIZED, compiled, lines_of
from numpy.typing import NDArray
from random_pictures import hostile_picture, random_picture, specks_far_apart

from edgedigits.picture import picture
from edgedigits.picture.c_source import c_source
from edgedigits.picture.form import DIGIT

Pixels = NDArray[np.uint8]
GOLDEN = Path(__file__).parents[1] / "golden" / "pictures"
ANSWERS: dict[str, str | None] = json.loads((GOLDEN / "prepared.json").read_text())
PAGE = Path(__file__).parents[2] / "docs" / "picture.md"
MANY = int(os.environ.get("EDGEDIGITS_RANDOM_PICTURES", "200"))
NO_INK, WRONG_SHAPE, WORK_TOO_SMALL = "1", "2", "3"
UNTOUCHED = "a5" * 784
# Reads width, height, channels, how many bytes of work are missing, and the pixels. Everything is
# as large as it has to be and no larger, and the work lies askew.
MAIN = r"""
#include "picture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
    uint32_t head[4], shift = 0;
    while (fread(head, 4, 4, stdin) == 4) {
        const size_t size = (size_t)head[0] * head[1] * head[2];
        const size_t bytes = PICTURE_DIGIT_WORK_BYTES(head[0], head[1]) - head[3];
        uint8_t *pixels = malloc(size), *work = malloc(bytes + shift), *digit = malloc(784);
        if (!pixels || !work || !digit || fread(pixels, 1, size, stdin) != size) return 1;
        memset(digit, 0xa5, 784);
        memset(work, 0x5a, bytes + shift);
        printf("%d ", picture_digit(pixels, head[0], head[1], head[2], work + shift, bytes, digit));
        for (int n = 0; n < 784; n++) printf("%02x", digit[n]);
        printf("\n");
        free(pixels);
        free(work);
        free(digit);
        shift = (shift + 1) % 4;
    }
    return 0;
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("c"), {**c_source(DIGIT), "main.c": MAIN})


def sent(pixels: Pixels, missing: int = 0) -> bytes:
    height, width, channels = pixels.shape
    return np.array([width, height, channels, missing], "=u4").tobytes() + pixels.tobytes()


def by_c(program: Path, pictures: Iterable[Pixels]) -> list[str | None]:
    answers: list[str | None] = []
    for line in lines_of(program, b"".join(map(sent, pictures))):
        code, digit = line.split()
        assert code in ("0", NO_INK)
        assert (digit == UNTOUCHED) == (code == NO_INK)
        answers.append(digit if code == "0" else None)
    return answers


def by_python(pixels: Pixels) -> str | None:
    if pixels.shape[2] < 4:
        opaque = np.full((*pixels.shape[:2], 4), 255, np.uint8)
        opaque[..., :3] = pixels
        pixels = opaque
    try:
        return picture.prepare(pixels).tobytes().hex()
    except picture.NoInk:
        return None


def compare(
    program: Path, draw: Callable[[np.random.Generator], Pixels], seed: int, count: int
) -> list[str | None]:
    """Let both languages answer `count` pictures, some at a time; the answers they agree on."""
    answers: list[str | None] = []
    for first in range(0, count, 200):
        rngs = [np.random.default_rng([seed, n]) for n in range(first, min(count, first + 200))]
        pictures = [draw(rng) for rng in rngs]
        expected = [by_python(pixels) for pixels in pictures]
        for n, (ours, theirs) in enumerate(zip(by_c(program, pictures), expected, strict=True)):
            assert ours == theirs, f"picture {first + n} of seed {seed}: {pictures[n].shape}"
        answers += expected
    return answers


def golden_pictures() -> list[Pixels]:
    return [picture.read(GOLDEN / f"{name}.png") for name in ANSWERS]


def test_golden_pictures_give_the_golden_bytes(program: Path) -> None:
    assert by_c(program, golden_pictures()) == list(ANSWERS.values())


def test_random_pictures_give_identical_bytes(program: Path) -> None:
    answers = compare(program, random_picture, 5, MANY)
    blanks = sum(each is None for each in answers)
    assert 10 < blanks < len(answers) * 3 / 4  # both kinds of answer were compared


@pytest.mark.parametrize("channels", [1, 3])
def test_grey_levels_and_colours_need_no_alpha(program: Path, channels: int) -> None:
    def draw(rng: np.random.Generator) -> Pixels:
        return np.ascontiguousarray(random_picture(rng)[..., :channels])

    compare(program, draw, 9, MANY // 4)


def test_hostile_pictures_give_identical_bytes(program: Path) -> None:
    answers = compare(program, hostile_picture, 10, MANY)
    assert sum(each is not None for each in answers) > len(answers) / 4


def test_extreme_sizes_give_identical_bytes(program: Path) -> None:
    sizes = [
        (1, 1),
        (1, 2000),
        (2000, 1),
        (2, 2),
        (1500, 2000),
        (19, 20),
        (1, 300_000),
        (300_000, 1),
    ]
    pictures: list[Pixels] = [specks_far_apart()]
    for height, width in sizes:
        grey = np.full((height, width, 1), 255, np.uint8)
        grey[height // 3 : height // 2 + 1, width // 4 : width // 2 + 1] = 10
        pictures.append(grey)
    # As many pieces as a row can belong to, and many that join.
    dots = np.zeros((1024, 1023, 1), np.uint8)
    dots[::2, ::2] = np.random.default_rng(0).integers(0, 2, (512, 512, 1)) * 255
    pictures += [dots, np.maximum(dots, np.roll(dots, 1, axis=(0, 1)))]
    assert by_c(program, pictures) == [by_python(pixels) for pixels in pictures]


def test_sanitizers_are_silent(tmp_path: Path) -> None:
    checked = compiled(tmp_path, {**c_source(DIGIT), "main.c": MAIN}, *SANITIZED)
    assert by_c(checked, golden_pictures()) == list(ANSWERS.values())
    for first in range(0, 20 * MANY, 1000):
        last = min(20 * MANY, first + 1000)
        rngs = [np.random.default_rng([11, n]) for n in range(first, last)]
        by_c(checked, [hostile_picture(rng) for rng in rngs])


def test_a_work_area_that_is_told_too_small_is_caught(tmp_path: Path) -> None:
    texts = c_source(DIGIT)
    texts["picture.h"] = texts["picture.h"].replace("3 * (size_t)(w) +", "2 * (size_t)(w) +")
    checked = compiled(tmp_path, {**texts, "main.c": MAIN}, *SANITIZED)
    with pytest.raises(AssertionError, match="heap-buffer-overflow"):
        by_c(checked, golden_pictures())


def test_what_is_no_picture_and_too_little_work_are_refused(program: Path) -> None:
    grey = golden_pictures()[0][..., :1]
    wrong = [
        (np.array([*head, 0], "=u4").tobytes() + bytes(head[0] * head[1] * head[2]))
        for head in ((0, 5, 1), (5, 0, 1), (5, 5, 2), (5, 5, 0), (5, 5, 5))
    ]
    lines = lines_of(program, b"".join([*wrong, sent(grey, 1), sent(grey)]))
    codes = [WRONG_SHAPE] * len(wrong) + [WORK_TOO_SMALL]
    assert lines[:-1] == [f"{code} {UNTOUCHED}" for code in codes]
    assert lines[-1].startswith("0 ")


def test_more_pixels_than_python_takes_are_refused(tmp_path: Path) -> None:
    main = """
#include "picture.h"
static uint8_t work[PICTURE_DIGIT_WORK_BYTES(4096, 4096)], digit[PICTURE_DIGIT_BYTES];
static int refuses(uint32_t width, uint32_t height) {
    return picture_digit(digit, width, height, 1, work, sizeof work, digit) == PICTURE_WRONG_SHAPE;
}
int main(void) { return !refuses(40000001, 1) || !refuses(65536, 65536); }
"""
    assert lines_of(compiled(tmp_path, {**c_source(DIGIT), "main.c": main}), b"") == []


def test_the_bytes_of_work_are_those_that_are_told(tmp_path: Path) -> None:
    told = {
        (width, height, size.replace(",", ""))
        for text in (c_source(DIGIT)["picture.h"], PAGE.read_text("utf-8"))
        for size, width, height in re.findall(r"([\d,]+) for[\s*]+(\d+)x(\d+)", text)
    }
    assert len(told) == 5
    checks = "".join(
        f"extern char is_told[PICTURE_DIGIT_WORK_BYTES({width}, {height}) == {size} ? 1 : -1];\n"
        for width, height, size in told
    )
    main = f'#include "picture.h"\n{checks}int main(void) {{ return 0; }}\n'
    compiled(tmp_path, {**c_source(DIGIT), "main.c": main})


def test_variances_are_those_of_doubles(tmp_path: Path) -> None:
    main = r"""
#include "picture.inc"
#include <stdio.h>
int main(void) {
    uint32_t read[3];
    while (fread(read, 4, 3, stdin) == 3) {
        const Real real = product(quotient(read[0], read[1]), quotient(read[0], read[2]));
        printf("%lld %d\n", (long long)real.mantissa, real.exponent);
    }
    return 0;
}
"""
    texts = c_source(DIGIT)
    texts["picture.inc"] = texts.pop("picture.c")
    texts["main.c"] = main
    rng = np.random.default_rng(1)
    cases = rng.integers(1, [1 << 30, 4096, 4096], (20_000, 3)) >> rng.integers(0, 12, (20_000, 3))
    cases = np.maximum(cases, 1).astype("=u4")
    lines = lines_of(compiled(tmp_path, texts), cases.tobytes())
    for (a, b, c), line in zip(cases.tolist(), lines, strict=True):
        mantissa, exponent = map(int, line.split())
        assert math.ldexp(mantissa, exponent) == (a / b) * (a / c)


@pytest.fixture(scope="module")
def sample(program: Path) -> tuple[list[Pixels], list[str | None]]:
    pictures = [random_picture(np.random.default_rng([5, n])) for n in range(150)]
    return pictures, by_c(program, pictures)


@pytest.mark.parametrize(
    "change",
    [
        ("+ 500) / 1000", "+ 499) / 1000"),
        ("+ count / 2) / count", ") / count"),
        ("2 * n + 1 - (int32_t)count", "2 * n - (int32_t)count"),
        ("+ 2 * side * side", "+ 2 * side * side - 1"),
        ("255 + span / 2", "255 + span"),
        ("- 1 - count / 100", "- 1"),
        ("area / 2", "area"),
        ("+ longer / 2) / longer", ") / longer"),
        ("(2 * y + 1) * level", "2 * y * level"),
        ("/ 40 + 1", "/ 40"),
        ("CLEAR = 77", "CLEAR = 79"),
        ("? 1 : 4", "? 1 : 1"),
        ("follow(p, x, y, -1)", "(void)p"),
    ],
    ids=lambda change: change[1],
)
def test_a_changed_constant_is_noticed(
    sample: tuple[list[Pixels], list[str | None]], tmp_path: Path, change: tuple[str, str]
) -> None:
    texts = c_source(DIGIT)
    assert change[0] in texts["picture.c"]
    texts["picture.c"] = texts["picture.c"].replace(*change)
    changed = compiled(tmp_path, {**texts, "main.c": MAIN}, "-O0")
    pictures, answers = sample
    assert by_c(changed, pictures) != answers
