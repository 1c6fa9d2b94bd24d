"""A quantized TFLite file of which some operations reckon as another file of the same network does.

What two neighbours store differently is converted in between. All else is as it was, so that a
file in int8 has some layers in int16 or float16 and the others' numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from converters.tflite import matching
from converters.tflite.matching import QUANTIZE, Graph, Pair
from converters.tflite.splicing import Splice

BYTES = frozenset({3, 9})
"""UINT8 and INT8, between which QUANTIZE converts directly."""


@dataclass(frozen=True, eq=False)
class Variant:
    """The network of a float file in another file, and each of its operations there."""

    graph: Graph
    pairs: Sequence[Pair]

    @classmethod
    def of(cls, floats: Graph, content: bytes) -> Variant:
        """The one in a file.

        Raises:
            ConversionError: it is not of the same operations as `floats`.
        """
        graph = Graph(content)
        return cls(graph, matching.match(floats, graph))


def with_takers(pairs: Sequence[Pair], names: Collection[str]) -> frozenset[str]:
    """Names of pairs, those that pool or move what they give, and those that reckon with it: what
    an operation gives is only handed on as it is if the next takes it so."""
    kept = matching.with_pooling(pairs, names)
    made = {int(index) for pair in pairs if pair.name in kept for index in pair.floats.outputs}
    takers = {pair.name for pair in pairs if made & {int(index) for index in pair.floats.inputs}}
    return frozenset(kept | takers)


def mix(
    floats: Graph, stored: Variant, others: Mapping[str, Variant], chosen: Mapping[str, str]
) -> bytes:
    """The file of `stored`, with operations as the variants in `others` have them.

    Args:
        floats: the float32 file that all variants were matched with.
        stored: what operations are without being chosen; the file takes and gives what it does.
        others: variants by name.
        chosen: for the names of some pairs, which variant each is of.
    """
    made = Splice()
    theirs = {name: {pair.name: pair for pair in variant.pairs} for name, variant in others.items()}
    (given,) = map(int, stored.graph.graph.inputs)
    made.input = made.tensor(stored.graph, given)
    values = {int(floats.graph.inputs[0]): made.input}
    for pair in stored.pairs:
        which = chosen.get(pair.name)
        graph = stored.graph if which is None else others[which].graph
        like = pair if which is None else theirs[which][pair.name]
        taken = {
            int(second): _as_taken(made, values[int(first)], graph, int(second))
            for first, second in zip(like.floats.inputs, like.quantized.inputs, strict=True)
            if int(first) in values
        }
        made.operation(graph, like.quantized, taken)
        outputs = zip(like.floats.outputs, like.quantized.outputs, strict=True)
        values.update({int(one): taken[int(other)] for one, other in outputs})
    (end,) = map(int, stored.graph.graph.outputs)
    answer = _as_taken(made, values[int(floats.graph.outputs[0])], stored.graph, end)
    made.graph.inputs, made.graph.outputs = [made.input], [answer]
    _sign(made, stored.graph)
    return made.pack()


def _as_taken(made: Splice, value: int, graph: Graph, like: int) -> int:
    """A value stored as tensor `like` of `graph` is."""
    tensor, wanted = made.graph.tensors[value], graph.graph.tensors[like]
    if tensor.type == wanted.type and matching.scale_of(tensor) == matching.scale_of(wanted):
        return value
    if {int(tensor.type), int(wanted.type)} <= BYTES:
        return made.converted(QUANTIZE, value, made.tensor(graph, like))
    return made.stored(made.dequantized(value), graph, like)


def _sign(made: Splice, like: Graph) -> None:
    """The words of the file's signature and its input and output, as in the other one.

    Not its note on the oldest runtime: that is true of its own operations alone.
    """
    for place, index in (
        (made.graph.inputs[0], like.graph.inputs[0]),
        (made.graph.outputs[0], like.graph.outputs[0]),
    ):
        made.graph.tensors[place].name = like.graph.tensors[index].name
    made.model.description = like.model.description
    made.model.signatureDefs = like.model.signatureDefs
    for signature in made.model.signatureDefs or []:
        signature.inputs[0].tensorIndex = made.graph.inputs[0]
        signature.outputs[0].tensorIndex = made.graph.outputs[0]
