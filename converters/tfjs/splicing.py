"""TensorFlow.js graph models made of two others: side by side, or one's weights in the other.

Both have the same graph, one with float32 weights. `side_by_side` is one graph that computes both
on the same picture, and each operation on the float model's values with stored weights as well.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from converters.errors import ConversionError
from converters.tfjs import graph_reader
from converters.tfjs.tfjs import MODEL_FILE

SHARD = "weights.bin"
STILL = frozenset({"Const", "Placeholder", "Identity", "NoOp"})
"""Nodes that compute nothing."""
FLOATS, OWN, STORED = "floats/", "own/", "stored/"


@dataclass(frozen=True, eq=False)
class StoredWeight:
    """One weight as a shard holds it: its entry in the manifest, and its bytes."""

    entry: dict[str, Any]
    content: bytes

    @property
    def step(self) -> float | None:
        """What lies between two numbers that it can hold; None where that is not one number."""
        found = self.entry.get("quantization", {}).get("scale")
        return None if found is None else float(found)

    @property
    def values(self) -> NDArray[np.float32]:
        """What it holds, in its shape, as TensorFlow.js reads it."""
        said = self.entry.get("quantization")
        stored = np.frombuffer(self.content, np.dtype((said or self.entry)["dtype"]))
        if said is not None and "scale" in said:
            stored = stored.astype(np.float32) * np.float32(said["scale"]) + np.float32(said["min"])
        return stored.astype(np.float32).reshape(self.entry["shape"])


@dataclass(frozen=True, eq=False)
class GraphModel:
    """A graph model with its weights by name."""

    document: dict[str, Any]
    weights: dict[str, StoredWeight]

    @property
    def nodes(self) -> list[dict[str, Any]]:
        """Every node of the graph, as its file has it."""
        found: list[dict[str, Any]] = self.document["modelTopology"]["node"]
        return found

    @property
    def operations(self) -> list[dict[str, Any]]:
        """The nodes that compute something."""
        return [node for node in self.nodes if node["op"] not in STILL]

    def weights_of(self, node: dict[str, Any]) -> list[str]:
        """Names of the weights that a node reads."""
        return [name for name in node.get("input", ()) if name in self.weights]

    def quantized(self, node: dict[str, Any]) -> list[str]:
        """Names of those that are stored smaller than they are read."""
        names = self.weights_of(node)
        return [name for name in names if "quantization" in self.weights[name].entry]


def read(path: Path) -> GraphModel:
    """The graph model whose `model.json` is at `path`, which has been looked at before.

    Raises:
        ConversionError: a weight is of a type that has no fixed width.
    """
    document = json.loads(path.read_text("utf-8"))
    weights = {}
    for group in document["weightsManifest"]:
        content = b"".join(path.with_name(name).read_bytes() for name in group["paths"])
        start = 0
        for entry in group["weights"]:
            kind = entry.get("quantization", entry)["dtype"]
            if kind not in graph_reader.BYTES:
                raise ConversionError(f"{path} holds weights of type {kind}")
            stop = start + int(np.prod(entry["shape"], dtype=int)) * graph_reader.BYTES[kind]
            weights[entry["name"]] = StoredWeight(entry, content[start:stop])
            start = stop
    return GraphModel(document, weights)


def check_same(floats: GraphModel, stored: GraphModel) -> None:
    """Refuse two that are not of one graph.

    Raises:
        ConversionError: their nodes differ.
    """
    ours, theirs = (
        [(node["name"], node["op"], node.get("input", [])) for node in each.nodes]
        for each in (floats, stored)
    )
    if ours != theirs or floats.weights.keys() != stored.weights.keys():
        raise ConversionError("the file is not of the graph that the float model converts to")


def side_by_side(floats: GraphModel, stored: GraphModel, folder: Path) -> list[str]:
    """Write both into one graph in `folder`.

    Returns the nodes to look at, three for each operation: the float one, the one with stored
    weights on the float model's values, and the one of `stored` itself.
    """
    nodes, inputs = [], {each["name"] for each in stored.nodes if each["op"] == "Placeholder"}
    for node in stored.nodes:
        if node["name"] in inputs:
            nodes.append(node)
            continue
        for home in (FLOATS, STORED):
            nodes.append(_moved(node, home, inputs, {}))
        if node["op"] not in STILL:
            constants = dict.fromkeys(stored.weights_of(node), STORED)
            nodes.append(_moved(node, OWN, inputs, constants))
    document = copy.deepcopy(stored.document)
    document["modelTopology"]["node"] = nodes
    for tensor in document["signature"]["outputs"].values():
        tensor["name"] = STORED + tensor["name"]
    weights = [_renamed(each, FLOATS) for each in floats.weights.values()]
    weights += [_renamed(each, STORED) for each in stored.weights.values()]
    _write(document, weights, folder)
    return [home + node["name"] for node in stored.operations for home in (FLOATS, OWN, STORED)]


def staying_float(
    floats: GraphModel, stored: GraphModel, kept: Collection[str], folder: Path
) -> None:
    """Write `stored` into `folder`, the weights named in `kept` being those of `floats`."""
    weights = [(floats if name in kept else stored).weights[name] for name in stored.weights]
    _write(copy.deepcopy(stored.document), weights, folder)


def _moved(
    node: dict[str, Any], home: str, inputs: Collection[str], constants: dict[str, str]
) -> dict[str, Any]:
    """A node whose name, and those that it reads, begin with `home`; one of `OWN` reads what is
    the float model's but for `constants`."""
    source = FLOATS if home == OWN else home
    read = []
    for each in node.get("input", ()):
        mark, name = ("^", each[1:]) if each.startswith("^") else ("", each)
        plain = name.partition(":")[0]
        read.append(mark + ("" if plain in inputs else constants.get(plain, source)) + name)
    return {**node, "name": home + node["name"], **({"input": read} if read else {})}


def _renamed(weight: StoredWeight, home: str) -> StoredWeight:
    return StoredWeight({**weight.entry, "name": home + weight.entry["name"]}, weight.content)


def _write(document: dict[str, Any], weights: list[StoredWeight], folder: Path) -> None:
    document["weightsManifest"] = [
        {"paths": [SHARD], "weights": [weight.entry for weight in weights]}
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SHARD).write_bytes(b"".join(weight.content for weight in weights))
    (folder / MODEL_FILE).write_text(json.dumps(document), "utf-8")
