"""The C sources frame photos to the very bytes that Python does.

They compare a few hundred random pictures for each mode. For 5,000 each:

    EDGEDIGITS_RANDOM_PICTURES=5000 pytest tests/picture/test_frame_in_c.py
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from compiled_c import SANITIZED, compiled, lines_of
from framing import MANY, by_python, compare_random, golden_tasks
from random_pictures import RGBA, Task, random_task

from edgedigits.picture.c_source import c_source
from edgedigits.picture.form import Form
from edgedigits.picture.frame import Mode

FORM = Form(96, 96, 3, "crop")
MODES = list(Mode)
# Reads the photo's width, height and channels, mode, fill, the framed picture's width, height and
# channels, and the pixels. Everything is as large as it has to be and no larger.
MAIN = r"""
#include "picture.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void) {
    uint32_t head[10];
    while (fread(head, 4, 10, stdin) == 10) {
        const size_t size = (size_t)head[0] * head[1] * head[2];
        const size_t bytes = (size_t)head[7] * head[8] * head[9];
        const uint8_t fill[3] = {(uint8_t)head[4], (uint8_t)head[5], (uint8_t)head[6]};
        uint8_t *pixels = malloc(size), *framed = malloc(bytes);
        if (!pixels || !framed || fread(pixels, 1, size, stdin) != size) return 1;
        const picture_photo photo = {pixels, head[0], head[1], head[2]};
        memset(framed, 0xa5, bytes);
        printf("%d ", picture_frame(&photo, (int)head[3], fill, head[7], head[8], head[9], framed));
        for (size_t n = 0; n < bytes; n++) printf("%02x", framed[n]);
        printf("\n");
        free(pixels);
        free(framed);
    }
    return 0;
}
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("c"), {**c_source(FORM), "main.c": MAIN})


def sent(task: Task, given: int) -> bytes:
    """A task whose photo has its first `given` channels."""
    rgba, wanted = task
    head = [rgba.shape[1], rgba.shape[0], given, MODES.index(Mode(wanted["mode"]))]
    head += [*wanted.get("fill", (0, 0, 0)), wanted["width"], wanted["height"]]
    head += [wanted.get("channels", 3)]
    return np.array(head, "=u4").tobytes() + rgba[..., :given].tobytes()


def by_c(program: Path, tasks: Sequence[Task], given: int = 4) -> list[str]:
    lines = lines_of(program, b"".join(sent(task, given) for task in tasks))
    assert all(line.startswith("0 ") for line in lines)
    return [line[2:] for line in lines]


def test_golden_pictures_give_the_golden_bytes(program: Path) -> None:
    tasks, framed = golden_tasks()
    assert by_c(program, tasks) == framed


@pytest.mark.parametrize("mode", Mode)
def test_random_pictures_give_identical_bytes(program: Path, mode: Mode) -> None:
    compare_random(lambda tasks: by_c(program, tasks), mode)


@pytest.mark.parametrize("given", [1, 3])
def test_grey_levels_and_colours_need_no_alpha(program: Path, given: int) -> None:
    rngs = [np.random.default_rng([12, n]) for n in range(60)]
    tasks = [random_task(rng, mode) for rng in rngs for mode in Mode]
    assert by_c(program, tasks, given) == by_python(tasks, given)


def test_large_and_extreme_pictures_give_identical_bytes(program: Path) -> None:
    def noise(height: int, width: int) -> RGBA:
        rng = np.random.default_rng(8)
        return rng.integers(200, 256, (height, width, 4)).astype(np.uint8)

    shapes = [(1, 60_000), (60_000, 1), (3, 9_000), (700, 800), (2, 2)]
    pictures = [noise(*shape) for shape in shapes]
    tasks: list[Task] = [
        (rgba, {"height": height, "width": width, "mode": mode.value})
        for rgba in pictures
        for height, width in ((50, 60), (1, 2))
        for mode in Mode
    ]
    tasks += [(noise(4096, 4352), {"height": 40, "width": 40, "mode": "crop"})]
    tasks += [(pictures[4], {"height": 2, "width": 32767, "mode": mode.value}) for mode in Mode]
    assert by_c(program, tasks) == by_python(tasks)


def test_sanitizers_are_silent(tmp_path: Path) -> None:
    checked = compiled(tmp_path, {**c_source(FORM), "main.c": MAIN}, *SANITIZED)
    tasks, framed = golden_tasks()
    assert by_c(checked, tasks) == framed
    for first in range(0, 5 * MANY, 1000):
        rngs = [np.random.default_rng([13, n]) for n in range(first, first + 1000)]
        by_c(checked, [random_task(rng, mode) for rng in rngs for mode in Mode])


def test_what_cannot_be_framed_is_refused(program: Path) -> None:
    good = [2, 2, 1, 0, 0, 0, 0, 3, 3, 1]
    wrong = [
        (0, 0, "2"),
        (1, 0, "2"),
        (2, 2, "2"),
        (3, 3, "4"),
        (7, 0, "2"),
        (7, 32768, "2"),
        (8, 0, "2"),
        (9, 4, "2"),
    ]
    for place, value, code in wrong:
        head = [*good[:place], value, *good[place + 1 :]]
        pixels = bytes(head[0] * head[1] * head[2])
        (line,) = lines_of(program, np.array(head, "=u4").tobytes() + pixels)
        assert line == f"{code} " + "a5" * (head[7] * head[8] * head[9])


@pytest.mark.parametrize(
    "change",
    [
        ("total / 2", "(total + 1) / 2"),
        ("sum += total / 2;", ""),
        ("+ 127", "+ 128"),
        ("(2 * n + 1) * length", "2 * n * length + cells"),
        ("+ 500) / 1000", "+ 499) / 1000"),
        ("+ by_shape / 2", ""),
        ("(width - box.width) / 2", "(width - box.width + 1) / 2"),
    ],
    ids=lambda change: change[1] or "nothing",
)
def test_a_changed_rounding_is_noticed(tmp_path: Path, change: tuple[str, str]) -> None:
    texts = c_source(FORM)
    assert change[0] in texts["picture.c"]
    texts["picture.c"] = texts["picture.c"].replace(*change)
    tasks, framed = golden_tasks()
    changed = compiled(tmp_path, {**texts, "main.c": MAIN}, "-O0")
    assert by_c(changed, tasks) != framed
