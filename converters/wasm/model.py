"""`model.wasm`: the vendored kernels, a model's numbers, and a function that goes through it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from converters.base import Tensor
from converters.c import memory, operations
from converters.c.graph import ELSEWHERE, Graph
from converters.c.memory import Plan
from converters.c.step import Call, Place, Step, Structure, Table
from converters.errors import ConversionError
from converters.wasm import binary, instructions, kernels, layout
from converters.wasm.binary import Section, sized, unsigned
from converters.wasm.kernels import Kernels

DIGEST = "edgedigits"
"""The custom section at the module's end: SHA-256 of all that stands before it."""
PAGE = 65_536
ALIGNMENT = 16
_FUNCTION, _MEMORY, _GLOBAL = b"\x00", b"\x02", b"\x03"


@dataclass(frozen=True)
class Model:
    """A model as a module of WebAssembly.

    Attributes:
        content: the module.
        digest: what its last section tells, in hexadecimal.
        kernels: names of those in it.
        memory_bytes: the memory that it asks for, in whole pages of 65,536.
    """

    content: bytes
    digest: str
    kernels: tuple[str, ...]
    memory_bytes: int


def write(graph: Graph, taken: Tensor, given: Tensor) -> Model:
    """The module of a graph that takes and gives such tensors.

    It exports its `memory`, a function `answer`, and as constants where it looks for `pixels` and
    leaves `answers`, how many there are, and their scales and zero points.

    Raises:
        ConversionError: an operation has no kernel, or it takes or gives no uint8.
    """
    if (taken.dtype, given.dtype) != ("uint8", "uint8"):
        raise ConversionError(
            f"WebAssembly is written for models of uint8, and this one takes {taken.dtype} and "
            f"gives {given.dtype}",
            ELSEWHERE,
        )
    steps = operations.steps(graph)
    plan = memory.planned(graph, steps)
    vendored = kernels.vendored()
    constants = _Constants(vendored.memory_bytes)
    for step in steps:
        for each in step.data:
            constants.add(each)
    starts, end = _regions(constants.end, graph, plan)
    used = {kernel for step in steps for kernel in step.kernels}
    body = instructions.body(_calls(steps, plan, starts, constants, vendored))
    exports = {
        "pixels": starts["pixels"],
        "pixel_count": graph.input.size,
        "answers": starts["answer"],
        "class_count": graph.output.size,
        **_scaling("input", taken),
        **_scaling("output", given),
    }
    pages = -(-end // PAGE)
    content = _module(vendored, used, bytes(constants.content), body, exports, pages)
    digest = hashlib.sha256(content).digest()
    return Model(
        content + binary.custom(DIGEST, digest),
        digest.hex(),
        tuple(sorted(used)),
        pages * PAGE,
    )


class _Constants:
    """Tables and parameters, one behind the other from an address on."""

    def __init__(self, start: int) -> None:
        self._start = start
        self._forms = layout.forms(kernels.source())
        self._addresses: dict[str, int] = {}
        self.content = bytearray()

    @property
    def end(self) -> int:
        """The first address behind them."""
        return self._start + len(self.content)

    def address(self, data: Table | Structure) -> int:
        return self._addresses[data.name]

    def add(self, data: Table | Structure) -> None:
        if isinstance(data, Table):
            alignment = data.values.itemsize
            content = data.values.astype(data.values.dtype.newbyteorder("<")).tobytes()
        else:
            alignment = self._forms[data.kind].alignment
            content = layout.packed(data, self._forms, self.address)
        self.content += bytes(layout.aligned(self.end, alignment) - self.end)
        self._addresses[data.name] = self.end
        self.content += content


def _regions(start: int, graph: Graph, plan: Plan) -> tuple[dict[str, int], int]:
    """Where pixels, answer and arena begin, behind all constants, and where the last one ends."""
    sizes = {"pixels": graph.input.size, "answer": graph.output.size, "arena": plan.size}
    starts = {}
    for name, size in sizes.items():
        starts[name] = layout.aligned(start, ALIGNMENT)
        start = starts[name] + size
    return starts, start


def _calls(
    steps: Sequence[Step],
    plan: Plan,
    starts: dict[str, int],
    constants: _Constants,
    vendored: Kernels,
) -> Iterator[bytes]:
    for at, step in enumerate(steps):

        def number(each: Structure | Table | Place | int, at: int = at, step: Step = step) -> int:
            if isinstance(each, int):
                return each
            if isinstance(each, Place):
                region, start = plan.region(at, step, each)
                return starts[region] + start
            return constants.address(each)

        for call in step.calls:
            yield _call(replace(call, arguments=tuple(map(number, call.arguments))), vendored)


def _call(call: Call, vendored: Kernels) -> bytes:
    numbers = [each for each in call.arguments if isinstance(each, int)]
    if call.function == "memset":
        target, value, count = numbers
        return instructions.fill(target, value, count)
    return instructions.call(vendored.functions[call.function][0], numbers)


def _scaling(side: str, tensor: Tensor) -> dict[str, int | float]:
    return {
        f"{side}_scale": float(tensor.scale or 1.0),
        f"{side}_zero_point": tensor.zero_point or 0,
    }


def _module(
    vendored: Kernels,
    used: set[str],
    constants: bytes,
    body: bytes,
    exports: dict[str, int | float],
    pages: int,
) -> bytes:
    found = {number: part for number, part, _ in binary.sections(vendored.content)}
    needed = {function for name in used for function in vendored.functions[name]}
    bodies = [
        each if number in needed else instructions.LEFT_OUT
        for number, each in enumerate(binary.bodies(found[Section.CODE]))
    ]
    own_type, _ = binary.read_unsigned(found[Section.TYPE], 0)
    globals_before, _ = binary.read_unsigned(found.get(Section.GLOBAL, b"\0"), 0)
    named = [
        sized(b"memory") + _MEMORY + unsigned(0),
        sized(b"answer") + _FUNCTION + unsigned(len(bodies)),
    ]
    named += [
        sized(name.encode()) + _GLOBAL + unsigned(number)
        for number, name in enumerate(exports, globals_before)
    ]
    segment = b"\x00" + instructions.number(vendored.memory_bytes) + instructions.END
    more = {
        Section.TYPE: [instructions.NO_PARAMETERS],
        Section.FUNCTION: [unsigned(own_type)],
        Section.MEMORY: [b"\x01" + unsigned(pages) + unsigned(pages)],
        Section.GLOBAL: [instructions.constant(value) for value in exports.values()],
        Section.EXPORT: named,
        Section.CODE: [*bodies, body],
        Section.DATA: [segment + sized(constants)],
    }
    del found[Section.CODE]
    return binary.written(
        {number: binary.appended(found.get(number, b""), parts) for number, parts in more.items()}
    )
