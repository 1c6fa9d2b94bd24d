"""Sources in C: clean under strict compilers and sanitizers, always the same, as small as told."""

from __future__ import annotations

import itertools
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import c_models
import compiled_c
import numpy as np
import pytest
from compiled_c import needs_compiler
from small_models import conversion, convolutional, read, save, signature, weights

from converters.base import Conversion
from converters.c import c, fixed_point, graph, kernels, memory, operations
from converters.c.step import Step
from converters.errors import ConversionError
from converters.tflite import tflite

PASSES = ["8 golden pictures are answered byte for byte"]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Conversion:
    folder = tmp_path_factory.mktemp("c-source")
    module = weights(seed=17)
    saved = save(folder / "saved", signature(convolutional, module=module), module=module)
    found = conversion(read(saved), ["int8"], folder / "c")
    list(c.convert(found))
    return found


def self_test(place: Path, made: Path, *flags: str) -> list[str]:
    """What the self-test of the sources in `place` says, compiled into `made`."""
    names = ("main.c", "model.c", "model.h", "golden.h")
    texts = {name: (place / name).read_text("utf-8") for name in names}
    made.mkdir()
    return compiled_c.lines_of(compiled_c.compiled(made, texts, *flags), b"")


@needs_compiler
@pytest.mark.parametrize("flags", [("-O0",), ("-O2",), ("-Os",), ("-O3",), compiled_c.SANITIZED])
def test_the_self_test_passes_without_a_warning_at_any_optimization(
    asked: Conversion, flags: tuple[str, ...], tmp_path: Path
) -> None:
    assert self_test(asked.directory / "int8", tmp_path / "made", *flags) == PASSES


@needs_compiler
def test_every_kernel_is_clean_under_sanitizers(tmp_path: Path) -> None:
    from test_c_answers import excited, inverted_residuals

    used = set()
    for build in (inverted_residuals, excited):
        model = c_models.perturbed(build)
        values = c_models.noise(40, model.input_shape[1:]).astype(np.float32)
        place = tmp_path / build.__name__
        c_models.converted(model, place, values, logits=False)
        assert self_test(place / "int8", place / "made", *compiled_c.SANITIZED) == PASSES
        text = (place / "int8" / "model.c").read_text()
        used |= {name for name in kernels.NEEDS if kernels.source([name]).split("\n\n")[0] in text}
    assert used == set(kernels.NEEDS)


def test_the_same_model_gives_the_same_bytes(asked: Conversion, tmp_path: Path) -> None:
    list(c.convert(replace(asked, directory=tmp_path)))
    for name in c_models.FILES:
        assert (tmp_path / "int8" / name).read_bytes() == (
            asked.directory / "int8" / name
        ).read_bytes()


@needs_compiler
def test_sizes_are_as_told(asked: Conversion, tmp_path: Path) -> None:
    place = asked.directory / "int8"
    model = str(tmp_path / "model.o")
    # Code that may lie anywhere has its pointers filled in when it is loaded.
    subprocess.run(
        [*compiled_c.compiler(), "-Os", "-fno-pic", "-c", "-o", model, str(place / "model.c")],
        check=True,
    )
    found = subprocess.run(["size", model], capture_output=True, text=True, check=True)
    flash, data, ram = map(int, found.stdout.splitlines()[1].split()[:3])
    readme = (place / "README.md").read_text()
    tables = re.search(r"([\d,]+) bytes of tables", readme)
    arena = re.search(r"([\d,]+) bytes, static", readme)
    assert tables is not None
    assert arena is not None
    assert (data, ram) == (0, int(arena[1].replace(",", "")))
    assert 0 < flash - int(tables[1].replace(",", "")) < 6_000


def test_an_operation_that_c_lacks_is_named(tmp_path: Path) -> None:
    import tensorflow as tf

    def odd(module: Any, picture: Any) -> Any:
        return convolutional(module, tf.abs(picture - 3.0))

    lost: dict[str, ConversionError] = {}
    saved = save(tmp_path / "saved", signature(odd))
    asked = conversion(read(saved), ["int8"], tmp_path / "c")
    assert list(c.convert(replace(asked, on_lost=lost.__setitem__))) == []
    assert re.match("C cannot express (ABS|SUB) yet", lost["int8"].message)
    with pytest.raises(ConversionError, match="C cannot express"):
        list(c.convert(asked))


def test_nothing_that_is_needed_at_once_overlaps(asked: Conversion) -> None:
    content = tflite.converted_bytes(asked, "int8")
    found = graph.read(content)
    steps = operations.steps(found)
    sizes = {each.output.index: each.output.size for each in found.operations}
    sizes[found.input.index] = found.input.size
    plan = memory.plan(steps, sizes, found.input.index, found.output.index)
    for place, step in enumerate(steps):
        alive = {
            index
            for index in plan.tensors
            if any(index == each.output for each in steps[: place + 1])
            and any(index in each.inputs for each in steps[place:])
        }
        spans = sorted((plan.tensors[each], plan.tensors[each] + sizes[each]) for each in alive)
        if step.output in plan.tensors and not step.alias:
            start = plan.tensors[step.output]
            spans.append((start, start + sizes[step.output]))
        if place in plan.scratch:
            spans.append((plan.scratch[place], plan.scratch[place] + step.scratch))
        distinct = sorted(set(spans))
        assert all(one[1] <= two[0] for one, two in itertools.pairwise(distinct))
        assert all(end <= plan.size for _, end in spans)


def test_a_place_is_used_again() -> None:
    chain = [Step("", (), (), (), (place,), place + 1) for place in range(6)]
    sizes = {0: 50, 1: 100, 2: 80, 3: 60, 4: 40, 5: 10, 6: 10}
    plan = memory.plan(chain, sizes, 0, 6)
    assert plan.size == 180
    assert set(plan.tensors) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("real", [1e-9, 0.0003, 0.25, 0.4999999, 0.5, 1.0, 3.7])
def test_a_factor_is_within_half_a_bit(real: float) -> None:
    by = fixed_point.factor(real)
    assert 1 << 30 <= by.multiplier < 1 << 31
    assert by.multiplier * 2.0 ** (by.shift - 31) == pytest.approx(real, rel=2**-31)
