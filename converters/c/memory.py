"""Where the numbers between operations lie: places overlap where they are not needed at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from converters.c.graph import Graph
from converters.c.step import Place, Step


@dataclass(frozen=True)
class Plan:
    """Where each tensor and each step's own memory begins, in numbers from the arena's start.

    Attributes:
        tensors: by number; those that share a place with what they reshape, too.
        scratch: by the place of its step.
        size: of the whole arena.
        pixels: tensors that are the caller's; others outside of the arena are the answer.
    """

    tensors: Mapping[int, int]
    scratch: Mapping[int, int]
    size: int
    pixels: frozenset[int]

    def region(self, at: int, step: Step, place: Place) -> tuple[str, int]:
        """Where a place of a step lies, which is the one number `at`: in the "arena", the "pixels"
        or the "answer", and how many numbers from its start."""
        if place.role == "scratch":
            return "arena", self.scratch.get(at, 0)
        index = step.inputs[place.number] if place.role == "input" else step.output
        if index in self.tensors:
            return "arena", self.tensors[index]
        return "pixels" if index in self.pixels else "answer", 0


@dataclass
class _Block:
    key: tuple[str, int]
    size: int
    first: int
    last: int
    start: int = 0


def planned(graph: Graph, steps: Sequence[Step]) -> Plan:
    """The plan of a graph's steps."""
    tensors = [*(each.output for each in graph.operations)]
    tensors += [t for each in graph.operations for t in each.inputs if t is not None]
    sizes = {tensor.index: tensor.size for tensor in tensors}
    return plan(steps, sizes, graph.input.index, graph.output.index)


def plan(steps: Sequence[Step], sizes: Mapping[int, int], pixels: int, answer: int) -> Plan:
    """Place every tensor but the caller's two, the largest first, each as low as no other is that
    is needed at the same time.

    That is the greedy order by size of Pisarchyk and Lee, "Efficient Memory Management for Deep
    Neural Net Inference" (2020).
    """
    owner: dict[int, int] = {}
    for step in steps:
        owner[step.output] = (
            owner.get(step.inputs[0], step.inputs[0]) if step.alias else step.output
        )
    blocks: dict[tuple[str, int], _Block] = {}
    for place, step in enumerate(steps):
        for index in (*step.inputs, step.output):
            held = owner.get(index, index)
            key = ("tensor", held)
            block = blocks.setdefault(key, _Block(key, sizes[held], place, place))
            block.last = place
        if step.scratch:
            key = ("scratch", place)
            blocks[key] = _Block(key, step.scratch, place, place)
    placed: list[_Block] = []
    outside = {("tensor", owner.get(index, index)) for index in (pixels, answer)}
    for block in sorted(blocks.values(), key=lambda each: (-each.size, each.first)):
        if block.key in outside:
            continue
        for other in sorted(placed, key=lambda each: each.start):
            apart = other.last < block.first or block.last < other.first
            if not apart and block.start < other.start + other.size:
                if block.start + block.size <= other.start:
                    break
                block.start = other.start + other.size
        placed.append(block)
    starts = {block.key: block.start for block in placed}
    tensors = {index: starts.get(("tensor", held)) for index, held in owner.items()}
    return Plan(
        {index: start for index, start in tensors.items() if start is not None},
        {place: start for (kind, place), start in starts.items() if kind == "scratch"},
        max((block.start + block.size for block in placed), default=0),
        frozenset({pixels, *(index for index, held in owner.items() if held == pixels)}),
    )
