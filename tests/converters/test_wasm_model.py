"""Modules of WebAssembly are written by the book, from kernels that are those of target c."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from converters.base import Tensor
from converters.c.graph import Graph, GraphOperation, GraphTensor
from converters.c.step import Field, Structure, table
from converters.errors import ConversionError
from converters.wasm import binary, kernels, layout, model
from converters.wasm.binary import Section

TOOL = Path(__file__).parents[2] / "tools" / "wasm_kernels.py"
PIXELS, ANSWER = (Tensor(name, "uint8", (1, 4), 1.0, 0) for name in ("pixels", "answer"))
INPUT, OUTPUT = (GraphTensor(place, "uint8", (1, 4), (1.0,), (0,), None) for place in (0, 1))


def compiler() -> str | None:
    try:
        return f"ziglang {importlib.metadata.version('ziglang')}"
    except importlib.metadata.PackageNotFoundError:
        return None


def graph_of(name: str) -> Graph:
    return Graph(INPUT, OUTPUT, (GraphOperation(name, (INPUT,), OUTPUT, None),))


def test_the_vendored_kernels_are_those_of_the_sources() -> None:
    hint = "the kernels have changed: run python tools/wasm_kernels.py"
    assert kernels.vendored().sources == kernels.digest(), hint
    assert list(kernels.vendored().functions) == kernels.names()


def test_changed_sources_have_another_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = kernels.source().replace("1 << 30", "1 << 29")
    monkeypatch.setattr(kernels, "source", lambda: changed)
    assert kernels.vendored().sources != kernels.digest()


@pytest.mark.skipif(
    compiler() != kernels.vendored().compiler, reason=f"needs {kernels.vendored().compiler}"
)
def test_compiling_them_again_gives_the_same_bytes() -> None:
    done = subprocess.run([sys.executable, TOOL, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("value", [0, 1, 63, 64, 127, 128, 624_485, (1 << 31) - 1])
def test_numbers_have_as_many_bytes_as_they_need(value: int) -> None:
    assert binary.read_unsigned(binary.unsigned(value), 0)[0] == value
    for number in (value, -value):
        found = binary.signed(number)
        bits = 7 * len(found)
        assert int(sum((byte & 0x7F) << 7 * at for at, byte in enumerate(found))) == (
            number % (1 << bits)
        )
        assert -(1 << (bits - 1)) <= number < 1 << (bits - 1)
        assert len(found) == 1 or not -(1 << (bits - 8)) <= number < 1 << (bits - 8)


def test_structures_are_laid_out_as_a_compiler_does() -> None:
    forms = layout.forms(kernels.source())
    # Eleven numbers, and one byte that is filled up to four.
    assert (forms["window"].size, forms["window"].alignment) == (48, 4)
    members = {each.name: each for each in forms["depthwise"].members}
    assert (members["dense"].offset, forms["depthwise"].size) == (48, 84)
    assert forms["rearrange"].size == 14 * 4
    wide = layout.forms("struct wide {\n    int8_t first;\n    const int64_t *far, near;\n};\n")
    assert [each.offset for each in wide["wide"].members] == [0, 4, 8]
    assert wide["wide"].size == 16


def test_a_structure_becomes_bytes_by_the_names_of_its_members() -> None:
    forms = layout.forms(kernels.source())
    weights = table("int8_t", "weights", [1, 2])
    fields: dict[str, Field] = {
        "window": {"zero": -3, "width": 7},
        "dense": {"weights": weights, "low": -128},
    }
    found = layout.packed(Structure("convolution", "layer", fields), forms, lambda _: 5000)
    numbers = np.frombuffer(found, "<i4")
    assert numbers[1] == 7
    assert found[44:48] == b"\xfd\0\0\0"
    assert (numbers[12], numbers[12 + 7]) == (5000, -128)
    with pytest.raises(KeyError, match="no_member"):
        layout.packed(Structure("mean", "layer", {"no_member": 1}), forms, lambda _: 0)


def test_what_a_model_does_not_call_is_left_out() -> None:
    written = model.write(graph_of("QUANTIZE"), PIXELS, ANSWER)
    assert written.kernels == ("lookup",)
    assert len(written.content) < 1_500 < len(kernels.vendored().content)
    parts = {number: part for number, part, _ in binary.sections(written.content)}
    assert len(binary.bodies(parts[Section.CODE])[-2]) < 600
    assert model.write(graph_of("QUANTIZE"), PIXELS, ANSWER) == written


def test_an_operation_without_a_kernel_is_named() -> None:
    with pytest.raises(ConversionError, match="ABS"):
        model.write(graph_of("ABS"), PIXELS, ANSWER)
    with pytest.raises(ConversionError, match="takes int16"):
        model.write(graph_of("QUANTIZE"), Tensor("pixels", "int16", (1, 4), 1.0, 0), ANSWER)


@pytest.mark.parametrize("content", [b"", b"\0asm\2\0\0\0", binary.MAGIC + b"\1\5\0"])
def test_what_is_no_module_is_told(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"module|within a section"):
        binary.sections(content)
