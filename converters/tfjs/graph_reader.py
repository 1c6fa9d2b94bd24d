"""A `model.json` of anybody's as data: its graph, its signature and its weights."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

from converters.flatbuffer_reader import Damaged

BYTES = {
    "float32": 4, "int32": 4, "complex64": 8, "bool": 1, "uint8": 1, "uint16": 2, "float16": 2,
}  # fmt: skip
"""Of a number in a shard, by type. Texts have no fixed width."""
MOST_SIDES = 8
SCALED = frozenset({"uint8", "uint16"})


@dataclass(frozen=True)
class Named:
    """An input or output: the name that callers use, and the tensor it stands for."""

    name: str
    tensor: str
    shape: tuple[int, ...]

    @property
    def node(self) -> str:
        """The node whose first result the tensor is."""
        return self.tensor.removesuffix(":0")


@dataclass(frozen=True)
class Node:
    """One step of the graph, and the nodes it reads."""

    name: str
    operation: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Weight:
    """Numbers of a constant: the type that the graph reads, and that in which they are stored."""

    name: str
    type: str
    stored: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Group:
    """Weights that lie one behind the other in some files."""

    paths: tuple[str, ...]
    weights: tuple[Weight, ...]

    @property
    def size_bytes(self) -> int | None:
        """Of its files together; None where there are texts, whose length only they tell."""
        if any(each.stored not in BYTES for each in self.weights):
            return None
        return sum(each.count * BYTES[each.stored] for each in self.weights)


@dataclass(frozen=True)
class GraphFile:
    """What a `model.json` says.

    Attributes:
        keys: everything that it tells of.
        functions: nodes of graphs inside the graph.
        metadata: what whoever made it added, as it stands there.
    """

    keys: tuple[str, ...]
    inputs: tuple[Named, ...]
    outputs: tuple[Named, ...]
    nodes: tuple[Node, ...]
    functions: tuple[Node, ...]
    groups: tuple[Group, ...]
    metadata: dict[str, Any]

    @property
    def weights(self) -> list[Weight]:
        """All of them."""
        return [weight for group in self.groups for weight in group.weights]


def read(content: bytes) -> GraphFile:
    """Read a `model.json`.

    Raises:
        Damaged: it is no JSON, no graph model, or a part of it has another form.
    """
    try:
        model = json.loads(content.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Damaged(f"it is not readable as JSON: {str(error)[:80]}") from error
    if not isinstance(model, dict) or model.get("format") != "graph-model":
        raise Damaged("it is no graph model")
    for key in ("generatedBy", "convertedBy"):
        if not isinstance(model.get(key, ""), str):
            raise Damaged(f"its {key} is no text")
    metadata = model.get("userDefinedMetadata", {})
    if not isinstance(metadata, dict):
        raise Damaged("its userDefinedMetadata is no object")
    try:
        topology = model["modelTopology"]
        library = (topology.get("library") or {}).get("function") or []
        return GraphFile(
            keys=tuple(model),
            inputs=_named(model["signature"]["inputs"]),
            outputs=_named(model["signature"]["outputs"]),
            nodes=tuple(map(_node, topology["node"])),
            functions=tuple(_node(each) for f in library for each in f.get("nodeDef") or []),
            groups=tuple(map(_group, model["weightsManifest"])),
            metadata=metadata,
        )
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        if isinstance(error, Damaged):
            raise
        raise Damaged(_form(model)) from error


def _form(model: dict[str, Any]) -> str:
    for part in ("signature", "modelTopology", "weightsManifest"):
        if not model.get(part):
            return f"it has no {part}"
    return "its signature, modelTopology or weightsManifest has another form than that of a graph"


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _named(tensors: dict[str, Any]) -> tuple[Named, ...]:
    return tuple(
        Named(
            _text(name),
            _text(tensor["name"]),
            tuple(int(size["size"]) for size in tensor["tensorShape"].get("dim", ())),
        )
        for name, tensor in tensors.items()
    )


def _node(entry: dict[str, Any]) -> Node:
    # An input is a node, one of its further results (`node:1`), or only comes before (`^node`).
    inputs = (_text(each).removeprefix("^").partition(":")[0] for each in entry.get("input") or ())
    return Node(_text(entry["name"]), _text(entry["op"]), tuple(inputs))


def _group(entry: dict[str, Any]) -> Group:
    return Group(tuple(map(_text, entry["paths"])), tuple(map(_weight, entry["weights"])))


def _weight(entry: dict[str, Any]) -> Weight:
    name, kind, stored = _text(entry["name"]), _text(entry["dtype"]), _text(entry["dtype"])
    shape = tuple(entry["shape"])
    if len(shape) > MOST_SIDES or not all(type(size) is int and size >= 0 for size in shape):
        raise Damaged(f"weight {name!r:.80} has no shape")
    quantization = entry.get("quantization")
    if quantization is not None:
        stored = _text(quantization["dtype"])
        if stored in SCALED:
            for part in ("scale", "min"):
                value = quantization[part]
                if type(value) not in (int, float) or not math.isfinite(value):
                    raise Damaged(f"weight {name!r:.80} has no {part}, but {value!r:.40}")
    return Weight(name, kind, stored, shape)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value
